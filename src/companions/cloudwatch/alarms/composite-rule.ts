/** Rules of composite alarms: `ALARM("errors") AND (ALARM(slow) OR NOT OK("arn:…:alarm:queue"))`, compiled ("Create a composite alarm", rule expressions). */
import { invalid } from '../refusals.ts';
import type { StateValue } from './alarm-record.ts';

export interface CompositeRule {
  /** Names of the alarms it asks, an ARN's last part, in order and once each. */
  readonly children: readonly string[];
  /** `stateOf` answers undefined for an alarm that is not there. */
  holds(stateOf: (name: string) => StateValue | undefined): boolean;
}

type Test = (stateOf: (name: string) => StateValue | undefined) => boolean;

const maxCharacters = 10_240;
const maxDepth = 100;
const states = new Set(['ALARM', 'OK', 'INSUFFICIENT_DATA']);

/** Throws a ValidationException for a text that is no rule. */
export function compileRule(text: string): CompositeRule {
  const fail = (why: string): Error => invalid(`Invalid AlarmRule: ${why}`);
  if (text.length > maxCharacters) throw fail(`it is longer than ${maxCharacters} characters`);
  let at = 0;
  const children = new Set<string>();
  const holds = anyOf(0);
  skipSpace();
  if (at < text.length) throw fail(`unexpected text at position ${at}`);
  return { children: [...children], holds };

  function skipSpace(): void {
    while (/\s/.test(text.charAt(at))) at++;
  }

  function takes(pattern: RegExp): string | undefined {
    skipSpace();
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return undefined;
    at += found[0].length;
    return found[0];
  }

  function anyOf(depth: number): Test {
    const tests = [allOf(depth)];
    while (takes(/OR\b/iy) !== undefined) tests.push(allOf(depth));
    return tests.length === 1 ? tests[0]! : (stateOf) => tests.some((test) => test(stateOf));
  }

  function allOf(depth: number): Test {
    const tests = [one(depth)];
    while (takes(/AND\b/iy) !== undefined) tests.push(one(depth));
    return tests.length === 1 ? tests[0]! : (stateOf) => tests.every((test) => test(stateOf));
  }

  function one(depth: number): Test {
    if (depth > maxDepth) throw fail('it is nested too deep');
    if (takes(/NOT\b/iy) !== undefined) {
      const test = one(depth + 1);
      return (stateOf) => !test(stateOf);
    }
    if (takes(/\(/y) !== undefined) {
      const test = anyOf(depth + 1);
      if (takes(/\)/y) === undefined) throw fail('a parenthesis is not closed');
      return test;
    }
    const word = takes(/[A-Za-z_]+/y)?.toUpperCase();
    if (word === 'TRUE' || word === 'FALSE') return () => word === 'TRUE';
    if (word === undefined || !states.has(word)) throw fail(`expected a function at position ${at}`);
    if (takes(/\(/y) === undefined) throw fail(`${word} needs the name of an alarm in parentheses`);
    const name = alarmName();
    if (takes(/\)/y) === undefined) throw fail('a parenthesis is not closed');
    children.add(name);
    // What is not there is not known.
    return (stateOf) => (stateOf(name) ?? 'INSUFFICIENT_DATA') === word;
  }

  function alarmName(): string {
    const quoted = takes(/"(?:[^"\\]|\\.)*"/y);
    const given = quoted === undefined ? takes(/[^\s()"]+/y) : quoted.slice(1, -1).replace(/\\(.)/g, '$1');
    if (given === undefined || given === '') throw fail(`expected the name of an alarm at position ${at}`);
    return /^arn:[^:]+:cloudwatch:[^:]*:\d{12}:alarm:(.+)$/.exec(given)?.[1] ?? given;
  }
}
