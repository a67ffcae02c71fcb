import { mustBe, parsed, type Format } from './format.js';

const MILLISECONDS = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);
const DURATION = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/;

/**
 * A duration of ours, as whole milliseconds: `250ms`, `15s`, `10m`, `1h`, `30d`; a bare number is
 * seconds (`contracts/options.md`).
 */
export const duration: Format<number> = {
  name: 'duration',
  show: formatDuration,
  parse: (raw) => {
    const match = DURATION.exec(typeof raw === 'number' ? String(raw) : textOf(raw));
    if (match === null) return mustBe('must be a duration such as 250ms, 15s, 10m, 1h or 30d');
    const unit = MILLISECONDS.get(match[2] ?? 's') ?? 1;
    return parsed(Math.round(Number(match[1]) * unit));
  },
};

function textOf(raw: unknown): string {
  return typeof raw === 'string' ? raw.trim() : '';
}

/** The shortest text that `duration` reads back as these milliseconds. */
function formatDuration(milliseconds: number): string {
  const unit = [...MILLISECONDS].toReversed().find(([, size]) => milliseconds % size === 0);
  const [name, size] = unit ?? ['ms', 1];
  return milliseconds === 0 ? '0' : `${milliseconds / size}${name}`;
}
