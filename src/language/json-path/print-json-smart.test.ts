import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { JavaDouble } from '../java-values.ts';
import { parseJsonSmart } from './parse-json-smart.ts';
import { javaText, printJsonSmart } from './print-json-smart.ts';
import { TooMuchWorkError } from './work.ts';

const document = parseJsonSmart('{"k":"a/b","list":["a/b",{"x":"c d"}],"n":null,"d":1.0}');

test('an object prints as Java prints a map, a list as JSON, with what is in it', () => {
  assert.equal(javaText(document), '{k=a/b, list=["a\\/b",{"x":"c d"}], n=null, d=1.0}');
  assert.equal(javaText('a/b'), 'a/b');
  assert.equal(javaText(null), 'null');
  assert.equal(javaText(true), 'true');
  assert.equal(javaText(2n ** 70n), '1180591620717411303424');
});

test('JSON escapes slashes, or leaves them', () => {
  assert.equal(printJsonSmart(document), '{"k":"a\\/b","list":["a\\/b",{"x":"c d"}],"n":null,"d":1.0}');
  assert.equal(printJsonSmart(document, 'plain'), '{"k":"a/b","list":["a/b",{"x":"c d"}],"n":null,"d":1.0}');
});

test('control characters and U+2000 to U+20FF are escaped, other letters are not', () => {
  assert.equal(
    printJsonSmart('"\\\b\f\n\r\t\u0001\u007f\u009f\u2028\u20ac ä😀'),
    '"\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u007F\\u009F\\u2028\\u20AC ä😀"',
  );
  assert.equal(printJsonSmart(new Map([['a/"b', 1]])), '{"a\\/\\"b":1}');
});

test('JSON has no infinity', () => {
  assert.equal(printJsonSmart([new JavaDouble(Number.POSITIVE_INFINITY), new JavaDouble(Number.NaN)]), '[null,NaN]');
  assert.equal(javaText(new JavaDouble(Number.NEGATIVE_INFINITY)), '-Infinity');
});

test('a text longer than any payload is not put together', () => {
  const megabyte = 'x'.repeat(1024 * 1024);
  assert.throws(() => printJsonSmart(Array(17).fill(megabyte)), TooMuchWorkError);
  assert.throws(() => javaText(new Map([['a', Array(17).fill(megabyte)]])), TooMuchWorkError);
});
