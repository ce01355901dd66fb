/**
 * What state the newest data points of an alarm put it in ("Using Amazon CloudWatch alarms": how alarm state is evaluated when data is missing, and avoiding premature
 * transitions; the tables there are tests here).
 */
import type { StateValue } from './alarm-record.ts';

/** Oldest first; undefined for a period without data. */
export type Points = readonly (number | undefined)[];

export interface Rules {
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly treatMissingData: 'missing' | 'ignore' | 'breaching' | 'notBreaching';
  isBreaching(value: number): boolean;
}

export interface Verdict {
  /** Undefined: the state stays what it is. */
  readonly state: StateValue | undefined;
  /** Positions in the points of those it was decided by, oldest first. */
  readonly evaluated: readonly number[];
  /** How many had to be filled in. */
  readonly filled: number;
}

/** Periods looked at beside those evaluated, for data that is missing (the guide's example has 5 for 3; how many there are else it does not say). */
export const extraPeriods = 2;

export function judge(points: Points, rules: Rules): Verdict {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData } = rules;
  const known = points.flatMap((value, i) => (value === undefined ? [] : [i]));
  const evaluated = known.slice(-evaluationPeriods);
  const filled = evaluationPeriods - evaluated.length;
  const breaching = evaluated.filter((i) => rules.isBreaching(points[i]!));
  const decided = (state: StateValue | undefined): Verdict => ({ state, evaluated, filled });
  const alarmWhen = (isAlarm: boolean): Verdict => decided(isAlarm ? 'ALARM' : 'OK');

  if (filled === 0) return alarmWhen(breaching.length >= datapointsToAlarm);
  if (treatMissingData === 'breaching') return alarmWhen(breaching.length + filled >= datapointsToAlarm);
  if (treatMissingData === 'notBreaching') return alarmWhen(breaching.length >= datapointsToAlarm);
  if (breaching.length >= datapointsToAlarm) return decided('ALARM');
  // Something is within the threshold, and too little is beyond it.
  if (breaching.length < evaluated.length) return decided('OK');
  if (treatMissingData === 'ignore') return decided(undefined);
  if (evaluated.length === 0) return decided('INSUFFICIENT_DATA');
  // Everything there is breaches: it is an alarm once the oldest of it is as old as so many data points would be.
  const oldestAge = points.length - breaching[0]!;
  return decided(oldestAge >= datapointsToAlarm ? 'ALARM' : 'INSUFFICIENT_DATA');
}
