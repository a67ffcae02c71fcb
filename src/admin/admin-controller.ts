import { applyDecorators, Controller, UseGuards, UsePipes } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { BodilessGuard } from './bodiless.guard.js';
import { InputPipe } from './input.pipe.js';
import { RoleGuard } from './role.guard.js';

/** A controller of the admin API, its routes under `/admin/v1`. */
export function AdminController(tag: string): ClassDecorator {
  return applyDecorators(
    Controller('admin/v1'),
    UseGuards(RoleGuard, BodilessGuard),
    UsePipes(InputPipe),
    ApiTags(tag),
    ApiBearerAuth(),
  );
}
