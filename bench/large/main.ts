import { print } from '../print.js';
import { run } from './large.js';

process.exitCode = print(await run()) ? 0 : 1;
