import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { schemaSet } from './json-schema.ts';

/** What a schema says about a value; undefined when it fits. */
function complaint(schema: unknown, value: unknown, others: Record<string, unknown> = {}): string | undefined {
  const texts = new Map(
    Object.entries({ 'http://schemas/own': schema, ...others }).map(([uri, each]) => [uri, JSON.stringify(each)]),
  );
  return schemaSet(texts).check('http://schemas/own')(value, 100);
}

const fits = (schema: unknown, value: unknown, others?: Record<string, unknown>): boolean =>
  complaint(schema, value, others) === undefined;

test('[MOD-01] references lead to definitions of the same schema and to other schemas, in circles too', () => {
  const schema = {
    type: 'object',
    definitions: { name: { type: 'string', minLength: 2 } },
    properties: { name: { $ref: '#/definitions/name' }, tree: { $ref: 'http://schemas/tree' } },
  };
  const tree = { type: 'object', required: ['leaf'], properties: { leaf: { type: 'integer' }, next: { $ref: '#' } } };
  const others = { 'http://schemas/tree': tree };
  assert.ok(fits(schema, { name: 'ab', tree: { leaf: 1, next: { leaf: 2 } } }, others));
  assert.ok(!fits(schema, { name: 'a' }, others));
  assert.ok(!fits(schema, { tree: { leaf: 1, next: { leaf: '2' } } }, others));
});

test('[MOD-01] draft 4: exclusive bounds are booleans, what stands beside a reference is ignored', () => {
  assert.ok(!fits({ minimum: 3, exclusiveMinimum: true }, 3));
  assert.ok(fits({ minimum: 3 }, 3));
  assert.ok(
    fits({ definitions: { any: {} }, properties: { a: { $ref: '#/definitions/any', type: 'string' } } }, { a: 1 }),
  );
});

test('[MOD-01] words draft 4 does not have change nothing: nullable, $async, $id, $schema of another draft', () => {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'me',
    type: 'string',
    nullable: true,
    $async: true,
  };
  assert.ok(!fits(schema, null));
  assert.ok(!fits({ nullable: true, minLength: 2 }, 'a'));
  assert.ok(fits({ properties: { nullable: { type: 'string' }, id: { type: 'integer' } } }, { nullable: 'x', id: 1 }));
  assert.ok(!fits({ properties: { nullable: { type: 'string' } } }, { nullable: 1 }));
  assert.ok(!fits({ properties: { $async: { type: 'string' } } }, { $async: 1 }));
  assert.ok(!fits({ enum: [{ id: 'a' }] }, {}));
});

test('two schemas may give themselves the same id', () => {
  const named = (type: string) => ({ id: '/same', type });
  assert.ok(fits({ allOf: [{ $ref: 'http://schemas/b' }], id: '/same' }, 1, { 'http://schemas/b': named('integer') }));
});

test('names every object inherits are no properties', () => {
  assert.ok(!fits({ required: ['toString'] }, {}));
  assert.ok(fits({ properties: { constructor: { type: 'string' } } }, {}));
  assert.ok(!fits({ additionalProperties: false }, JSON.parse('{"__proto__": 1}')));
});

test('every pattern of a schema is its own, and finds its match anywhere in the text', () => {
  const schema = {
    properties: { a: { pattern: '^x' }, b: { pattern: '^y' } },
    patternProperties: { '^n_': { type: 'integer' } },
  };
  assert.ok(fits(schema, { a: 'x', b: 'y', n_1: 1 }));
  assert.ok(!fits(schema, { a: 'y' }));
  assert.ok(!fits(schema, { b: 'x' }));
  assert.ok(!fits(schema, { n_1: 'x' }));
  assert.ok(fits({ pattern: 'b' }, 'abc'));
});

