/** One curve: what it shows, and a value for each size. */
export interface Curve {
  readonly name: string;
  readonly unit: string;
  readonly values: readonly number[];
}

const WIDTH = 640;
const PANEL = 150;
const LEFT = 70;
const RIGHT = 45;
const TOP = 34;

/**
 * A panel for each curve, one below the other, over the same sizes. Plain SVG, in the colours of the
 * page that shows it.
 */
export function growthChart(sizes: readonly number[], curves: readonly Curve[]): string {
  const panels = curves.map((curve, index) => panel(sizes, curve, index * (PANEL + TOP)));
  const height = curves.length * (PANEL + TOP) + 24;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    '<style>text{fill:#555}path{fill:none;stroke:#2b6cb0;stroke-width:2}circle{fill:#2b6cb0}line{stroke:#999;stroke-width:.5}' +
      '@media(prefers-color-scheme:dark){text{fill:#bbb}path{stroke:#63b3ed}circle{fill:#63b3ed}}</style>',
    ...panels,
    '</svg>',
    '',
  ].join('\n');
}

function panel(sizes: readonly number[], { name, unit, values }: Curve, top: number): string {
  const most = Math.max(...values) * 1.3;
  const x = (size: number): number => LEFT + (size / Math.max(...sizes)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => top + TOP + PANEL * (1 - value / most) - 20;
  const points = values.map((value, index) => [x(sizes[index] ?? 0), y(value), value] as const);
  const path = points.map(([px, py], index) => `${index === 0 ? 'M' : 'L'}${at(px)} ${at(py)}`);
  return [
    `<text x="${LEFT}" y="${top + 18}" font-weight="bold">${name} (${unit})</text>`,
    `<line x1="${LEFT}" y1="${at(y(0))}" x2="${WIDTH - RIGHT}" y2="${at(y(0))}"/>`,
    `<text x="${LEFT - 8}" y="${at(y(0) + 4)}" text-anchor="end">0</text>`,
    `<path d="${path.join(' ')}"/>`,
    ...points.map(
      ([px, py, value]) =>
        `<circle cx="${at(px)}" cy="${at(py)}" r="3"/>` +
        `<text x="${at(px)}" y="${at(py - 8)}" text-anchor="middle">${Math.round(value).toLocaleString('en')}</text>`,
    ),
    ...sizes.map(
      (size) =>
        `<text x="${at(x(size))}" y="${at(y(0) + 16)}" text-anchor="middle">${size / 1e6}M</text>`,
    ),
  ].join('\n');
}

function at(coordinate: number): string {
  return coordinate.toFixed(1);
}
