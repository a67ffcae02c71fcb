import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { AppModule } from './app.module.js';
import { Options } from './options/options.js';
import { ProxyModule } from './proxy/proxy.module.js';

/**
 * What the controllers' decorators say of their routes, as an OpenAPI document. Makes none of the
 * controllers, so it needs neither options nor a database.
 */
export async function openApiDocument(): Promise<OpenAPIObject> {
  const app = await NestFactory.create(AppModule.forRoot(new Options(), { url: '' }), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  const about = new DocumentBuilder()
    .setTitle('Audience Sync')
    .setDescription(
      'What applications, SDKs and ConfigCat ask. Paths and answers are those of the ConfigCat Proxy, and some of our own.',
    )
    .setVersion('1')
    .build();
  const document = SwaggerModule.createDocument(app, about, {
    include: [ProxyModule],
    autoTagControllers: false,
    operationIdFactory: (controller, method) =>
      `${controller.replace(/Controller$/, '').toLowerCase()}_${method}`,
  });
  await app.close();
  return document;
}

/** The document as it is committed: lists of words on one line, as prettier would have them. */
export async function renderOpenApi(): Promise<string> {
  const json = JSON.stringify(await openApiDocument(), null, 2);
  const words = /\[\n\s+([^[\]{}]*?)\n\s+\]/g;
  return `${json.replace(words, (_list, items: string) => `[${items.replaceAll(/\n\s+/g, ' ')}]`)}\n`;
}
