/** Statistics by name, as GetMetricStatistics and GetMetricData ask for them: `Sum`, `p99.9`, `tm90`, `TC(10%:90%)`, `PR(0:300)` (CloudWatch statistics definitions). */
import type { Distribution } from '../telemetry/distribution.ts';

export type Statistic = (distribution: Distribution) => number;

const plain: Readonly<Record<string, Statistic>> = {
  SampleCount: ({ samples }) => samples,
  Sum: ({ sum }) => sum,
  Average: ({ sum, samples }) => sum / samples,
  Minimum: ({ min }) => min,
  Maximum: ({ max }) => max,
  IQM: trimmed('TM', { low: 25, high: 75, isPercent: true }),
};

/** The statistic of that name; undefined when there is none. */
export function statisticNamed(name: string): Statistic | undefined {
  if (Object.hasOwn(plain, name)) return plain[name];
  const percentile = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(name);
  if (percentile !== null) return (distribution) => valueAt(distribution, Number(percentile[1]));
  const short = /^(tm|tc|ts|wm)(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(name);
  if (short !== null) {
    const bounds = { low: undefined, high: Number(short[2]), isPercent: true };
    return trimmed(short[1]!.toUpperCase() as Trim, bounds);
  }
  const rank = /^PR\((-?[\d.]*):(-?[\d.]*)\)$/.exec(name);
  if (rank !== null) return percentileRank(bound(rank[1]!), bound(rank[2]!));
  const long = /^(TM|TC|TS|WM)\((-?[\d.]*)(%?):(-?[\d.]*)(%?)\)$/.exec(name);
  if (long === null) return undefined;
  const [, kind, low = '', lowMark, high = '', highMark] = long;
  if ((low === '' && high === '') || (low !== '' && high !== '' && lowMark !== highMark)) return undefined;
  const isPercent = (low === '' ? highMark : lowMark) === '%';
  return trimmed(kind as Trim, { low: bound(low), high: bound(high), isPercent });
}

type Trim = 'TM' | 'TC' | 'TS' | 'WM';

interface Bounds {
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** Bounds are shares of the samples, otherwise values. */
  readonly isPercent: boolean;
}

const bound = (text: string): number | undefined => (text === '' ? undefined : Number(text));

const ascending = ({ values }: Distribution): (readonly [number, number])[] => [...values].sort((a, b) => a[0] - b[0]);

/** The least value that `percent` % of the samples do not exceed. */
function valueAt(distribution: Distribution, percent: number): number {
  const wanted = (distribution.samples * percent) / 100;
  let seen = 0;
  for (const [value, weight] of ascending(distribution)) {
    seen += weight;
    if (weight > 0 && seen >= wanted - 1e-9) return value;
  }
  return distribution.max;
}

/** Mean, count, sum or winsorized mean of the samples between two bounds; 0 when there are none. */
function trimmed(kind: Trim, { low, high, isPercent }: Bounds): Statistic {
  return function ofTrimmed(distribution) {
    const { samples } = distribution;
    const lowValue = low === undefined ? Number.NEGATIVE_INFINITY : isPercent ? valueAt(distribution, low) : low;
    const highValue = high === undefined ? Number.POSITIVE_INFINITY : isPercent ? valueAt(distribution, high) : high;
    let count = 0;
    let sum = 0;
    let winsorized = 0;
    let before = 0;
    for (const [value, weight] of ascending(distribution)) {
      // Of percents the samples themselves are cut off, so that equal values may be cut apart.
      const from = isPercent && low !== undefined ? (samples * low) / 100 : 0;
      const until = isPercent && high !== undefined ? (samples * high) / 100 : samples;
      const kept = isPercent
        ? Math.max(0, Math.min(before + weight, until) - Math.max(before, from))
        : value >= lowValue && value <= highValue
          ? weight
          : 0;
      count += kept;
      sum += value * kept;
      winsorized += Math.min(highValue, Math.max(lowValue, value)) * weight;
      before += weight;
    }
    switch (kind) {
      case 'TC':
        return count;
      case 'TS':
        return sum;
      case 'WM':
        return winsorized / samples;
      default:
        return count === 0 ? 0 : sum / count;
    }
  };
}

/** Which share of the samples, in percent, lies between two values. */
function percentileRank(low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY): Statistic {
  return function ofRank({ values, samples }) {
    let inside = 0;
    for (const [value, weight] of values) if (value >= low && value <= high) inside += weight;
    return (100 * inside) / samples;
  };
}
