import { writeFileSync } from 'node:fs';
import { renderOpenApi } from './openapi.js';

// `npm run docs`, from the root of the repository.
writeFileSync('docs/openapi.json', await renderOpenApi());
