/** Java's regular expressions in templates. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { javaMatches, javaReplace, javaSplit } from './java-regex.ts';
import { JavaException } from './values.ts';

function replaced(text: string, pattern: string, replacement: string): string {
  return javaReplace(text, pattern, replacement, false);
}

test('[MAP-07] matches takes the whole text', () => {
  assert.equal(javaMatches('Hello', 'Hel'), false);
  assert.equal(javaMatches('Hello', 'Hel.*'), true);
  assert.equal(javaMatches('a\nb', 'a.b'), false);
  assert.equal(javaMatches('a\nb', '(?s)a.b'), true);
  assert.equal(javaMatches('HELLO', '(?i)hello'), true);
});

test('what JavaScript has not: possessive quantifiers, atomic groups, \\Q…\\E, POSIX classes, intersections, \\h, \\z', () => {
  assert.equal(javaMatches('aaa', 'a++a'), false);
  assert.equal(javaMatches('aaab', 'a++b'), true);
  assert.equal(javaMatches('abc', 'a(?>bc|b)c'), false);
  assert.equal(replaced('1.5+x', '\\Q.5+\\E', '_'), '1_x');
  assert.equal(replaced('aBc1', '\\p{Upper}|\\p{Digit}', '_'), 'a_c_');
  assert.equal(replaced('abcdef', '[a-f&&[^bd]]', '_'), '_b_d__');
  assert.equal(replaced('a\t b', '\\h+', '_'), 'a_b');
  assert.equal(replaced('ab', 'b\\z', '_'), 'a_');
  assert.equal(replaced('Ää1', '\\p{L}', '_'), '__1');
  assert.equal(replaced('a-]b', '[\\]\\-]', '_'), 'a__b');
});

test('replacements name groups by number and name; groups that a possessive quantifier needs do not count', () => {
  assert.equal(replaced('John Smith', '(\\w++) (?<last>\\w+)', '${last} $1'), 'Smith John');
  assert.equal(replaced('ab', '(a)', '$10\\$1'), 'a0$1b');
  assert.throws(() => replaced('a', 'a', '$1'), /IndexOutOfBoundsException: No group 1/);
  assert.throws(() => replaced('a', 'a', '$x'), /Illegal group reference/);
});

test('split leaves out empty parts at the end, unless a limit is given', () => {
  assert.deepEqual(javaSplit('a,b,,c,,', ',', 0), ['a', 'b', '', 'c']);
  assert.deepEqual(javaSplit('a,b,,c,,', ',', -1), ['a', 'b', '', 'c', '', '']);
  assert.deepEqual(javaSplit('a,b,c', ',', 2), ['a', 'b,c']);
  assert.deepEqual(javaSplit('abc', '', 0), ['a', 'b', 'c']);
  assert.deepEqual(javaSplit('', ',', 0), ['']);
});

test('a pattern that is none is an exception of Java', () => {
  for (const pattern of ['(', '*a', 'a{', '[a', '\\', '\\y', 'a)', '(?x)a', '\\p{Nope}', 'a{5000}']) {
    assert.throws(() => javaMatches('a', pattern), JavaException, pattern);
  }
});
