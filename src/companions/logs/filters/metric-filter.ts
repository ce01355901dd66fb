/** One metric filter at work: events that match become values of a metric, minutes without any its default. */
import { compileFilterPattern } from '../filter-pattern.ts';
import { compileExtraction, compileValue } from './extracted-values.ts';
import type { MetricFilterRecord } from './filter-records.ts';

/** One value of a metric. */
export interface MetricValue {
  readonly account: string;
  readonly region: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly unit: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly value: number;
}

export interface MetricFilter {
  take(atMs: number, message: string): void;
  /** Minutes before `nowMs` are over: the default goes to those that had events and no match. */
  closeMinutes(nowMs: number): void;
}

const minuteMs = 60_000;

export function createMetricFilter(filter: MetricFilterRecord, put: (value: MetricValue) => void): MetricFilter {
  const { account, region, filterPattern, transformation } = filter;
  const { metricName, metricNamespace, metricValue, defaultValue, dimensions = {}, unit = 'None' } = transformation;
  const isWanted = compileFilterPattern(filterPattern);
  const extraction = compileExtraction(filterPattern);
  const constant = Number(metricValue);
  const read = Number.isNaN(constant) ? compileValue(metricValue, extraction) : undefined;
  const readers = Object.entries(dimensions).map(
    ([Name, from]) => [Name, compileValue(from ?? '', extraction)] as const,
  );
  /** Minutes that had events, and whether one of them matched. */
  const minutes = new Map<number, boolean>();

  const values = (atMs: number, value: number, of: MetricValue['dimensions']): MetricValue => ({
    ...{ account, region, namespace: metricNamespace, name: metricName, dimensions: of, unit, atMs, value },
  });

  return {
    take(atMs, message) {
      const isMatch = isWanted(message);
      if (defaultValue !== undefined) {
        const minute = Math.floor(atMs / minuteMs);
        minutes.set(minute, isMatch || minutes.get(minute) === true);
      }
      if (!isMatch) return;
      const value = read === undefined ? constant : Number(read(message) ?? Number.NaN);
      if (!Number.isFinite(value)) return;
      const found = readers.map(([Name, valueIn]) => ({ Name, Value: valueIn(message) }));
      // Without the value of a dimension there is no metric to count in (reference of MetricTransformation).
      if (!found.every((each): each is { Name: string; Value: string } => each.Value !== undefined)) return;
      put(values(atMs, value, found));
    },
    closeMinutes(nowMs) {
      for (const [minute, hadMatch] of minutes) {
        if ((minute + 1) * minuteMs > nowMs) continue;
        minutes.delete(minute);
        if (!hadMatch) put(values(minute * minuteMs, defaultValue!, []));
      }
    },
  };
}
