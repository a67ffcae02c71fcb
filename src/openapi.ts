import type { INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { AdminModule } from './admin/admin.module.js';
import { AppModule } from './app.module.js';
import { Options } from './options/options.js';
import { ProxyModule } from './proxy/proxy.module.js';

/** What one room answers. */
export interface DescribedRoom {
  readonly room: Type;
  readonly title: string;
  readonly description: string;
  /** Whether a bearer token is needed. */
  readonly isGuarded: boolean;
}

export const PROXY: DescribedRoom = {
  room: ProxyModule,
  title: 'Audience Sync',
  description:
    'What applications, SDKs and ConfigCat ask. Paths and answers are those of the ConfigCat Proxy, and some of our own.',
  isGuarded: false,
};

export const ADMIN: DescribedRoom = {
  room: AdminModule,
  title: 'Audience Sync: admin API',
  description:
    'Segments, audiences, members and rejected events, and why a user sees a flag. A token of `admin.tokens` with the role `viewer` reads, one with `admin` writes too. Problems are RFC 9457 documents.',
  isGuarded: true,
};

/** What the controllers' decorators say of a room's routes, as an OpenAPI document. */
export function describeRoom(app: INestApplication, about: DescribedRoom): OpenAPIObject {
  const { room, title, description, isGuarded } = about;
  const builder = new DocumentBuilder().setTitle(title).setDescription(description).setVersion('1');
  if (isGuarded) builder.addBearerAuth();
  return SwaggerModule.createDocument(app, builder.build(), {
    include: [room],
    autoTagControllers: false,
    operationIdFactory: (controller, method) =>
      `${controller.replace(/Controller$/, '').toLowerCase()}_${method}`,
  });
}

/** The same of an app whose controllers are never made, so that it needs neither options nor a database. */
export async function openApiDocument(about: DescribedRoom): Promise<OpenAPIObject> {
  const app = await NestFactory.create(AppModule.forRoot(new Options(), { url: '' }), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  const document = describeRoom(app, about);
  await app.close();
  return document;
}

/** The document as it is committed: lists of words on one line, as prettier would have them. */
export async function renderOpenApi(about: DescribedRoom): Promise<string> {
  const json = JSON.stringify(await openApiDocument(about), null, 2);
  const words = /\[\n\s+([^[\]{}]*?)\n\s+\]/g;
  return `${json.replace(words, (_list, items: string) => `[${items.replaceAll(/\n\s+/g, ' ')}]`)}\n`;
}
