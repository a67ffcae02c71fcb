import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { launch, type Browser, type Page } from 'puppeteer-core';

/** Chromium and those made of it, by the names that their packages give them. */
const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'microsoft-edge',
] as const;

const ELSEWHERE = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
] as const;

/** Why a test that needs a browser is skipped. */
export const NO_BROWSER = 'no Chromium here: install one, or name it in CHROME_PATH';

/** `CHROME_PATH`, else the first that is installed; undefined without one. */
export function browserPath(): string | undefined {
  const named = process.env['CHROME_PATH'];
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  const usual = NAMES.flatMap((name) => directories.map((directory) => join(directory, name)));
  return [...(named ? [named] : []), ...usual, ...ELSEWHERE].find(isExecutable);
}

/** A headless browser with a profile of its own, which goes with it. */
export async function launchBrowser(executablePath: string): Promise<Browser> {
  // Its sandbox refuses to run as root, as which containers run tests. It opens our page only.
  return launch({
    executablePath,
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
    // Tests make certificates of their own.
    acceptInsecureCerts: true,
  });
}

/**
 * ConfigCat's SDK asks each answer for a header that only ConfigCat's own CDN sends, and Chromium
 * says so where CORS does not expose it. The ConfigCat Proxy does not, and so neither do we.
 */
const HARMLESS = 'Refused to get unsafe header "CF-RAY"';

/** What a page complains of: errors in its console, uncaught ones, and requests that failed. */
export function complaintsOf(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    const isComplaint = message.type() === 'error' || message.type() === 'warn';
    if (isComplaint && message.text() !== HARMLESS) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('requestfailed', (request) => {
    complaints.push(`${request.url()}: ${request.failure()?.errorText ?? 'failed'}`);
  });
  return complaints;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
