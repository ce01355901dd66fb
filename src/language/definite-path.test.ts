import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { parseDefinitePath, readDefinitePath } from './definite-path.ts';

test('names, quoted names and positions, with or without $', () => {
  assert.deepEqual(parseDefinitePath("$.a.b[0][\"c d\"]['e\\'f'].g-h"), ['a', 'b', 0, 'c d', "e'f", 'g-h']);
  assert.deepEqual(parseDefinitePath('a.b[0]'), ['a', 'b', 0]);
  assert.deepEqual(parseDefinitePath("$['a'].b"), ['a', 'b']);
  assert.deepEqual(parseDefinitePath('[2][-1]'), [2, -1]);
  assert.deepEqual(parseDefinitePath('$'), []);
});

test('paths that may find many values, and text that is no path, are not read', () => {
  for (const text of [
    '$..a',
    '$.*',
    'a[*]',
    'a[0:2]',
    'a[?(@.b)]',
    'a[0,1]',
    'a b',
    'a.',
    '.',
    'a[',
    "a['b",
    'a["b"c]',
    '$.length()',
  ]) {
    assert.equal(parseDefinitePath(text), undefined, text);
  }
});

test('a value is found where it is, undefined where it is not', () => {
  const value = { a: [{ b: 1 }, { b: null }], length: 5 };
  const read = (path: string): unknown => readDefinitePath(value, parseDefinitePath(path)!);
  assert.equal(read('a[0].b'), 1);
  assert.equal(read('a[-1].b'), null);
  assert.equal(read('length'), 5);
  for (const absent of [
    'a[7].b',
    'a.b',
    'x.y.z',
    'a[0].b.c',
    'a.length',
    'constructor',
    '__proto__.x',
    'a[0].toString',
  ]) {
    assert.equal(read(absent), undefined, absent);
  }
});
