import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compileWholeTextPattern } from './whole-text-pattern.ts';
import { maxWork, TooMuchWorkError } from './work.ts';

function matches(pattern: string, text: string, flags = ''): boolean {
  const compiled = compileWholeTextPattern(pattern, flags);
  if (typeof compiled === 'string') assert.fail(compiled);
  return compiled.matches(text, { left: maxWork });
}

/** Patterns, and texts they match and do not match. */
function assertMatches(
  patterns: Readonly<Record<string, readonly [readonly string[], readonly string[]]>>,
  flags = '',
): void {
  for (const [pattern, [matching, others]] of Object.entries(patterns)) {
    for (const text of matching) assert.equal(matches(pattern, text, flags), true, `/${pattern}/${flags} ${text}`);
    for (const text of others) assert.equal(matches(pattern, text, flags), false, `/${pattern}/${flags} ${text}`);
  }
}

test('a pattern matches a whole text', () => {
  assertMatches({
    abc: [['abc'], ['abcd', 'xabc', 'ab', '']],
    '': [[''], ['a']],
    'a|bc': [
      ['a', 'bc'],
      ['abc', 'b'],
    ],
    'a*b+c?': [
      ['b', 'aabbc'],
      ['a', 'ac'],
    ],
    'a{2}': [['aa'], ['a', 'aaa']],
    'a{2,}': [['aa', 'aaaa'], ['a']],
    '(ab){1,2}': [
      ['ab', 'abab'],
      ['', 'ababab'],
    ],
    '(a|b)*?c+?': [['c', 'abac', 'acc'], ['ab']],
    '(?<year>[0-9]{4})-(?:0[1-9]|1[0-2])': [['2024-12'], ['2024-13']],
  });
});

test('classes as Java has them: ranges, unions, intersections, properties', () => {
  assertMatches({
    '[a-c\\d-]': [['a', '7', '-'], ['d']],
    '[^a-c]': [
      ['d', '😀'],
      ['a', ''],
    ],
    '[a-d[x-z]]': [['c', 'y'], ['e']],
    '[a-z&&[^aeiou]]': [['b'], ['a', 'B']],
    '[]a]': [[']', 'a'], []],
    '\\d\\w\\s': [['1_ '], ['ä1 ', '1ä ']],
    '\\D\\W\\S': [['a-b'], ['1-b']],
    '\\h\\v': [['\t\n'], ['\n\t']],
    '\\p{Upper}\\p{L}\\P{Alpha}': [['Aä1'], ['aä1', 'A11']],
    '\\p{IsGreek}\\p{Lu}': [['αÄ'], ['aÄ']],
    '.': [
      ['a', '😀'],
      ['\n', '\r', '\u2028', ''],
    ],
  });
});

test('escapes', () => {
  assertMatches({
    '\\Qa.b(\\E+': [['a.b(', 'a.b(('], ['axb(']],
    '\\x41\\u0042\\0103\\x{1F600}\\t\\e': [['ABC😀\t\x1b'], []],
    '\\.\\/\\$\\\\': [['./$\\'], ['x/$\\']],
    'a\\Rb': [
      ['a\r\nb', 'a\nb', 'a\u2028b'],
      ['ab', 'a\n\rb'],
    ],
  });
});

test('places: begin, end, lines, words', () => {
  assertMatches({
    '^a$': [['a'], ['a\n']],
    '\\Aa\\z': [['a'], []],
    '.*\\bcat\\b.*': [['a cat!'], ['concat!', 'äcat']],
    'a\\Bb': [['ab'], []],
  });
  assertMatches({ '(?s).*^b$.*': [['a\nb\nc', 'b'], ['ab']] }, 'm');
});

