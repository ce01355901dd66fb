import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compileJavaPattern, type JavaPattern, matchesInTime } from './java-pattern.ts';

const matches = (pattern: string, text: string): boolean => {
  const compiled = compileJavaPattern(pattern);
  if (typeof compiled === 'string') throw new Error(compiled);
  return matchesInTime(compiled, text);
};

test('[INT-25] a pattern matches the whole text or not at all', () => {
  assert.ok(matches('5\\d{2}', '503'));
  assert.ok(!matches('5\\d{2}', '5030'));
  assert.ok(!matches('a|b', 'ab'));
  assert.ok(matches('.*Invalid.*', 'an Invalid id'));
  assert.ok(!matches('a', 'a\n'));
});

test('[INT-26] the point stops at line breaks, (?s) lifts that, (?i) ignores case', () => {
  assert.ok(!matches('.+', 'a\nb'));
  assert.ok(matches('(\\n|.)+', 'a\nb'));
  assert.ok(matches('(?s).+', 'a\nb'));
  assert.ok(matches('(?i)error', 'ERROR'));
});

test('POSIX classes are translated', () => {
  assert.ok(matches('\\p{Upper}\\p{Lower}+\\p{Digit}', 'Abc1'));
  assert.ok(!matches('\\p{Alpha}', '1'));
});

test('escaped brackets and classes of punctuation are no syntax of their own', () => {
  assert.ok(matches('\\[[A-Z]+\\] .*', '[BAD] request'));
  assert.ok(matches('[*+]+\\++', '*++'));
  assert.ok(matches('\\\\+', '\\\\'));
});

test('[INT-25] Java’s own constructs mean what they mean in Java', () => {
  for (const [pattern, text, isMatch] of [
    ['a++b', 'aab', true],
    ['a*+a', 'aa', false],
    ['(?>a|ab)c', 'abc', false],
    ['\\Q[x]\\E.*', '[x] y', true],
    ['\\Aa\\z', 'a', true],
    ['[a-z&&[^b]]', 'b', false],
    ['[a[0-9]]', '7', true],
    ['\\h', '\t', true],
    ['\\x{41}', 'A', true],
    ['\\p{javaLowerCase}', 'a', true],
    ['a(?i)b', 'aB', true],
  ] as const) {
    assert.equal(matches(pattern, text), isMatch, pattern);
  }
});

test('what is no pattern is refused', () => {
  for (const pattern of ['(', '[', '*a', '\\y', 'a{2001}', '(?<=a']) {
    assert.equal(typeof compileJavaPattern(pattern), 'string', pattern);
  }
});

test('[INT-25] a pattern that would try every way to cut a text is given up after a while', () => {
  const pattern = compileJavaPattern('(a+)+b') as JavaPattern;
  const startedMs = performance.now();
  assert.throws(() => matchesInTime(pattern, 'a'.repeat(60)), { kind: 'API_CONFIGURATION_ERROR' });
  assert.ok(performance.now() - startedMs < 2_000);
  assert.ok(matchesInTime(pattern, 'aaaaab'));
  assert.ok(!matchesInTime(pattern, 'aac'));
});

test('a pattern of a megabyte is refused at once', () => {
  assert.equal(compileJavaPattern('['.repeat(1_000_000)), 'the pattern is longer than 4096 characters');
});
