import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { JsonValue } from '../java-values.ts';
import { compileJsonPath } from './json-path.ts';
import { parseJsonSmart } from './parse-json-smart.ts';
import { JsonPathError } from './path-syntax.ts';
import { TooMuchWorkError } from './work.ts';

/** A list in a list in a list. */
function nested(depth: number): JsonValue {
  return parseJsonSmart('['.repeat(depth) + ']'.repeat(depth));
}

test('a path has at most 8,192 characters', () => {
  assert.equal(compileJsonPath(`$${'.a'.repeat(4_000)}`).read(new Map()), undefined);
  assert.throws(() => compileJsonPath(`$${'.a'.repeat(5_000)}`), JsonPathError);
});

test('filters, functions, parentheses and nots nest a few dozen deep, not thousands', () => {
  const filters = (depth: number): string => `$${'[?(@.a'.repeat(depth)}${')]'.repeat(depth)}`;
  const functions = (depth: number): string => `${'$.sum('.repeat(depth)}1${')'.repeat(depth)}`;
  const parentheses = (depth: number): string => `$[?${'('.repeat(depth)}@.a${')'.repeat(depth)}]`;
  const nots = (depth: number): string => `$[?(${'!'.repeat(depth)}(@.a))]`;
  for (const path of [filters, functions, parentheses, nots]) {
    assert.ok(compileJsonPath(path(20)));
    assert.throws(() => compileJsonPath(path(1_000)), JsonPathError);
  }
});

test('open brackets and quotes without end are refused, however many', () => {
  for (const open of ['[', '(', '[?(', '["', "['", '.a(', '[?(@[']) {
    const path = `$${open.repeat(Math.floor(8_000 / open.length))}`;
    assert.throws(() => compileJsonPath(path), JsonPathError, open);
  }
});

test('searches within searches are given up, not waited for', () => {
  const path = compileJsonPath(`$${'..*'.repeat(20)}`);
  assert.throws(() => path.read(nested(400)), TooMuchWorkError);
  assert.deepEqual(path.read(nested(4)), [], 'what is small is read');
});

test('so are searches in filters of searches', () => {
  assert.throws(() => compileJsonPath('$..[?(@..[?(@..x)])]').read(nested(400)), TooMuchWorkError);
});

test('what $ finds in a filter is looked for once, not for every value', () => {
  const document = new Map<string, JsonValue>([
    ['list', Array(2_000).fill(1)],
    ['limits', Array(5_000).fill(1)],
  ]);
  const found = compileJsonPath('$.list[?(@ in $.limits[*])]').read(document);
  assert.ok(Array.isArray(found) && found.length === 2_000);
});

test('comparing counts as work too', () => {
  const same = Array(5_000).fill(1);
  const document = new Map<string, JsonValue>([
    ['list', same],
    ['one', [...same]],
    ['other', [...same]],
  ]);
  assert.throws(() => compileJsonPath('$.list[?($.one == $.other)]').read(document), TooMuchWorkError);
});

test('numbers of many digits, long texts and long lists of names cost in proportion', () => {
  const document = new Map<string, JsonValue>([
    ['list', Array(100_000).fill(1)],
    ['digits', '1'.repeat(10_000)],
    ['number', parseJsonSmart('1'.repeat(10_000))],
    ['text', 'x'.repeat(10_000_000)],
    ['texts', Array(1_000).fill('x'.repeat(10_000_000))],
  ]);
  for (const path of [
    '$.list[?(@ == $.digits)]',
    '$.list[?(@ < $.number)]',
    "$.list[?('1' == $.number)]",
    '$.texts[?(@ == $.text)]',
    "$.texts[?(@ contains 'y')]",
    '$.texts[?(@ =~ /x*/)]',
    `$.list[?(${Array(400).fill('@ == 2').join(' || ')})]`,
    `$.list${'.append(1)'.repeat(100)}`,
    `$.concat(${Array(20).fill('$.text').join(',')})`,
    '$.list[*].concat($.text)',
  ]) {
    assert.throws(() => compileJsonPath(path).read(document), TooMuchWorkError, path);
  }
  const members = Array(100_000).fill(new Map([['a', 1]]));
  assert.throws(() => compileJsonPath(`$[*]['b'${",'a'".repeat(100)}]`).read(members), TooMuchWorkError);
});

test('every value of a large body can be read', () => {
  const document = parseJsonSmart(`[${'{"a":[1,2,3],"b":{"c":"d"}},'.repeat(100_000)}]`);
  const found = compileJsonPath('$..c').read(document);
  assert.ok(Array.isArray(found) && found.length === 100_000);
});
