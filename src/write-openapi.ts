import { writeFileSync } from 'node:fs';
import { ADMIN, PROXY, renderOpenApi } from './openapi.js';

// `npm run docs`, from the root of the repository.
writeFileSync('docs/openapi.json', await renderOpenApi(PROXY));
writeFileSync('docs/admin-openapi.json', await renderOpenApi(ADMIN));
