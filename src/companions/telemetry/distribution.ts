/** What a metric's samples were in some span of time: sums that are exact, and values with weights that percentiles are taken from. */
export interface Distribution {
  readonly samples: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** Value and how many samples had it, in no order; latencies are rounded to the buckets of a histogram. */
  readonly values: readonly (readonly [value: number, weight: number])[];
}

/** `count` samples of 1. */
export const ones = (count: number): Distribution => ({
  samples: count,
  sum: count,
  min: 1,
  max: 1,
  values: [[1, count]],
});

/** `samples` samples that are 1 for `hits` of them and 0 for the others, whose average is a rate (row MET-03). */
export const zerosAndOnes = (samples: number, hits: number): Distribution => ({
  samples,
  sum: hits,
  min: hits === samples ? 1 : 0,
  max: hits > 0 ? 1 : 0,
  values: [
    [0, samples - hits],
    [1, hits],
  ],
});

/** All samples of some distributions, of which there must be one. */
export function merged(parts: readonly Distribution[]): Distribution {
  if (parts.length === 1) return parts[0]!;
  let samples = 0;
  let sum = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  const weights = new Map<number, number>();
  for (const part of parts) {
    samples += part.samples;
    sum += part.sum;
    if (part.min < min) min = part.min;
    if (part.max > max) max = part.max;
    for (const [value, weight] of part.values) weights.set(value, (weights.get(value) ?? 0) + weight);
  }
  return { samples, sum, min, max, values: [...weights] };
}
