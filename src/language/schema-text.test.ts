import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { parseSchema } from './schema-text.ts';

function faultOf(text: string): string | undefined {
  const parsed = parseSchema(text);
  return typeof parsed === 'string' ? parsed : undefined;
}

test('what is no schema of draft 4 is told', () => {
  assert.match(faultOf('{"type": ') ?? '', /JSON/);
  for (const text of [
    '[]',
    '"x"',
    'null',
    '{"type":"text"}',
    '{"required":true}',
    '{"properties":[]}',
    '{"minLength":-1}',
  ]) {
    assert.equal(typeof faultOf(text), 'string', text);
  }
  assert.equal(faultOf('{"properties":{"__proto__":{}}}'), 'a property cannot be called __proto__');
  assert.equal(faultOf('{"$schema":"http://json-schema.org/draft-04/schema#","type":"object"}'), undefined);
});

test('every reference is noted, and none that stands among the values of an enum', () => {
  const text = '{"properties":{"a":{"$ref":"#/b"},"$ref":{"items":[{"$ref":"c"}]}},"enum":[{"$ref":"d"}]}';
  const parsed = parseSchema(text);
  assert.deepEqual(typeof parsed === 'string' ? parsed : parsed.references, ['#/b', 'c']);
});

test('an enum of tens of thousands of values is read in no time', () => {
  const startedMs = performance.now();
  assert.equal(faultOf(JSON.stringify({ enum: Array.from({ length: 40_000 }, (_, i) => `value ${i}`) })), undefined);
  assert.ok(performance.now() - startedMs < 2_000);
});
