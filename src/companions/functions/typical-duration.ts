/**
 * How long invocations take as a rule, from one number: the median, followed by a tenth up or down with each of them. An average will not do: on a busy machine one invocation in fifty waits 50 ms for a
 * processor, which makes a function of 1 ms look like one of 6 that more environments would help, and they would wait for processors too (bench/run.ts: 16 environments on two cores).
 */
export function typicalMs(soFar: number | undefined, lastMs: number): number {
  if (soFar === undefined) return lastMs;
  return lastMs > soFar ? soFar * 1.1 : soFar / 1.1;
}
