import { writeFileSync } from 'node:fs';
import { renderOptionsPage } from './options-page.js';

// `npm run docs`, from the root of the repository.
writeFileSync('docs/options.md', renderOptionsPage());
