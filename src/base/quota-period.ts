/** The days and periods in which requests are counted, all in UTC (rows UP-06, UP-07). */

const dayMs = 86_400_000;

/** From `startMs` up to but not including `endMs`, epoch milliseconds. */
export interface Period {
  readonly startMs: number;
  readonly endMs: number;
}

/** `2026-11-26` */
export const dayOf = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10);

/** Midnight of a day written `2026-11-26`; undefined when there is no such day. */
export function startOfDay(day: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined;
  const ms = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(ms) || dayOf(ms) !== day ? undefined : ms;
}

/**
 * The period that holds a moment. A week begins on Sunday and a month on its first, each `offset` days later (CloudFormation's page of QuotaSettings;
 * AWS takes 0 to 6 for a week and 0 to 27 for a month).
 */
export function periodAt(period: 'DAY' | 'WEEK' | 'MONTH', offset: number, epochMs: number): Period {
  const midnight = Math.floor(epochMs / dayMs) * dayMs;
  if (period === 'DAY') return { startMs: midnight, endMs: midnight + dayMs };
  const date = new Date(midnight);
  if (period === 'WEEK') {
    const daysSinceStart = (date.getUTCDay() - offset + 7) % 7;
    const startMs = midnight - daysSinceStart * dayMs;
    return { startMs, endMs: startMs + 7 * dayMs };
  }
  const firstDay = 1 + offset;
  const month = date.getUTCMonth() - (date.getUTCDate() < firstDay ? 1 : 0);
  return {
    startMs: Date.UTC(date.getUTCFullYear(), month, firstDay),
    endMs: Date.UTC(date.getUTCFullYear(), month + 1, firstDay),
  };
}

/** Every day from one midnight to another, both included. */
export function daysBetween(firstMs: number, lastMs: number): string[] {
  const days: string[] = [];
  for (let ms = firstMs; ms <= lastMs; ms += dayMs) days.push(dayOf(ms));
  return days;
}
