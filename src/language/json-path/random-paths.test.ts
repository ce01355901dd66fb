/** Compiled paths against a slow, obvious reading of the same paths: node lists handed from step to step. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { JsonValue } from '../java-values.ts';
import { compileJsonPath } from './json-path.ts';
import { printJsonSmart } from './print-json-smart.ts';

/** A step as text, and what it makes of one value. */
interface ObviousStep {
  readonly text: string;
  readonly isDefinite: boolean;
  apply(value: JsonValue): JsonValue[];
}

function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const random = randomNumbers(42);
const names = ['a', 'b', 'c'];

function pick<T>(from: readonly T[]): T {
  return from[random(from.length)]!;
}

function randomValue(depth: number): JsonValue {
  // The document itself is never a single value.
  const kind = depth === 4 ? 3 + random(3) : random(depth > 0 ? 6 : 3);
  if (kind === 0) return random(5);
  if (kind === 1) return pick(['x', 'y', '']);
  if (kind === 2) return pick([null, true]);
  if (kind === 3) return Array.from({ length: random(5) }, () => randomValue(depth - 1));
  const members = new Map<string, JsonValue>();
  for (const name of names) if (random(4) > 0) members.set(name, randomValue(depth - 1));
  return members;
}

function children(value: JsonValue): JsonValue[] {
  return value instanceof Map || Array.isArray(value) ? [...value.values()] : [];
}

/** The lists and objects at and below a value, from the outside in. */
function containers(value: JsonValue): JsonValue[] {
  if (!(value instanceof Map) && !Array.isArray(value)) return [];
  return [value, ...children(value).flatMap(containers)];
}

function member(value: JsonValue, name: string): JsonValue[] {
  const found = value instanceof Map ? value.get(name) : undefined;
  return found === undefined ? [] : [found];
}

function element(value: JsonValue, index: number): JsonValue[] {
  const found = Array.isArray(value) ? value.at(index) : undefined;
  return found === undefined ? [] : [found];
}

const randomSteps: (() => ObviousStep)[] = [
  () => {
    const name = pick(names);
    return {
      text: pick([`.${name}`, `['${name}']`, `["${name}"]`]),
      isDefinite: true,
      apply: (value) => member(value, name),
    };
  },
  () => {
    const index = random(5) - 2;
    return { text: `[${index}]`, isDefinite: true, apply: (value) => element(value, index) };
  },
  () => {
    const indexes = [random(4) - 1, random(4) - 1];
    return {
      text: `[${indexes}]`,
      isDefinite: false,
      apply: (value) => indexes.flatMap((index) => element(value, index)),
    };
  },
  () => ({ text: pick(['.*', '[*]']), isDefinite: false, apply: children }),
  () => {
    const from = random(3);
    const to = from + random(3);
    return {
      text: `[${from}:${to}]`,
      isDefinite: false,
      apply: (value) => (Array.isArray(value) ? value.slice(from, to) : []),
    };
  },
  () => {
    const from = -1 - random(3);
    return { text: `[${from}:]`, isDefinite: false, apply: (value) => (Array.isArray(value) ? value.slice(from) : []) };
  },
  () => {
    const name = pick(names);
    return {
      text: `..${name}`,
      isDefinite: false,
      apply: (value) => containers(value).flatMap((each) => member(each, name)),
    };
  },
  () => ({ text: '..*', isDefinite: false, apply: (value) => containers(value).flatMap(children) }),
  () => {
    const name = pick(names);
    const limit = random(4);
    const [symbol, holds] = pick<[string, (n: number) => boolean]>([
      ['>', (n) => n > limit],
      ['<=', (n) => n <= limit],
      ['==', (n) => n === limit],
    ]);
    const passes = (value: JsonValue): boolean => member(value, name).some((n) => typeof n === 'number' && holds(n));
    return { text: `[?(@.${name} ${symbol} ${limit})]`, isDefinite: false, apply: (value) => filtered(value, passes) };
  },
  () => {
    const name = pick(names);
    const isNegated = random(2) === 0;
    return {
      text: `[?(${isNegated ? '!' : ''}@.${name})]`,
      isDefinite: false,
      apply: (value) => filtered(value, (each) => member(each, name).length > 0 !== isNegated),
    };
  },
];

function filtered(value: JsonValue, passes: (value: JsonValue) => boolean): JsonValue[] {
  if (Array.isArray(value)) return value.filter(passes);
  return value instanceof Map && passes(value) ? [value] : [];
}

/**
 * What steps find: undefined when the part of the path that can only find one value comes to nothing before its last step. A wildcard or filter behind
 * it makes a list of what there is.
 */
function obviously(steps: readonly ObviousStep[], document: JsonValue): JsonValue | undefined {
  const found = steps.reduce<JsonValue[]>((values, step) => values.flatMap((value) => step.apply(value)), [document]);
  return steps.every((step) => step.isDefinite) ? found.at(-1) : found;
}

test('10,000 random paths find in random documents what an obvious reading finds', () => {
  let foundSomething = 0;
  for (let i = 0; i < 10_000; i++) {
    const steps = Array.from({ length: 1 + random(4) }, () => pick(randomSteps)());
    const path = `$${steps.map((step) => step.text).join('')}`;
    const document = randomValue(4);
    const compiled = compileJsonPath(path);
    assert.equal(
      compiled.isDefinite,
      steps.every((step) => step.isDefinite),
      path,
    );
    const expected = obviously(steps, document);
    const found = compiled.read(document);
    const where = `${path} in ${printJsonSmart(document)}`;
    // Where a path that finds many stops before its first wildcard, Jayway says that nothing is there at all; the obvious reading has an empty list.
    if (found === undefined && !compiled.isDefinite) assert.deepEqual(expected, [], where);
    else assert.equal(found && printJsonSmart(found), expected && printJsonSmart(expected), where);
    if (found !== undefined && !(Array.isArray(found) && found.length === 0)) foundSomething++;
  }
  assert.ok(foundSomething > 1_500, String(foundSomething));
});
