import { readFileSync } from 'node:fs';

const PAGE = new URL('../../docs/segment-events.md', import.meta.url);

/** What stands in a recipe for what a reader puts there, and what a test does. */
export type Replacements = Readonly<Record<string, string>>;

/** The whole page on Segment's events. */
export const recipePage: string = readFileSync(PAGE, 'utf8');

/**
 * The JavaScript below that heading of the page, byte for byte but for the replacements. Throws
 * where there is no block, or where it has not what is to be replaced.
 */
export function recipe(heading: string, replacements: Replacements): string {
  const section = recipePage.split(`\n### ${heading}\n`)[1]?.split('\n##')[0];
  const block = section?.match(/^```js\n(.*?)^```$/ms)?.[1];
  if (block === undefined) throw new Error(`the page has no code below '${heading}'`);
  return Object.entries(replacements).reduce((code, [placeholder, actual]) => {
    if (!code.includes(placeholder)) throw new Error(`the code lacks '${placeholder}'`);
    return code.replaceAll(placeholder, actual);
  }, block);
}

/** Of the package that the tests run with. */
export function installedVersion(name: string): string {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  const { version }: { version: string } = JSON.parse(readFileSync(file, 'utf8'));
  return version;
}
