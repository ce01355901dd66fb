/**
 * `node bench/json-path.ts`: what reading JSON and JSON paths costs. Run by hand before and after a change to src/language/json-path; numbers of one
 * machine compare only with its own.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileJsonPath } from '../src/language/json-path/json-path.ts';
import { parseJsonSmart } from '../src/language/json-path/parse-json-smart.ts';
import { printJsonSmart } from '../src/language/json-path/print-json-smart.ts';
import { compileWholeTextPattern } from '../src/language/json-path/whole-text-pattern.ts';
import { maxWork } from '../src/language/json-path/work.ts';

/** The median of seven rounds, in nanoseconds per call. */
function nanosecondsPer(calls: number, call: () => unknown): number {
  const times: number[] = [];
  for (let round = 0; round < 8; round++) {
    const startedMs = performance.now();
    for (let i = 0; i < calls; i++) call();
    // The first round warms up.
    if (round > 0) times.push(((performance.now() - startedMs) * 1e6) / calls);
  }
  return times.sort((a, b) => a - b)[3]!;
}

function print(what: string, nanoseconds: number, megabytes?: number): void {
  const rate = megabytes === undefined ? '' : `${((megabytes * 1e9) / nanoseconds).toFixed(0).padStart(6)} MB/s`;
  console.log(`${what.padEnd(64)} ${nanoseconds.toFixed(0).padStart(10)} ns${rate}`);
}

const corpus = JSON.parse(readFileSync(join(import.meta.dirname, '../test/corpora/jsonpath.json'), 'utf8'));
const text: string = corpus.documents.store;
const store = parseJsonSmart(text);

for (const path of [
  '$.expensive',
  '$.store.book[0].title',
  '$.store.book[*].title',
  '$..price',
  '$..book[?(@.price<10)].title',
  '$..book[?(@.author =~ /.*REES/i)].title',
  '$..price.sum()',
]) {
  const compiled = compileJsonPath(path);
  print(
    `read ${path}`,
    nanosecondsPer(50_000, () => compiled.read(store)),
  );
}
for (const path of ['$.store.book[0].title', '$..book[?(@.price<10 && @.category in ["fiction"])].title']) {
  print(
    `compile ${path}`,
    nanosecondsPer(10_000, () => compileJsonPath(path)),
  );
}

const large = `[${Array(1_500).fill(text).join(',')}]`;
for (const [what, json] of [
  [`${text.length} characters`, text],
  ['1 MB', large],
] as const) {
  const calls = Math.ceil(3e6 / json.length);
  const megabytes = json.length / 1e6;
  print(
    `JSON.parse of ${what}, for comparison`,
    nanosecondsPer(calls, () => JSON.parse(json)),
    megabytes,
  );
  print(
    `parseJsonSmart of ${what}`,
    nanosecondsPer(calls, () => parseJsonSmart(json)),
    megabytes,
  );
  const value = parseJsonSmart(json);
  print(
    `printJsonSmart of ${what}`,
    nanosecondsPer(calls, () => printJsonSmart(value)),
    megabytes,
  );
}

const pattern = compileWholeTextPattern('[A-Z]\\w+ (in|on|at) .*[.!?]', '');
if (typeof pattern === 'string') throw new Error(pattern);
const sentence = 'Somebody in the room next to this one reads every letter of a sentence once.';
print(
  `a pattern on ${sentence.length} characters`,
  nanosecondsPer(20_000, () => pattern.matches(sentence, { left: maxWork })),
);
