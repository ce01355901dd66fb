/** PutMetricData: values, values with counts, or sums a client made itself. */
import type { Clock } from '../../../base/clock.ts';
import type { Operation } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/cloudwatch.ts';
import type { Distribution } from '../../telemetry/distribution.ts';
import type { Measurement, PutMetrics } from '../put-metrics.ts';
import { badValue, differentSizes, exclusive, missingParameter, tooMany, tooNew, tooOld } from '../refusals.ts';

type PutMetricData = Operations['PutMetricData'];
type Datum = NonNullable<PutMetricData['input']['MetricData']>[number];

const maxData = 1000;
const maxValues = 150;
const hourMs = 3_600_000;
/** Largest number CloudWatch takes, 2 to the power of 360. */
const maxMagnitude = 2 ** 360;

export function putMetricData(
  metrics: PutMetrics,
  clock: Clock,
): Operation<PutMetricData['input'], PutMetricData['output']> {
  return function putMetricDataOf({ Namespace, MetricData = [], EntityMetricData = [] }, call) {
    if (Namespace.startsWith('AWS/')) throw badValue('Namespace', 'AWS/');
    const ofEntities = EntityMetricData.flatMap(({ MetricData: data = [] }) => data);
    if (MetricData.length + ofEntities.length === 0) throw missingParameter('MetricData');
    if (MetricData.length + ofEntities.length > maxData) throw tooMany('MetricData', maxData);
    // All are judged before any is kept.
    const measurements = [...MetricData, ...ofEntities].map((datum, i) =>
      measurementOf(Namespace, datum, `MetricData.member.${i + 1}`, clock.now()),
    );
    for (const measurement of measurements) metrics.add(call.account, call.region, measurement);
    return undefined as PutMetricData['output'];
  };
}

function measurementOf(namespace: string, datum: Datum, at: string, nowMs: number): Measurement {
  const { MetricName, Dimensions = [], Timestamp = nowMs, StorageResolution = 60, Unit = 'None' } = datum;
  if (StorageResolution !== 1 && StorageResolution !== 60) throw badValue(`${at}.StorageResolution`, StorageResolution);
  if (Timestamp < nowMs - 14 * 24 * hourMs) throw tooOld(`${at}.Timestamp`);
  if (Timestamp > nowMs + 2 * hourMs) throw tooNew(`${at}.Timestamp`);
  return {
    namespace,
    name: MetricName,
    dimensions: Dimensions,
    unit: Unit,
    atMs: Timestamp,
    resolutionSeconds: StorageResolution,
    distribution: distributionOf(datum, at),
  };
}

function distributionOf({ Value, Values, Counts, StatisticValues }: Datum, at: string): Distribution {
  if (Value !== undefined && StatisticValues !== undefined) throw exclusive(`${at}.Value`, `${at}.StatisticValues`);
  if (Value !== undefined && Values !== undefined) throw exclusive(`${at}.Value`, `${at}.Values`);
  if (Values !== undefined && StatisticValues !== undefined) throw exclusive(`${at}.Values`, `${at}.StatisticValues`);
  if (Counts !== undefined && Values === undefined) throw missingParameter(`${at}.Values`);
  if (StatisticValues !== undefined) {
    const { SampleCount: samples, Sum: sum, Minimum: min, Maximum: max } = StatisticValues;
    for (const [name, value] of Object.entries(StatisticValues)) checkNumber(`${at}.StatisticValues.${name}`, value);
    if (samples <= 0) throw badValue(`${at}.StatisticValues.SampleCount`, samples);
    // What lies between least and most is not known, save where both are one.
    return { samples, sum, min, max, values: min === max ? [[min, samples]] : [] };
  }
  const values = Values ?? (Value === undefined ? [] : [Value]);
  if (values.length === 0) throw missingParameter(`${at}.Value`);
  if (values.length > maxValues) throw tooMany(`${at}.Values`, maxValues);
  if (Counts !== undefined && Counts.length !== values.length) throw differentSizes(`${at}.Values`, `${at}.Counts`);
  return distributionOfValues(values, Counts, at);
}

function distributionOfValues(
  values: readonly number[],
  counts: readonly number[] | undefined,
  at: string,
): Distribution {
  let samples = 0;
  let sum = 0;
  const weights = new Map<number, number>();
  for (const [i, value] of values.entries()) {
    const count = counts?.[i] ?? 1;
    checkNumber(counts === undefined && values.length === 1 ? `${at}.Value` : `${at}.Values.member.${i + 1}`, value);
    if (!(count > 0)) throw badValue(`${at}.Counts.member.${i + 1}`, count);
    samples += count;
    sum += value * count;
    weights.set(value, (weights.get(value) ?? 0) + count);
  }
  return { samples, sum, min: Math.min(...values), max: Math.max(...values), values: [...weights] };
}

function checkNumber(name: string, value: number): void {
  if (!(Math.abs(value) <= maxMagnitude)) throw badValue(name, value);
}
