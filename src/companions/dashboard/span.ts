/** Which time a dashboard shows, and in which steps. */

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** What can be chosen: how long back, and the length of a step, so that a chart has some sixty to two hundred of them. */
export const periods = {
  '1h': { lengthMs: hour, stepMs: minute, title: '1 hour' },
  '3h': { lengthMs: 3 * hour, stepMs: minute, title: '3 hours' },
  '12h': { lengthMs: 12 * hour, stepMs: 5 * minute, title: '12 hours' },
  '1d': { lengthMs: day, stepMs: 15 * minute, title: '1 day' },
  '3d': { lengthMs: 3 * day, stepMs: 30 * minute, title: '3 days' },
  '1w': { lengthMs: 7 * day, stepMs: hour, title: '1 week' },
  '15d': { lengthMs: 15 * day, stepMs: 3 * hour, title: '15 days' },
} as const;
export type PeriodName = keyof typeof periods;

export interface Span {
  /** Epoch milliseconds, inclusive; a whole number of steps since the epoch. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly untilMs: number;
  readonly stepMs: number;
  /** Undefined for a range of one's own. */
  readonly period: PeriodName | undefined;
}

const mostSteps = 200;
const steps = [1, 5, 15, 30, 60, 180, 360, 1440].map((minutes) => minutes * minute);

/** Of a page's query, `period=3h` or `from=…&to=…` in ISO 8601; a sentence for one that cannot be read. Without either the last hour. */
export function spanOf(query: string, nowMs: number): Span | string {
  const given = new URLSearchParams(query);
  const from = given.get('from');
  const to = given.get('to');
  if (from === null && to === null) {
    const period = given.get('period') ?? '1h';
    if (!Object.hasOwn(periods, period)) return `period is one of ${Object.keys(periods).join(', ')}`;
    const { lengthMs, stepMs } = periods[period as PeriodName];
    const untilMs = (Math.floor(nowMs / stepMs) + 1) * stepMs;
    return { fromMs: untilMs - lengthMs, untilMs, stepMs, period: period as PeriodName };
  }
  const untilMs = to === null || to === '' ? nowMs : timeOf(to);
  const fromMs = from === null || from === '' ? untilMs - hour : timeOf(from);
  if (Number.isNaN(fromMs) || Number.isNaN(untilMs)) return 'from and to are times like 2026-03-01T10:00Z';
  if (fromMs >= untilMs) return 'from is before to';
  const stepMs = steps.find((step) => (untilMs - fromMs) / step <= mostSteps);
  if (stepMs === undefined) return 'from and to are at most 200 days apart';
  return {
    fromMs: Math.floor(fromMs / stepMs) * stepMs,
    untilMs: Math.ceil(untilMs / stepMs) * stepMs,
    stepMs,
    period: undefined,
  };
}

/** Without a zone the time is UTC, as the page shows times. */
const timeOf = (text: string): number =>
  Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) || !text.includes('T') ? text : `${text}Z`);
