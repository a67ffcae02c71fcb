import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import helmet from 'helmet';
import { ADMIN, describeRoom } from './openapi.js';

/** `/admin/openapi.json` and a page for it, and the headers that browsers want of both. Before init(). */
export function serveAdminPages(app: NestExpressApplication): void {
  // Plain http may be all there is: that is for the operator's proxy to say.
  app.use('/admin', helmet({ strictTransportSecurity: false, contentSecurityPolicy: CSP }));
  // Made when it is first asked for: it takes longer than the rest of the start.
  SwaggerModule.setup('admin/docs', app, () => describeRoom(app, ADMIN), {
    jsonDocumentUrl: 'admin/openapi.json',
    yamlDocumentUrl: 'admin/openapi.yaml',
    customSiteTitle: 'Audience Sync: admin API',
  });
}

const CSP = {
  directives: {
    // The page may be asked for over plain http.
    upgradeInsecureRequests: null,
  },
};
