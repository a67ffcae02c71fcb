import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderOptionsPage } from './options-page.js';

describe('the options page', () => {
  it('is the one in docs/options.md: run `npm run docs` when this fails', () => {
    expect(readFileSync('docs/options.md', 'utf8')).toBe(renderOptionsPage());
  });

  it('gives defaults as a file would say them', () => {
    const page = renderOptionsPage();

    expect(page).toMatch(/`engage\.tombstones_for` +\| duration +\| `30d`/);
    expect(page).toMatch(/`http\.max_body_size` +\| size +\| `8MB`/);
    expect(page).toMatch(/`tls\.min_version` .* `1\.2` +\| `CONFIGCAT_TLS_MIN_VERSION`/);
  });

  it('names the variable of each SDK by its id', () => {
    expect(renderOptionsPage()).toContain('`CONFIGCAT_<ID>_OFFLINE_LOCAL_FILE_PATH`');
  });
});
