/** Chance that can be had again: everything a fuzzer does follows from its seed. */

export interface Chance {
  /** 0 ≤ n < `below`, whole. */
  below(below: number): number;
  /** True once in `every` times. */
  once(every: number): boolean;
  of<T>(choices: readonly T[]): T;
}

/** The mulberry32 generator: small, and good enough to choose mutations. */
export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    once: (every) => below(every) === 0,
    of: (choices) => choices[below(choices.length)]!,
  };
}

/** Seed and count of a fuzzer that is run by hand: `node test/fuzz/x.ts [seed] [count]`. */
export function seedAndCount(defaultCount: number): { seed: number; count: number } {
  const [seed = String(Date.now() % 1_000_000), count = String(defaultCount)] = process.argv.slice(2);
  return { seed: Number(seed), count: Number(count) };
}

/** Texts that have broken programs before. */
export const nastyTexts: readonly string[] = [
  '',
  ' ',
  '/',
  '//',
  '..',
  '.',
  '~',
  '~1',
  '~0',
  '~2',
  '/-',
  '*',
  '*/*',
  '%',
  '%zz',
  '%2F',
  '%00',
  '\0',
  '\r\nX: y',
  '\u2028',
  '\ud800',
  '\udc00x',
  '\ufeff',
  '😀',
  'ü'.repeat(300),
  'null',
  'undefined',
  'true',
  '-1',
  '0',
  '1e999',
  'NaN',
  'Infinity',
  '99999999999999999999',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '{}',
  '[]',
  '{"Statement":[]}',
  '{{}}',
  '{a',
  '{proxy+}',
  '{__proto__}',
  "'",
  '"',
  "'a'",
  '${stageVariables.x}',
  '${jndi:x}',
  '$context.requestId',
  '#set($x = 1)',
  'method.request.body',
  'method.request.body.$..a',
  'integration.response.header.x',
  'context.nothing',
  'stageVariables.__proto__',
  'http://',
  'http://a',
  'http://[::1]:99999/',
  'http://{x}:{y}/{z}',
  'arn:aws:iam::*:user/*',
  'arn:aws:iam::000000000000:role/x',
  'arn:aws:lambda:us-east-1:000000000000:function:f',
  'arn:aws:apigateway:us-east-1::/restapis/x',
  'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations',
  'x'.repeat(129),
  'a'.repeat(5_000),
  '('.repeat(200),
  '['.repeat(2_000),
  '(a+)+b',
  '(?<n>a)\\k<n>',
  '\\',
];
