import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { parseIssuesOf } from './parse-issues.ts';

const issuesOf = (paths: object, more: object = {}): string[] =>
  parseIssuesOf({ openapi: '3.0.1', info: { title: 'pets', version: '1' }, paths, ...more });

const fine = { responses: { 200: { description: 'fine' } } };

test('a document that lacks nothing has no remarks, and neither have extensions', () => {
  const operation = { ...fine, summary: 's', 'x-amazon-apigateway-integration': {} };
  const any = { isDefaultRoute: true };
  assert.deepEqual(issuesOf({ '/pets': { get: operation, 'x-amazon-apigateway-any-method': any }, 'x-more': 1 }), []);
});

test('responses, their descriptions, the place of a parameter and models are missed where they are not', () => {
  const schema = { $ref: '#/components/schemas/Nowhere' };
  const known = { $ref: '#/components/schemas/Pet' };
  const content = { 'application/json': { schema }, 'text/plain': { schema: known } };
  const paths = {
    '/pets': {
      get: {},
      put: { responses: { 200: { description: 'fine', content }, default: {} }, requestBody: { content } },
      post: { ...fine, parameters: [{ name: 'q' }, { $ref: '#/components/parameters/q' }] },
    },
  };
  assert.deepEqual(issuesOf(paths, { components: { schemas: { Pet: {} } } }), [
    "Parse issue: attribute paths.'/pets'(get).responses is missing",
    "Parse issue: attribute paths.'/pets'(put).requestBody.content.schema.#/components/schemas/Nowhere is missing",
    "Parse issue: attribute paths.'/pets'(put).responses.200.content.schema.#/components/schemas/Nowhere is missing",
    "Parse issue: attribute paths.'/pets'(put).responses.default.description is missing",
    "Parse issue: attribute paths.'/pets'(post).parameters.[q].in is missing",
  ]);
});

test('members that are none of OpenAPI 3 are unexpected; a path begins with a slash', () => {
  const parameters = [{ name: 'zipCode', in: 'path', type: 'string' }];
  const paths = { '/area/{zipCode}': { get: { ...fine, parameters, consumes: [] } }, $default: { get: fine, gut: {} } };
  assert.deepEqual(issuesOf(paths), [
    "Parse issue: attribute paths.'/area/{zipCode}'(get).parameters.[zipCode].type is unexpected",
    "Parse issue: attribute paths.'/area/{zipCode}'(get).consumes is unexpected",
    "Parse issue: attribute paths.'$default'.gut is unexpected",
    'Parse issue: attribute paths. Resource $default should start with /',
  ]);
});

test('documents that are no documents are not stumbled over', () => {
  for (const paths of [
    [],
    'x',
    null,
    { '/a': null, '/b': [], '/c': { get: 1, put: { responses: 'x', parameters: {} } } },
  ]) {
    assert.deepEqual(issuesOf(paths as object), []);
  }
});
