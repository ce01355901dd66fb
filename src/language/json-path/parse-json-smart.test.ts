import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { JavaDouble, type JsonValue } from '../java-values.ts';
import { JavaDecimal } from './java-decimal.ts';
import { JsonSmartError } from './json-smart-error.ts';
import { parseJsonSmart } from './parse-json-smart.ts';
import { javaText } from './print-json-smart.ts';

function messageOf(text: string): string {
  try {
    parseJsonSmart(text);
  } catch (error) {
    assert.ok(error instanceof JsonSmartError);
    return error.message;
  }
  assert.fail(`${text} was read`);
}

/** What a text is read as, printed as Java prints it. */
function assertReads(texts: Readonly<Record<string, string>>): void {
  for (const [text, expected] of Object.entries(texts)) assert.equal(javaText(parseJsonSmart(text)), expected, text);
}

test('JSON is read as JSON, its objects in the order of the text', () => {
  const value = parseJsonSmart(' {"b":{"1":1,"0":[true,false,null,"x"]},"a":{}} ') as Map<string, JsonValue>;
  assert.deepEqual([...value.keys()], ['b', 'a']);
  assert.deepEqual([...(value.get('b') as Map<string, JsonValue>).keys()], ['1', '0']);
  assert.deepEqual((value.get('b') as Map<string, JsonValue>).get('0'), [true, false, null, 'x']);
  assertReads({ '{"a":1,"a":2}': '{a=2}', '{"__proto__":{"x":1}}': '{__proto__={x=1}}' });
});

test('quotes may be single or missing, commas too many, what follows the first value is not looked at', () => {
  assertReads({
    '{a:1}': '{a=1}',
    "{'a':'b'}": '{a=b}',
    '{a b : c d , e:f}': '{a b=c d, e=f}',
    '[1,2,]': '[1,2]',
    '[,1,,2]': '[1,2]',
    '{,a:1,,}': '{a=1}',
    '[a b, c]': '["a b","c"]',
    '{"a":1}x': '{a=1}',
    '[1]]]': '[1]',
    '{"a":,"b":1}': '{a=, b=1}',
  });
});

test('a text that begins like no JSON is one string; an empty text an empty one', () => {
  assertReads({
    'a=b&c={d}': 'a=b&c={d}',
    'just text': 'just text',
    'true story': 'true story',
    '12 monkeys': '12 monkeys',
    '': '',
    ' ': '',
  });
  assert.equal(parseJsonSmart('true'), true);
  assert.equal(parseJsonSmart('null'), null);
});

test('whole numbers are integers of any length, others doubles, long ones decimals', () => {
  assert.equal(parseJsonSmart('12'), 12);
  assert.equal(parseJsonSmart('-007'), -7);
  assert.equal(parseJsonSmart('-'), 0);
  assert.equal(parseJsonSmart('2147483648'), 2147483648n);
  assert.equal(parseJsonSmart('123456789012345678901234567890'), 123456789012345678901234567890n);
  assert.deepEqual(parseJsonSmart('1.0'), new JavaDouble(1));
  assert.deepEqual(parseJsonSmart('1e3'), new JavaDouble(1000));
  assert.ok(parseJsonSmart('0.12345678901234567') instanceof JavaDecimal);
  assertReads({
    '[1.0,1.50,1e3,1e7,1E-4,5.]': '[1.0,1.5,1000.0,1.0E7,1.0E-4,5.0]',
    '[0.1234567890123456789]': '[0.1234567890123456789]',
    '[1.5e300, 1e999, NaN]': '[1.5E300,null,NaN]',
    '[1x, 1-2, 1.2.3, 1e, 12:30]': '["1x","1-2","1.2.3","1e","12:30"]',
  });
});

test('strings: escapes, those json-smart does not know dropped, control characters kept unless there are escapes', () => {
  assertReads({
    '"\\t\\n\\r\\f\\b\\\\\\/\\"\\\'\\u00e4\\x41\\q"': '\t\n\r\f\b\\/"\'äA',
    '"a\tb\nc"': 'a\tb\nc',
    '"a\tb\\nc"': 'ab\nc',
    '\'say "hi"\'': 'say "hi"',
    '"it\'s"': "it's",
  });
});

test('errors are json-smart’s, to the letter (recorded for {a and [a)', () => {
  const messages: Record<string, string> = {
    '{a': 'Unexpected End Of File position 1: null',
    '[a': 'Unexpected End Of File position 1: EOF',
    '{"a":1': 'Unexpected End Of File position 5: null',
    '{"a":': 'Unexpected End Of File position 4: EOF',
    '{"a': 'Unexpected End Of File position 3: null',
    '{"a" 1}': 'Unexpected character (1) at position 4.',
    '{"a":}': 'Unexpected character (}) at position 5.',
    '{"a":[1}': 'Unexpected End Of File position 7: EOF',
    '{"a":"b" c}': 'Unexpected token c at position 8.',
    ']': 'Unexpected character (]) at position 0.',
    '"\\u00g0"': 'Unexpected unicode escape sequence g at position 5.',
    '[1.5e+]': 'Unexpected token 1.5e+ at position 6.',
  };
  for (const [text, message] of Object.entries(messages)) assert.equal(messageOf(text), message, text);
});

test('nesting is bounded at 400, the length of a number at 10,000 digits', () => {
  assert.ok(Array.isArray(parseJsonSmart('['.repeat(400) + ']'.repeat(400))));
  assert.match(messageOf('['.repeat(401)), /^Malicious payload, having non natural depths, parsing stoped on \[/);
  assert.match(messageOf('{"a":'.repeat(100_000)), /^Malicious payload/);
  assert.equal(String(parseJsonSmart('9'.repeat(10_000))).length, 10_000);
  assert.match(messageOf('9'.repeat(10_001)), /^Unexpected token 9+ at position/);
  assert.match(messageOf(`1.${'9'.repeat(10_000)}`), /^Unexpected token/);
});
