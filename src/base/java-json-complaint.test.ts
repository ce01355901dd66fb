import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { javaJsonComplaint } from './java-json-complaint.ts';

const values = "JSON String, Number, Array, Object or token 'null', 'true' or 'false'";

for (const [text, message, line, column] of [
  ['plain', `Unrecognized token 'plain': was expecting (${values})`, 1, 6],
  ['{"a": truth}', `Unrecognized token 'truth': was expecting (${values})`, 1, 12],
  ['{bad', "Unexpected character ('b' (code 98)): was expecting double-quote to start field name", 1, 3],
  ['{"a" 1}', "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value", 1, 7],
  ['{"a": 1\n "b": 2}', `Unexpected character ('"' (code 34)): was expecting comma to separate Object entries`, 2, 3],
  ['[1 2]', "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries", 1, 5],
  ['[1,]', `Unexpected character (']' (code 93)): expected a valid value (${values})`, 1, 5],
  ['<a/>', `Unexpected character ('<' (code 60)): expected a valid value (${values})`, 1, 2],
  [
    '{',
    'Unexpected end-of-input: expected close marker for Object (start marker at [Source: (byte[])"{"; line: 1, column: 1])',
    1,
    2,
  ],
  [
    '[{}',
    'Unexpected end-of-input: expected close marker for Array (start marker at [Source: (byte[])"[{}"; line: 1, column: 1])',
    1,
    4,
  ],
  ['"a', `Unexpected end-of-input: was expecting closing '"' for a string value`, 1, 3],
  ['"\\x"', "Unrecognized character escape 'x' (code 120)", 1, 4],
  [
    '"\t"',
    'Illegal unquoted character ((CTRL-CHAR, code 9)): has to be escaped using backslash to be included in string value',
    1,
    3,
  ],
  ['', 'No content to map due to end-of-input', 1, 1],
] as const) {
  test(`what Java says of ${JSON.stringify(text)}`, () => {
    assert.equal(
      javaJsonComplaint(text),
      `${message}\n at [Source: (byte[])"${text}"; line: ${line}, column: ${column}]`,
    );
  });
}

test('of a long text the beginning is shown, and depth is no danger', () => {
  assert.match(
    javaJsonComplaint('['.repeat(100_000)),
    /^Unexpected end-of-input.*\[truncated 99500 bytes\]; line: 1, column: 100001\]$/s,
  );
});
