import { mustBe, parsed, type Format } from './format.js';

// Powers of 1,024, so that `8MB` is no less than anyone means by it: a body over the limit is lost.
const BYTES = new Map([
  ['B', 1],
  ['KB', 1_024],
  ['MB', 1_048_576],
  ['GB', 1_073_741_824],
]);
const SIZE = /^(\d+(?:\.\d+)?)\s*([KMG]?)(?:i?B)?$/i;

/** A size of ours, as whole bytes: `64KB`, `8MB`, `1GB`; a bare number is bytes. */
export const size: Format<number> = {
  name: 'size',
  show: formatSize,
  parse: (raw) => {
    const match = SIZE.exec(typeof raw === 'number' ? String(raw) : textOf(raw));
    if (match === null) return mustBe('must be a size such as 64KB, 8MB or 1GB');
    const unit = BYTES.get(`${(match[2] ?? '').toUpperCase()}B`) ?? 1;
    return parsed(Math.round(Number(match[1]) * unit));
  },
};

function textOf(raw: unknown): string {
  return typeof raw === 'string' ? raw.trim() : '';
}

/** The shortest text that `size` reads back as these bytes. */
function formatSize(bytes: number): string {
  const unit = [...BYTES].toReversed().find(([, factor]) => bytes % factor === 0);
  const [name, factor] = unit ?? ['B', 1];
  return `${bytes / factor}${name}`;
}
