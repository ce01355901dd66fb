import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { referenceDepth } from './reference-depth.ts';

const depth = (schema: unknown, others: Record<string, unknown> = {}): number =>
  referenceDepth(new Map(Object.entries({ own: schema, ...others })), 'own');

test('a chain of references is as deep as its longest way', () => {
  assert.equal(depth({ type: 'string' }), 0);
  assert.equal(depth({ items: { $ref: '#/definitions/a' }, definitions: { a: {} } }), 1);
  const order = { items: { $ref: 'item' }, not: { $ref: 'money#/definitions/amount' } };
  const item = { properties: { price: { $ref: 'money' } } };
  const money = { definitions: { amount: {} }, allOf: [{ $ref: '#/definitions/amount' }] };
  assert.equal(depth(order, { item, money }), 3);
});

test('a circle has no end, whether through the schema itself, a part of it or another schema', () => {
  const circle = Number.POSITIVE_INFINITY;
  assert.equal(depth({ items: { $ref: '#' } }), circle);
  assert.equal(depth({ $ref: '#/definitions/a', definitions: { a: { items: { $ref: '#/definitions/a' } } } }), circle);
  assert.equal(depth({ properties: { x: { items: { $ref: '#/properties/x' } } } }), circle);
  assert.equal(depth({ properties: { definitions: { $ref: '#' } } }), circle);
  assert.equal(depth({ items: { $ref: 'b' } }, { b: { not: { $ref: 'own' } } }), circle);
});

test('where a reference leads nowhere that is known, the worst is assumed', () => {
  assert.equal(depth({ $ref: 'elsewhere' }), Number.POSITIVE_INFINITY);
  assert.equal(depth({ $ref: '#/definitions/a%20b', definitions: { 'a b': {} } }), Number.POSITIVE_INFINITY);
});
