import { readFileSync } from 'node:fs';

/** Of the package that this file is in: sources lie two folders deep in it, what is built three. */
export function packageVersion(): string {
  for (const path of ['../../package.json', '../../../package.json']) {
    const parsed: unknown = JSON.parse(read(new URL(path, import.meta.url)) ?? 'null');
    if (typeof parsed === 'object' && parsed !== null && 'version' in parsed) {
      return String(parsed.version);
    }
  }
  return 'unknown';
}

function read(url: URL): string | undefined {
  try {
    return readFileSync(url, 'utf8');
  } catch {
    return undefined;
  }
}
