import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compilePattern } from './ecma-pattern.ts';

/** Patterns with texts they match (+) and do not match (-); JavaScript's own engine is the judge where it can read them. */
const cases: [pattern: string, texts: string[]][] = [
  ['^\\d{3}$', ['123', '1234', '12a', '123\n']],
  ['^.$', ['\r', '\u2028', 'a', '\n']],
  ['^\\s+$', ['\u00a0\u3000\ufeff', ' \t', 'x', '']],
  ['^[\\s\\d]+$', ['1\u00a02', 'x']],
  ['^\\S+$', ['a\u00a0', 'abc']],
  ['^[\\S]$', ['a', ' ']],
  ['^[a[b]$', ['[', 'b', 'c']],
  ['^[^]$', ['\n', 'a', '']],
  ['[]', ['a', '']],
  ['\\u0041\\x42', ['AB', 'ab']],
  ['^\\cA$', ['\x01', 'A']],
  ['^[\\b]$', ['\b', 'b']],
  ['^a\\/b\\-c\\_d$', ['a/b-c_d', 'a']],
  ['^\\A\\Q\\z$', ['AQz', '']],
  ['^(?<year>\\d{4})$', ['2026', '26']],
  ['^(\\w)\\1$', ['aa', 'ab']],
  ['^(?=.*[A-Z])(?=.*\\d).{8,}$', ['Passw0rd', 'password', 'Passw0r']],
  ['^(?!admin).*$', ['admins', 'user']],
  ['^.{0,2000}$', ['a'.repeat(2000), 'a'.repeat(2001)]],
  ['a|^b$', ['xax', 'b', 'xb']],
  ['^(?:[a-z0-9]+\\.)*[a-z]+$', ['a.b.c', 'a..b']],
];

test('patterns mean what ECMA 262 says, whichever engine runs them', () => {
  for (const [pattern, texts] of cases) {
    const compiled = compilePattern(pattern);
    const judge = new RegExp(pattern);
    for (const text of texts) {
      assert.equal(compiled.test(text), judge.test(text), `${pattern} on ${JSON.stringify(text.slice(0, 20))}`);
    }
  }
});

test('look-aheads at the beginning are asked one by one, in time that grows with the text', () => {
  const cases: [pattern: string, texts: string[]][] = [
    ['^(?=.*[A-Z])(?=.*[)\\d\\)]).{8,}$', ['Passw0rd', 'password', 'Passw0r', 'PASSWOR)']],
    ['^(?!.*\\.\\.)(?!\\.)[a-z.]+(?:\\.[a-z]|x)$', ['a.b', 'a..b', '.a.b', 'ax', 'a']],
    ['^(?!admin$|root$).+', ['admin', 'admins', 'root', 'x']],
    ['^(?=a)', ['a', 'b']],
    ['^(?=(a|b))[^|]+$', ['ac', 'c', 'a|']],
  ];
  for (const [pattern, texts] of cases) {
    const compiled = compilePattern(pattern);
    assert.ok(compiled.isLinear, pattern);
    for (const text of texts)
      assert.equal(compiled.test(text), new RegExp(pattern).test(text), `${pattern} on ${text}`);
  }
  for (const pattern of ['^(?=a)b|c', '^(?=a)(?=(?=b))c', '^a(?=b)', '^(?=a)(.)\\1', '(?=a)b']) {
    const compiled = compilePattern(pattern);
    assert.ok(!compiled.isLinear, pattern);
    for (const text of ['c', 'ab', 'aa', 'b']) assert.equal(compiled.test(text), new RegExp(pattern).test(text));
  }
});

test('properties of characters and code points outside the basic plane', () => {
  assert.ok(compilePattern('^\\p{L}+$').test('žluť'));
  assert.ok(!compilePattern('^\\p{L}+$').test('a1'));
  assert.ok(compilePattern('^.$').test('😀'));
  assert.ok(compilePattern('^\\u{1F600}$').test('😀'));
});

test('what is no pattern throws', () => {
  for (const pattern of ['(', '[a', 'a**', '(?<=', 'x'.repeat(5_000)])
    assert.throws(() => compilePattern(pattern), pattern);
});
