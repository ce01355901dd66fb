import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compileByteMatch } from './byte-match.ts';
import { jsonElements } from './json-elements.ts';
import { compileTransformations } from './transformations.ts';

const cases: readonly [type: string, text: string, transformed: string][] = [
  ['NONE', ' A ', ' A '],
  ['LOWERCASE', 'AbC\xc4', 'abc\xc4'],
  ['UPPERCASE', 'aBc', 'ABC'],
  ['TRIM', ' \t a b \0 ', 'a b'],
  ['TRIM_LEFT', '  a ', 'a '],
  ['TRIM_RIGHT', ' a  ', ' a'],
  ['COMPRESS_WHITE_SPACE', 'a \t\n\xa0 b', 'a b'],
  ['REMOVE_WHITESPACE', ' a \t b ', 'ab'],
  ['REMOVE_NULLS', 'a\0b', 'ab'],
  ['REPLACE_NULLS', 'a\0b', 'a b'],
  ['URL_DECODE', '%3Cb%3e+%zz%2', '<b> %zz%2'],
  ['URL_DECODE_UNI', '%u003c%uff1cb%41', '<<bA'],
  ['UTF8_TO_UNICODE', 'a\xc3\xa4', 'a%u00e4'],
  ['HTML_ENTITY_DECODE', '&lt;&#60;&#x3C;&#060&quot;&nbsp;&nope;&#xE4;', '<<<<"\xa0&nope;\xe4'],
  ['BASE64_DECODE', 'PGI+', '<b>'],
  ['BASE64_DECODE', 'P G', 'P G'],
  ['BASE64_DECODE_EXT', 'P!G*I+', '<b>'],
  ['HEX_DECODE', '3c623e', '<b>'],
  ['SQL_HEX_DECODE', 'x=0x414243', 'x=ABC'],
  ['REPLACE_COMMENTS', 'a/*x*/b/*y', 'a b '],
  ['REMOVE_COMMENTS_CHAR', 'a/*x*/b--c#d<!--e-->', 'axbcde'],
  ['CMD_LINE', 'CMD ,; "/c" ^whoami', 'cmd/c whoami'],
  ['CSS_DECODE', '\\61 l\\65rt\\(', 'alert('],
  ['JS_DECODE', '\\u003c\\x3c\\74\\n\\q', '<<<\nq'],
  ['JS_DECODE_EXT', '\\u{3c}', '<'],
  ['ESCAPE_SEQ_DECODE', '\\x41\\101\\t\\z', 'AA\t\\z'],
  ['NORMALIZE_PATH', '/a/./b//c/../d/', '/a/b/d/'],
  ['NORMALIZE_PATH', '../a/../../b', '../../b'],
  ['NORMALIZE_PATH', '/../a', '/a'],
  ['NORMALIZE_PATH_WIN', '\\a\\..\\b', '/b'],
];

test('[WAF-03] each text transformation does what the guide says', () => {
  for (const [Type, text, transformed] of cases) {
    const transform = compileTransformations([{ Priority: 0, Type }])!;
    assert.equal(transform(text), transformed, `${Type} ${JSON.stringify(text)}`);
  }
  const digest = compileTransformations([{ Priority: 0, Type: 'MD5' }])!('a');
  assert.equal(Buffer.from(digest, 'latin1').toString('hex'), '0cc175b9c0f1b6a831c399e269772661');
});

test('[WAF-03] transformations act in the order of their priorities; one nobody knows is none', () => {
  const both = compileTransformations([
    { Priority: 2, Type: 'LOWERCASE' },
    { Priority: 1, Type: 'URL_DECODE' },
  ])!;
  assert.equal(both('%41B'), 'ab');
  assert.equal(compileTransformations([{ Priority: 0, Type: 'ROT13' }]), undefined);
});

test('[WAF-03] a text can be held in five ways', () => {
  const holds = (constraint: string, text: string) => compileByteMatch('bad', constraint)!(text);
  assert.deepEqual(
    ['bad', 'bad ', 'xbad'].map((text) => holds('EXACTLY', text)),
    [true, false, false],
  );
  assert.deepEqual(
    ['bad', 'badx', 'xbad'].map((text) => holds('STARTS_WITH', text)),
    [true, true, false],
  );
  assert.deepEqual(
    ['bad', 'badx', 'xbad'].map((text) => holds('ENDS_WITH', text)),
    [true, false, true],
  );
  assert.deepEqual(
    ['bad', 'xbadx', 'ba d'].map((text) => holds('CONTAINS', text)),
    [true, true, false],
  );
  const words = ['bad', 'a-bad.', 'xbad', 'bad_', 'badly bad', 'bad1'];
  assert.deepEqual(
    words.map((text) => holds('CONTAINS_WORD', text)),
    [true, true, false, false, true, false],
  );
  assert.equal(compileByteMatch('bad', 'NEARLY'), undefined);
});

test('[WAF-03] JSON is taken apart, as far as it is JSON', () => {
  const read = (text: string) => {
    const { elements, isWhole } = jsonElements(text);
    return [elements.map(({ pointer, isKey, text: value }) => `${isKey ? 'k' : 'v'} ${pointer} ${value}`), isWhole];
  };
  assert.deepEqual(read('{"a/b": [1, {"c": "x\\n"}], "d": null}'), [
    ['k /a~1b a/b', 'v /a~1b/0 1', 'k /a~1b/1/c c', 'v /a~1b/1/c x\n', 'k /d d', 'v /d null'],
    true,
  ]);
  assert.deepEqual(read(' "a" '), [['v  a'], true]);
  assert.deepEqual(read('[]'), [[], true]);
  assert.deepEqual(read('{"a": "bad", oops'), [['k /a a', 'v /a bad'], false]);
  assert.deepEqual(read('{"a": 1} x'), [['k /a a', 'v /a 1'], false]);
  for (const text of ['', '{', '"a', '[1,', '{"a"}', '01', 'nul', '['.repeat(100_000)])
    assert.equal(read(text)[1], false, text.slice(0, 9));
});

test('long texts take no longer than their length', () => {
  for (const [Type] of cases) {
    const transform = compileTransformations([{ Priority: 0, Type }])!;
    for (const part of [' ', '\\', '&#', '%u', '/*', '/..', '0x', 'ab', '<!--'])
      transform(part.repeat(65_536 / part.length));
  }
});
