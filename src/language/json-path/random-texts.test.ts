/** Texts nobody would write: each is read, or refused with an error of ours. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compileJsonPath } from './json-path.ts';
import { JsonSmartError } from './json-smart-error.ts';
import { parseJsonSmart } from './parse-json-smart.ts';
import { JsonPathError } from './path-syntax.ts';
import { javaText, printJsonSmart } from './print-json-smart.ts';
import { compileWholeTextPattern } from './whole-text-pattern.ts';

function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Texts of up to 14 of the parts. */
function* randomTexts(seed: number, count: number, parts: readonly string[]): Generator<string> {
  const random = randomNumbers(seed);
  for (let i = 0; i < count; i++) {
    yield Array.from({ length: 1 + random(14) }, () => parts[random(parts.length)]!).join('');
  }
}

const document = parseJsonSmart('{"a":[{"b":1,"c":"x"},{"b":[2.5,null,true]}],"d":{"a":"7"}}');

test('20,000 texts made of the parts of paths', () => {
  const parts = [
    ...'$@.[]()\'"*?:,!<>=~&|/\\ -+019aeE{}',
    '..',
    '[?(',
    ')]',
    '@.b',
    '=~ /',
    ' in ',
    '&&',
    '||',
    'length()',
  ];
  let paths = 0;
  for (const text of randomTexts(1, 10_000, parts)) {
    for (const path of [text, `$.a[?(@.b ${text})]`]) {
      try {
        const compiled = compileJsonPath(path);
        paths++;
        const found = compiled.read(document);
        if (found !== undefined) javaText(found);
      } catch (error) {
        assert.ok(error instanceof JsonPathError, `${path}: ${error}`);
        assert.ok(error.position >= 0 && error.position <= path.length, `${path}: ${error}`);
      }
    }
  }
  assert.ok(paths > 300, String(paths));
});

test('20,000 texts made of the parts of JSON; what is read prints as JSON that reads the same', () => {
  const parts = [
    ...'{}[],:"\'\\ \n\t-+.eE01',
    'true',
    'null',
    'NaN',
    '"a"',
    '{"a":',
    '\\u00e4',
    '\x1a',
    '\x00',
    '12345678901234567890',
    '😀',
  ];
  let read = 0;
  for (const text of randomTexts(2, 20_000, parts)) {
    try {
      const value = parseJsonSmart(text);
      read++;
      const printed = printJsonSmart(value);
      // json-smart itself writes the character it takes for the end as \u001A, and infinity as null.
      assert.equal(printJsonSmart(parseJsonSmart(printed)), printed, JSON.stringify(text));
    } catch (error) {
      assert.ok(error instanceof JsonSmartError, `${JSON.stringify(text)}: ${error}`);
    }
  }
  assert.ok(read > 5_000, String(read));
});

test('20,000 texts made of the parts of patterns', () => {
  const parts = [
    ...'ab.*+?|()[]{}^$\\-&,1:<',
    '\\d',
    '\\p{L}',
    '[^',
    '(?',
    '(?i)',
    '\\Q',
    '\\E',
    '{2}',
    '&&',
    '\\x',
    '😀',
  ];
  let compiled = 0;
  for (const text of randomTexts(3, 20_000, parts)) {
    const pattern = compileWholeTextPattern(text, '');
    if (typeof pattern === 'string') continue;
    compiled++;
    pattern.matches('aab1😀', { left: 100_000 });
  }
  assert.ok(compiled > 2_000, String(compiled));
});
