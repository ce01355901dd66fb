import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { dialectOf } from './dialects.ts';
import {
  compileModel,
  loadModel,
  type ModelName,
  type RawModel,
  type ServiceModel,
  type Shape,
} from './service-model.ts';
import { inHashOrder, validateInput } from './validate.ts';

function complaint(model: ServiceModel, operation: string, input: Record<string, unknown>): string | undefined {
  try {
    validateInput(model.operation(operation), input, dialectOf(model));
    return undefined;
  } catch (error) {
    assert.equal((error as { kind?: string }).kind, dialectOf(model).invalidInput);
    return (error as Error).message;
  }
}
const of = (name: ModelName, operation: string, input: Record<string, unknown>): string | undefined =>
  complaint(loadModel(name), operation, input);

test('an unknown patch op is refused with its place, counted from 1, and the six there are', () => {
  assert.equal(
    of('apigateway', 'UpdateRestApi', { restApiId: 'abc', patchOperations: [{ op: 'x', path: '/name' }] }),
    "1 validation error detected: Value 'x' at 'updateRestApiInput.patchOperations.1.member.op' failed to satisfy constraint: " +
      'Member must satisfy enum value set: [add, remove, move, test, replace, copy]',
  );
});

test('every violation is collected into one message', () => {
  assert.equal(
    of('apigateway', 'UpdateRestApi', { restApiId: 'abc', patchOperations: [{ op: 'x' }, { op: 'add' }, { op: 'y' }] }),
    "2 validation errors detected: Value 'x' at 'updateRestApiInput.patchOperations.1.member.op' failed to satisfy constraint: " +
      'Member must satisfy enum value set: [add, remove, move, test, replace, copy]; ' +
      "Value 'y' at 'updateRestApiInput.patchOperations.3.member.op' failed to satisfy constraint: " +
      'Member must satisfy enum value set: [add, remove, move, test, replace, copy]',
  );
});

test('a missing required member is a null', () => {
  assert.equal(
    of('apigateway', 'CreateRestApi', {}),
    "1 validation error detected: Value null at 'createRestApiInput.name' failed to satisfy constraint: Member must not be null",
  );
});

test('a path parameter is named plainly', () => {
  assert.equal(
    of('apigateway', 'PutMethodResponse', { restApiId: 'a', resourceId: 'b', httpMethod: 'GET', statusCode: '999' }),
    "1 validation error detected: Value '999' at 'statusCode' failed to satisfy constraint: " +
      'Member must satisfy regular expression pattern: [1-5]\\d\\d',
  );
});

test('a wrong element of a list is reported for the whole list', () => {
  const message = of('apigateway', 'CreateRestApi', { name: 'a', endpointConfiguration: { types: ['wrong'] } });
  assert.match(
    message!,
    /^1 validation error detected: Value '\[wrong\]' at 'createRestApiInput\.endpointConfiguration\.types' failed to satisfy constraint: Member must satisfy constraint: \[Member must satisfy enum value set: \[(REGIONAL|EDGE|PRIVATE)(, (REGIONAL|EDGE|PRIVATE)){2}\]\]$/,
  );
});

test("Lambda's members go by their own paths, lengths and numbers by their bounds", () => {
  const base = { FunctionName: 'f', Role: 'arn:aws:iam::123456789012:role/r', Code: {} };
  assert.equal(of('lambda', 'CreateFunction', base), undefined);
  assert.equal(
    of('lambda', 'CreateFunction', { ...base, Timeout: 0, Description: 'x'.repeat(257) }),
    `2 validation errors detected: Value '${'x'.repeat(257)}' at 'description' failed to satisfy constraint: Member must have length less than or equal to 256; ` +
      "Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater than or equal to 1",
  );
});

test('an enum at a member is checked like one at a shape', () => {
  const message = of('apigatewayv2', 'ExportApi', { ApiId: 'a', OutputType: 'XML', Specification: 'OAS30' });
  assert.equal(
    message,
    "1 validation error detected: Value 'XML' at 'outputType' failed to satisfy constraint: Member must satisfy enum value set: [YAML, JSON]",
  );
});

test('secrets are not repeated in a message', () => {
  const message = of('lambda', 'CreateFunction', {
    FunctionName: 'f',
    Role: 'arn:aws:iam::123456789012:role/r',
    Code: {},
    Environment: { Variables: { '1bad': 'secret' } },
  });
  assert.ok(
    message?.includes("at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: ["),
  );
  assert.ok(!message?.includes('secret'));
});

const patternModel = (pattern: string): ServiceModel => {
  const raw: RawModel = {
    metadata: { protocol: 'json', endpointPrefix: 'x', serviceId: 'x', apiVersion: '1' },
    operations: { Do: { name: 'Do', http: { method: 'POST', requestUri: '/' }, input: { shape: 'In' } } },
    shapes: { In: { type: 'structure', members: { Text: { shape: 'Text' } } }, Text: { type: 'string', pattern } },
  };
  return compileModel('small', raw);
};

test('a pattern must match the whole text, Unicode classes included', () => {
  assert.equal(complaint(patternModel('a+b'), 'Do', { Text: 'aab' }), undefined);
  assert.match(complaint(patternModel('a+b'), 'Do', { Text: 'xaab' })!, /regular expression pattern: a\+b$/);
  assert.match(complaint(patternModel('a|b'), 'Do', { Text: 'ab' })!, /regular expression/);
  assert.equal(complaint(patternModel('[\\p{L}]+'), 'Do', { Text: 'äß' }), undefined);
});

test('a text too long for any name is refused without matching it', () => {
  // Matching this would take longer than the universe will last.
  assert.match(complaint(patternModel('(a+)+b'), 'Do', { Text: 'a'.repeat(100_000) })!, /regular expression/);
});

test('no pattern of a model can be made to take long by the texts that are matched', () => {
  const nasty = [
    'a',
    '0',
    'a-',
    'a.',
    'A1',
    'arn:aws:lambda:us-east-1:123456789012:function:',
    ' ',
    '-',
    '/a',
    'us-gov-',
  ];
  const texts = nasty.map((unit) => `${unit.repeat(Math.floor(2040 / unit.length))}\u0000`);
  const patterns = new Set<string>();
  const collect = (shape: Shape, seen: Set<Shape>): void => {
    if (seen.has(shape)) return;
    seen.add(shape);
    if (shape.pattern !== undefined) patterns.add(shape.pattern);
    for (const member of shape.members) collect(member.shape, seen);
    for (const inner of [shape.element, shape.key, shape.value]) if (inner !== undefined) collect(inner, seen);
  };
  for (const name of ['apigateway', 'apigatewayv2', 'apigatewaymanagementapi', 'lambda'] as const) {
    const model = loadModel(name);
    for (const operation of model.operationNames) collect(model.operation(operation).input, new Set());
  }
  assert.ok(patterns.size > 30);
  for (const pattern of patterns) {
    const model = patternModel(pattern);
    for (const text of texts) {
      const started = performance.now();
      complaint(model, 'Do', { Text: text });
      assert.ok(performance.now() - started < 500, `${pattern} takes long on ${text.slice(0, 20)}…`);
    }
  }
});

test('enum values are listed in the order of a Java hash set', () => {
  assert.deepEqual(inHashOrder(['add', 'remove', 'replace', 'move', 'copy', 'test']), [
    'add',
    'remove',
    'move',
    'test',
    'replace',
    'copy',
  ]);
});