test('a pattern made to hang a backtracking engine answers at once, one RE2 lacks after 100 ms at most', () => {
  const started = performance.now();
  assert.ok(!fits({ pattern: '^(a+)+$' }, `${'a'.repeat(5_000)}!`));
  const late = complaint({ pattern: '^(?:(?=a)a+)+$' }, `${'a'.repeat(40)}!`);
  assert.match(late ?? '', /took more than 100 ms/);
  assert.ok(performance.now() - started < 5_000);
});

test('distinct items are found in one pass, equal ones whatever the order of their members', () => {
  assert.ok(
    !fits({ uniqueItems: true }, [
      { a: 1, b: [2] },
      { b: [2], a: 1 },
    ]),
  );
  assert.ok(fits({ uniqueItems: true }, [1, '1', [1], { a: 1 }, null, 'null', true]));
  const many = Array.from({ length: 100_000 }, (_, i) => ({ i }));
  const started = performance.now();
  assert.ok(fits({ uniqueItems: true }, many));
  assert.ok(performance.now() - started < 2_000);
});

test('multiples are reckoned in decimals', () => {
  assert.ok(fits({ multipleOf: 0.01 }, 19.99));
  assert.ok(!fits({ multipleOf: 0.01 }, 19.999));
  assert.ok(fits({ multipleOf: 1e-7 }, 1e21));
  assert.ok(fits({ multipleOf: 2 }, -4));
  assert.ok(!fits({ multipleOf: 2 }, Number.POSITIVE_INFINITY));
});

test('a value nested beyond the stack does not fit', () => {
  const schema = { type: 'array', items: { $ref: '#' } };
  const deep: unknown = JSON.parse('['.repeat(200_000) + ']'.repeat(200_000));
  assert.equal(complaint(schema, deep), '[instance is nested too deeply]');
  assert.ok(!fits({ uniqueItems: true }, [deep, 1]));
});

test('of a large value only the first finding is told, so that a body of millions of faults costs no more than one', () => {
  const check = schemaSet(new Map([['u', '{"items":{"type":"string"}}']])).check('u');
  assert.equal(check([1, 2], 100)?.match(/instance type/g)?.length, 2);
  assert.equal(check([1, 2], 100_000)?.match(/instance type/g)?.length, 1);
});

test('[MOD-05] findings in the words of the Java validator', () => {
  const cases: [schema: unknown, value: unknown, said: string][] = [
    [{ required: ['a', 'b', 'c'] }, { b: 1 }, '[object has missing required properties (["a","c"])]'],
    [
      { type: 'integer' },
      'x',
      '[instance type (string) does not match any allowed primitive type (allowed: ["integer"])]',
    ],
    [
      { type: 'number' },
      null,
      '[instance type (null) does not match any allowed primitive type (allowed: ["integer","number"])]',
    ],
    [
      { properties: {}, additionalProperties: false },
      { x: 1, y: 2 },
      '[object instance has properties which are not allowed by the schema: ["x","y"]]',
    ],
    [{ enum: ['a', 'b'] }, 'c', '[instance value ("c") not found in enum (possible values: ["a","b"])]'],
    [{ pattern: '^a' }, 'c', '[ECMA 262 regex "^a" does not match input string "c"]'],
    [{ maxLength: 2 }, 'a😀c', '[string "a😀c" is too long (length: 3, maximum allowed: 2)]'],
    [{ minLength: 2 }, 'a', '[string "a" is too short (length: 1, required minimum: 2)]'],
    [{ minimum: 1 }, 0, '[numeric instance is lower than the required minimum (minimum: 1, found: 0)]'],
    [
      { minimum: 1, exclusiveMinimum: true },
      1,
      '[numeric instance is not strictly greater than the required minimum 1]',
    ],
    [{ maximum: 1 }, 2, '[numeric instance is greater than the required maximum (maximum: 1, found: 2)]'],
    [{ maximum: 1, exclusiveMaximum: true }, 1, '[numeric instance is not strictly lower than the required maximum 1]'],
    [{ maxItems: 1 }, [1, 2], '[array is too long: must have at most 1 elements but instance has 2 elements]'],
    [{ uniqueItems: true }, [1, 1], '[array must not contain duplicate elements]'],
    [{ multipleOf: 2 }, 3, '[remainder of division is not zero (3 / 2)]'],
    [{ minProperties: 1 }, {}, '[object has too few properties (found 0 but schema requires at least 1)]'],
    [
      { anyOf: [{ type: 'string' }, { type: 'null' }] },
      1,
      '[instance failed to match at least one required schema among 2]',
    ],
    [
      { oneOf: [{ minimum: 0 }, { maximum: 9 }] },
      5,
      '[instance failed to match exactly one schema (matched 2 out of 2)]',
    ],
    [
      { oneOf: [{ minimum: 9 }, { maximum: 0 }] },
      5,
      '[instance failed to match exactly one schema (matched 0 out of 2)]',
    ],
    [{ not: {} }, 1, '[instance matched a schema which it should not have]'],
  ];
  for (const [schema, value, said] of cases) assert.equal(complaint(schema, value), said);
});

