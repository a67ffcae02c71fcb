import { Get } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { AdminController } from './admin-controller.js';
import type { AdminRole, AdminUser } from './admin-user.js';
import { Call } from './openapi/call.js';
import { AskedBy } from './request-user.js';

class WhoAmI {
  @ApiProperty()
  readonly name: string;

  @ApiProperty({ enum: ['viewer', 'admin'] })
  readonly role: AdminRole;
}

@AdminController('who')
export class WhoAmIController {
  @Get('whoami')
  @Call({ summary: 'Whose token this is', returns: WhoAmI })
  whoAmI(@AskedBy() { name, role }: AdminUser): WhoAmI {
    return { name, role };
  }
}
