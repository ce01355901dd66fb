/** A line chart as SVG: no script, readable by colour and by dash, its numbers in tooltips. */
import { escaped } from '../../base/html.ts';
import type { MetricFigures } from './figures.ts';

const width = 560;
const height = 180;
const left = 52;
const right = 8;
const top = 10;
const bottom = 24;

/** Told apart by their dashes, too. */
const strokes = ['#0b5cad', '#b4470f', '#1d7a46', '#6b4fa0'];
const dashes = ['', '7 3', '2 3', '9 3 2 3'];

/** `times` are where steps begin, ISO 8601. */
export function lineChart({ title, unit, lines }: MetricFigures, times: readonly string[]): string {
  const most = Math.max(0, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const { ceiling, ticks } = scale(most, unit !== 'Milliseconds');
  const x = (i: number): number => left + ((width - left - right) * (i + 0.5)) / Math.max(1, times.length);
  const y = (value: number): number => top + (height - top - bottom) * (1 - value / ceiling);
  const grid = ticks
    .map(
      (tick) =>
        `<line x1="${left}" x2="${width - right}" y1="${round(y(tick))}" y2="${round(y(tick))}" class="grid"/>` +
        `<text x="${left - 6}" y="${round(y(tick)) + 4}" text-anchor="end">${shown(tick)}</text>`,
    )
    .join('');
  const labels = timeLabels(times)
    .map(([i, text]) => `<text x="${round(x(i))}" y="${height - 6}" text-anchor="middle">${escaped(text)}</text>`)
    .join('');
  const drawn = lines.map(({ values }, k) => {
    const stroke = `stroke="${strokes[k % strokes.length]}"${dashes[k] ? ` stroke-dasharray="${dashes[k]}"` : ''}`;
    return runs(values)
      .map((run) => {
        const [first, ...more] = run;
        // A single point would be no line.
        if (more.length === 0) {
          return `<circle cx="${round(x(first![0]))}" cy="${round(y(first![1]))}" r="3" fill="${strokes[k % strokes.length]}"/>`;
        }
        return `<polyline ${stroke} points="${run.map(([i, value]) => `${round(x(i))},${round(y(value))}`).join(' ')}"/>`;
      })
      .join('');
  });
  const stepWidth = (width - left - right) / Math.max(1, times.length);
  const tips = times
    .map((time, i) => {
      const said = lines.map(({ statistic, values }) => `${statistic} ${values[i] === null ? '–' : shown(values[i]!)}`);
      return `<rect x="${round(x(i) - stepWidth / 2)}" y="${top}" width="${round(stepWidth)}" height="${height - top - bottom}" class="tip"><title>${escaped(`${readable(time)}: ${said.join(', ')}`)}</title></rect>`;
    })
    .join('');
  return (
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">` +
    `${grid}${labels}${drawn.join('')}${tips}</svg>`
  );
}

/** What each line is, with its value over the whole time. */
export function legend({ unit, lines }: MetricFigures): string {
  const items = lines.map(({ statistic, overall }, k) => {
    const dash = dashes[k] ? ` stroke-dasharray="${dashes[k]}"` : '';
    const value = overall === null ? '–' : `${shown(overall)}${unit === 'Milliseconds' ? ' ms' : ''}`;
    return (
      `<li><svg viewBox="0 0 24 8" class="key" aria-hidden="true"><line x1="0" x2="24" y1="4" y2="4" stroke="${strokes[k % strokes.length]}" stroke-width="2"${dash}/></svg>` +
      `${escaped(statistic)} <b>${value}</b></li>`
    );
  });
  return `<ul class="legend">${items.join('')}</ul>`;
}

/** Neighbours that have values, as one line each. */
function runs(values: readonly (number | null)[]): [number, number][][] {
  const found: [number, number][][] = [];
  let open: [number, number][] | undefined;
  for (const [i, value] of values.entries()) {
    if (value === null) open = undefined;
    else if (open !== undefined) open.push([i, value]);
    else {
      open = [[i, value]];
      found.push(open);
    }
  }
  return found;
}

/** A round number the values stay below, and three or four in between. */
function scale(most: number, isWhole: boolean): { ceiling: number; ticks: number[] } {
  if (most <= 0) return { ceiling: 1, ticks: [0, 1] };
  const power = 10 ** Math.floor(Math.log10(most / 4 || 1));
  const steps = [1, 2, 2.5, 5, 10, 20].map((factor) => factor * power);
  const fitting = steps.find((step) => step * 4 >= most)!;
  const step = isWhole ? Math.max(1, Math.ceil(fitting)) : fitting;
  const count = Math.max(1, Math.ceil(most / step));
  return { ceiling: step * count, ticks: Array.from({ length: count + 1 }, (_, i) => i * step) };
}

/** About five times below the chart; days where the chart spans several. */
function timeLabels(times: readonly string[]): [number, string][] {
  const every = Math.max(1, Math.ceil(times.length / 5));
  const isLong = times.length > 1 && Date.parse(times.at(-1)!) - Date.parse(times[0]!) > 2 * 86_400_000;
  return times.flatMap((time, i): [number, string][] =>
    i % every === Math.floor(every / 2) ? [[i, isLong ? time.slice(5, 10) : time.slice(11, 16)]] : [],
  );
}

export const readable = (time: string): string => `${time.slice(0, 16).replace('T', ' ')} UTC`;

const round = (n: number): number => Math.round(n * 10) / 10;

/** `1,234`, `0.25`, `12.5`. */
export function shown(value: number): string {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}