test('a schema that cannot be compiled says the same each time it is asked for', () => {
  const texts = { 'http://schemas/a': '{"items":{"$ref":"http://schemas/b"}}', 'http://schemas/b': '{"type":1}' };
  const set = schemaSet(new Map(Object.entries(texts)));
  for (let i = 0; i < 2; i++) assert.throws(() => set.check('http://schemas/a'), /^Error: schema\/type/);
});

test('a schema that refers to nothing, or to no schema, cannot be compiled', () => {
  const check =
    (schema: unknown, others = {}) =>
    () =>
      complaint(schema, {}, others);
  assert.throws(check({ properties: { a: { $ref: '#/definitions/none' } } }), /#\/definitions\/none/);
  assert.throws(check({ $ref: 'http://schemas/none' }), /http:\/\/schemas\/none/);
  assert.throws(check({ pattern: '(' }));
});

test('a tree that may be one of several kinds is no billion tries, and a check that is one ends', () => {
  const kind = (op: string) => ({
    properties: { op: { enum: [op] }, args: { items: { $ref: '#' } } },
    required: ['op'],
  });
  const nested = (levels: number, leaf: unknown): unknown =>
    levels === 0 ? leaf : { op: levels % 2 === 0 ? 'and' : 'or', args: [nested(levels - 1, leaf)] };
  const startedMs = performance.now();
  assert.match(complaint({ oneOf: [kind('and'), kind('or')] }, nested(40, { op: 'bad' })) ?? '', /exactly one schema/);
  assert.equal(complaint({ oneOf: [kind('and'), kind('or')] }, nested(40, { op: 'or' })), undefined);
  const again = { properties: { args: { items: { $ref: '#' } } } };
  const twice = { oneOf: [again, { allOf: [again, { required: ['none'] }] }] };
  assert.equal(complaint(twice, nested(40, {})), '[checking the instance took more than 100 ms]');
  assert.ok(performance.now() - startedMs < 5_000);
});

test('a schema that refers to others, but not to itself, tells all that is wrong with a deep body', () => {
  const schema = {
    properties: { a: { $ref: '#/definitions/level' } },
    definitions: {
      level: {
        properties: {
          b: { properties: { c: { properties: { d: { properties: { e: { type: 'null' }, f: { type: 'null' } } } } } } },
        },
      },
    },
  };
  const said = complaint(schema, { a: { b: { c: { d: { e: 1, f: 2 } } } } });
  assert.equal(said?.match(/instance type/g)?.length, 2);
});

test('many texts for a pattern that backtracks take no longer than one', () => {
  const slow = { items: { pattern: '^a(?!(a+)+c)a*$' } };
  const startedMs = performance.now();
  assert.match(
    complaint(
      slow,
      Array.from({ length: 2_000 }, () => 'a'.repeat(16)),
    ) ?? '',
    /took more than|nested/,
  );
  assert.ok(performance.now() - startedMs < 5_000);
});
