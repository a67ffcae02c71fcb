/** What Go's encoding/json escapes in text beyond JSON.stringify; the proxy is written in Go. */
const ESCAPED = /[<>&\u2028\u2029]/g;

/**
 * Text as a JSON string, byte for byte as the ConfigCat Proxy writes it. A lone surrogate becomes
 * U+FFFD, as it does when Go reads the config.
 */
export function jsonText(text: string): string {
  return JSON.stringify(Buffer.from(text).toString()).replace(
    ESCAPED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
