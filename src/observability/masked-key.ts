const SHOWN = 5;

/** A key as `/status` shows it: a star for each character but the last five. Never a whole key. */
export function maskedKey(key: string | undefined): string {
  if (key === undefined) return '';
  const hidden = key.length <= SHOWN ? key.length : key.length - SHOWN;
  return '*'.repeat(hidden) + key.slice(hidden);
}