test('flags stand behind the pattern or within it, to the end of their group', () => {
  assertMatches({ 'cat[a-c]': [['CATb', 'cAtC'], ['catd']], ä: [['ä'], ['Ä']] }, 'i');
  assertMatches({ ä: [['Ä'], []] }, 'iu');
  assertMatches({ 'a.b': [['a\nb'], []] }, 's');
  assertMatches({ 'a b # not c\n c': [['abc'], ['a b c']] }, 'x');
  assertMatches({ 'a.b': [['a\rb'], ['a\nb']] }, 'd');
  assertMatches({ '\\w\\d': [['ä٣'], []] }, 'U');
  assertMatches({
    '(?i)ab': [['AB'], []],
    'a((?i)b)c': [['aBc'], ['aBC']],
    'a(?i:b)c': [['aBc'], ['ABc']],
    '(?i)a(?-i:b)': [['Ab'], ['AB']],
  });
});

test('what is no pattern, or cannot be told without trying again, is refused with a sentence', () => {
  const refused: Record<string, string> = {
    '(': 'Unclosed group',
    ')': 'Unmatched closing )',
    '[a': 'Unclosed character class',
    '*a': "Dangling meta character '*'",
    'a{': 'Illegal repetition',
    'a{2,1}': 'Illegal repetition range',
    '[b-a]': 'Illegal character range',
    '\\': 'Unexpected end of the pattern',
    '\\y': 'Illegal/unsupported escape sequence',
    '\\p{Nope}': 'Unknown character property',
    '(a)\\1': 'it refers back to what it matched',
    '(?=a)': 'it looks around, or holds on to what it matched',
    '(?>a)': 'it looks around, or holds on to what it matched',
    'a++': 'it holds on to what it matched (a possessive quantifier)',
    'a{2000}': 'it repeats more than 500 times',
    '((a{100}){100}){100}': 'it is too long, its repetitions written out',
    [`${'('.repeat(100)}a`]: 'it nests more than 64 deep',
  };
  for (const [pattern, why] of Object.entries(refused)) {
    assert.equal(compileWholeTextPattern(pattern, ''), `The pattern /${pattern}/ cannot be used: ${why}`);
  }
});

test('patterns that take other engines minutes cost steps in proportion to the text', () => {
  for (const pattern of ['(a+)+b', '(a|a)*b', '(a|aa)+$b', '(.*)(.*)(.*)(.*)b', '(a?){30}a{30}']) {
    const compiled = compileWholeTextPattern(pattern, '');
    assert.ok(typeof compiled === 'object');
    const work = { left: maxWork };
    compiled.matches('a'.repeat(10_000), work);
    assert.ok(maxWork - work.left < 200_000, pattern);
  }
});

test('a text too long for the work that is left is given up', () => {
  const compiled = compileWholeTextPattern('(a|b)*c', '');
  assert.ok(typeof compiled === 'object');
  assert.throws(() => compiled.matches('a'.repeat(10_000), { left: 1_000 }), TooMuchWorkError);
});

/** Deterministic, so that a failure comes again. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test('2,000 random patterns match what JavaScript’s own engine matches', () => {
  const random = randomNumbers(7);
  const pick = (from: readonly string[]): string => from[random(from.length)]!;
  const pattern = (depth: number): string => {
    let text = '';
    for (let i = 0; i <= random(3); i++) {
      const atom =
        depth > 0 && random(3) === 0
          ? `(?:${pattern(depth - 1)})`
          : pick(['a', 'b', '.', '[ab]', '[^a]', '\\d', 'a|b', '^', '$']);
      text += atom.includes('|') ? atom : atom + pick(['', '', '*', '+', '?', '{1,2}', '*?']);
    }
    return text;
  };
  let matched = 0;
  for (let i = 0; i < 2_000; i++) {
    const source = pattern(2);
    let expected: RegExp;
    try {
      expected = new RegExp(`^(?:${source})$`);
    } catch {
      continue;
    }
    for (const text of ['', 'a', 'b', 'ab', 'ba', 'aab', '1', 'a1b', 'bbbb']) {
      const isMatch = expected.test(text);
      if (isMatch) matched++;
      assert.equal(matches(source, text), isMatch, `/${source}/ ${text}`);
    }
  }
  assert.ok(matched > 2_000);
});
