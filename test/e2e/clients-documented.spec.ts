import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/sdks.md', ROOT), 'utf8');

/** Of what the tests run with. */
function installedVersion(name: string): string {
  const text = readFileSync(new URL(`node_modules/${name}/package.json`, ROOT), 'utf8');
  const { version }: { version: string } = JSON.parse(text);
  return version;
}

it.each([
  ['@configcat/sdk', 'tests with '],
  ['configcat-node', 'tests with '],
  ['@openfeature/ofrep-web-provider', 'tested: '],
  ['@openfeature/ofrep-provider', 'tested: `@openfeature/ofrep-provider` '],
])('the page on SDKs says which version of %s is tested', (name, words) => {
  expect(page).toContain(`${words}${installedVersion(name)}`);
});
