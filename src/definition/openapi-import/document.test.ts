import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { Problem } from '../../base/problem.ts';
import { describeApi } from './describe.ts';
import { readDocument } from './document.ts';

const options = {
  account: '123456789012',
  region: 'eu-central-1',
  basePath: 'ignore',
  ignoreDocumentation: false,
} as const;
const describe = (text: string) => describeApi(Buffer.from(text), options);

/** `reason` is what the caller hears or, of what is no OpenAPI document at all, what the log holds. */
async function assertUnreadable(text: string | Uint8Array, reason: RegExp): Promise<void> {
  await assert.rejects(describeApi(Buffer.from(text), options), (error: unknown) => {
    assert.ok(error instanceof Problem, String(error));
    assert.equal(error.kind, 'BadRequestException');
    assert.match(error.message === 'Invalid OpenAPI input.' ? (error.why ?? '') : error.message, reason);
    return true;
  });
}

test('[OAS-01] what is no OpenAPI document is called invalid, and no more is said', async () => {
  for (const text of [
    '',
    '[]',
    'just text',
    '{"openapi": ',
    '"{\\"openapi\\": \\"3.0.1\\"}"',
    '{"swagger": "1.2"}',
    '{}',
  ]) {
    await assert.rejects(describeApi(Buffer.from(text), options), { message: 'Invalid OpenAPI input.' });
  }
});

test('[OAS-01] what is no document is refused with the reason', async () => {
  await assertUnreadable('', /^the document is empty$/);
  await assertUnreadable(new Uint8Array([0xff, 0xfe]), /^the document is not UTF-8 text$/);
  await assertUnreadable('[]', /^the document is not an object$/);
  await assertUnreadable('just text', /^the document is not an object$/);
  await assertUnreadable('{"swagger": ', /./);
  await assertUnreadable('a: b: c', /./);
  await assertUnreadable('a: 1\na: 2', /Map keys must be unique/);
  for (const version of ['"swagger": "1.2"', '"swagger": "2.1"', '"openapi": "4.0.0"', '"openapi": {}']) {
    await assertUnreadable(`{${version}, "info": {"title": "t"}, "paths": {}}`, /^Swagger 2.0 or OpenAPI 3.0 expected/);
  }
});

test('[OAS-01] an invalid document is refused with the place', async () => {
  await assertUnreadable('{"openapi": "3.0.1", "info": {"title": "t"}}', /: attribute paths is missing$/);
  await assertUnreadable(
    '{"openapi": "3.0.1", "info": {"version": "1"}, "paths": {}}',
    /: attribute info.title is missing$/,
  );
  await assertUnreadable(
    '{"swagger": "2.0", "info": {"title": "t"}, "paths": {"pets": {}}}',
    /Resource pets should start with \/$/,
  );
  for (const security of ['{}', '"key"', '["key"]', '[{"key": true}]']) {
    await assertUnreadable(
      `{"openapi": "3.0.1", "info": {"title": "t"}, "paths": {"/a": {"get": {"security": ${security}}}}}`,
      /: attribute paths.'\/a'\(get\).security is not of type `array`$/,
    );
  }
});

test('[OAS-01] a document larger than 6 MB is refused', async () => {
  const padding = ' '.repeat(6 * 1024 * 1024);
  await assertUnreadable(
    `{"swagger": "2.0", "info": {"title": "t", "version": "1"}, "paths": {}}${padding}`,
    /larger than 6291456 bytes$/,
  );
});

test('security that guards nothing, and extensions that nothing reads, are warned of', async () => {
  const operation =
    '{"responses": {}, "x-amazon-apigateway-auth": {"type": "AWS_IAM"}, "x-amazon-apigateway-policy": {}}';
  const { findings } = await describe(
    `{"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "security": [{"key": []}], "x-amazon-apigateway-polciy": {},
      "paths": {"/a": {"x-amazon-apigateway-auth": {"type": "AWS_IAM"}, "get": ${operation}}}}`,
  );
  assert.deepEqual(findings, {
    errors: [],
    warnings: [
      'The security of the whole document does not count, only that of each operation. Ignoring.',
      'x-amazon-apigateway-polciy has no meaning for the document. Ignoring.',
      'x-amazon-apigateway-auth has no meaning at path /a. Ignoring.',
      "x-amazon-apigateway-policy has no meaning for a method. Ignoring. ('GET' at path '/a')",
    ],
  });
});

test('a large document costs no more than its size: nothing in it is compared or looked for each with each', async () => {
  const lines = (count: number, line: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => line(i)).join('\n');
  const valid = 'swagger: "2.0"\ninfo: {title: t, version: "1"}\npaths: {}\n';
  // Processor time: the machine may have other things to do.
  const before = process.cpuUsage();
  await describe(valid + lines(40_000, (i) => `x-${i}: 1`));
  // Comparing the keys of this map with each other takes several seconds.
  const { user, system } = process.cpuUsage(before);
  assert.ok(user + system < 6_000_000, `${(user + system) / 1000} ms`);
  const anchors = lines(20_000, (i) => `x-${i}: &a${i} 1`);
  await assertUnreadable(`${valid}${anchors}\n${lines(9_000, (i) => `y-${i}: *a${i}`)}`, /too many aliases/);
});

test('[OAS-05] what OpenAPI does not know is warned of and does not keep a document out', async () => {
  const parameters = [
    { name: 'id', in: 'path', required: true, type: 'string' },
    { name: 'q', in: 'query' },
  ];
  const document = {
    openapi: '3.0.1',
    info: { title: 't', version: '1', licence: 'MIT' },
    definitions: {},
    servers: [{ url: 'https://a.example.com' }, { url: 'https://b.example.com' }],
    paths: {
      '/pets/{id}': {
        get: { parameters, produces: [], responses: { 200: { description: '', schema: {} } }, 'x-mine': 1 },
        post: { requestBody: { schema: {} } },
      },
    },
  };
  const { description, findings } = await describe(JSON.stringify(document));
  assert.deepEqual(findings, {
    errors: [],
    warnings: [
      'Parse issue: attribute info.licence is unexpected',
      "Parse issue: attribute paths.'/pets/{id}'(get).parameters.[id].type is unexpected",
      "Parse issue: attribute paths.'/pets/{id}'(get).responses.200.schema is unexpected",
      "Parse issue: attribute paths.'/pets/{id}'(get).produces is unexpected",
      "Parse issue: attribute paths.'/pets/{id}'(post).requestBody.schema is unexpected",
      'Parse issue: attribute definitions is unexpected',
      "Parse issue: attribute paths.'/pets/{id}'(post).responses is missing",
      'More than one server provided. Ignoring all but the first for defining endpoint configuration',
    ],
  });
  assert.equal(description.paths[0]!.methods.length, 2);
  const { openapi: _, ...rest } = document;
  assert.deepEqual((await describe(JSON.stringify({ swagger: '2.0', ...rest, servers: [] }))).findings, {
    errors: [],
    warnings: [],
  });
});

test('responses may be left out, as those write who write for API Gateway alone', async () => {
  const missing = (what: string): string[] => [`Parse issue: attribute paths.'/'(get).${what} is missing`];
  for (const version of ['"swagger": "2.0"', '"openapi": "3.0.1"', '"openapi": "3.1.0"']) {
    for (const [operation, issues] of [
      ['{}', missing('responses')],
      ['{"responses": {}}', []],
      ['{"responses": {"200": {}}}', missing('responses.200.description')],
    ] as const) {
      const { description, findings } = await describe(
        `{${version}, "info": {"title": "t"}, "paths": {"/": {"get": ${operation}}}}`,
      );
      assert.equal(description.paths[0]!.methods.length, 1, version + operation);
      assert.deepEqual(findings, { errors: [], warnings: version.includes('swagger') ? [] : issues });
    }
  }
});

test('parameters may leave out their schemas, and schemes what only their authorizers say, as SAM does', async () => {
  const parameters = [
    { name: 'id', in: 'path', required: true },
    { name: 'q', in: 'query', type: 'string' },
  ];
  const operation = { parameters, responses: {} };
  const paths = { '/pets/{id}': { parameters, get: operation } };
  const components = { securitySchemes: { a: { type: 'oauth2' }, b: { type: 'openIdConnect' } } };
  const document = { openapi: '3.0.1', info: { title: 'x', version: '1' }, paths, components };
  assert.deepEqual(await readDocument(Buffer.from(JSON.stringify(document)), options), document);
  const { description } = await describe(JSON.stringify(document));
  assert.equal(description.paths[0]!.methods.length, 1);
});

test('formats are not looked at: an address or a pattern OpenAPI would not take is no reason to refuse', async () => {
  const { findings } =
    await describe(`{"swagger": "2.0", "info": {"title": "t", "contact": {"email": "nobody", "url": "no url"}}, "paths": {},
    "definitions": {"A": {"type": "object", "properties": {"b": {"type": "string", "pattern": "[\\\\w-.]"}}}}}`);
  assert.deepEqual(findings.errors, []);
});

test('versions may be written as numbers', async () => {
  for (const version of ['swagger: 2.0', 'openapi: 3.0', 'openapi: 3.1']) {
    const { description } = await describe(`{${version}, info: {title: t, version: 1.5}, paths: {}}`);
    assert.equal(description.version, '1.5', version);
  }
});

test('YAML has anchors and merge keys; a bomb of aliases is refused in no time', async () => {
  const { description } = await describe(`
openapi: 3.0.1
info: {title: t, version: '1'}
x-shared: &shared {x-amazon-apigateway-integration: &mock {type: mock}}
paths:
  /a: {get: {<<: *shared}}
  /b: {get: {x-amazon-apigateway-integration: *mock}}
`);
  assert.deepEqual(
    description.paths.map(({ methods }) => methods[0]!.integration?.type),
    ['MOCK', 'MOCK'],
  );
  const levels = Array.from({ length: 12 }, (_, i) => `x-${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join()}]`);
  await assertUnreadable(`swagger: "2.0"\nx-0: &a0 [1]\n${levels.join('\n')}`, /alias|more than 1000000 values/);
});

test('deep nesting and circles are refused, not walked', async () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  await assertUnreadable(`{"swagger": "2.0", "x-a": ${deep}}`, /^Unable to parse API definition: /);
  await assertUnreadable(
    `{"swagger": "2.0", "x-a": ${'['.repeat(300) + ']'.repeat(300)}}`,
    /nested more than 200 levels deep$/,
  );
  await assertUnreadable('swagger: "2.0"\nx-a: &a {b: *a}', /^Unable to parse API definition: /);
});

test('references that lead in a circle or nowhere are errors with their place', async () => {
  const parameters = { A: { $ref: '#/components/parameters/B' }, B: { $ref: '#/components/parameters/A' } };
  const operation = { parameters: [{ $ref: '#/components/parameters/A' }, { $ref: '#/components/parameters/C' }] };
  const document = {
    openapi: '3.0.1',
    info: { title: 't' },
    paths: { '/a': { get: operation } },
    components: { parameters },
  };
  const { findings } = await describe(JSON.stringify(document));
  assert.deepEqual(findings.errors, [
    "references lead in a circle ('GET' at path '/a')",
    "reference #/components/parameters/C not found ('GET' at path '/a')",
  ]);
});

test('a small document cannot refer to itself a million times', async () => {
  const big = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`x-${i}`, i]));
  const responses = Object.fromEntries(
    Array.from({ length: 200 }, (_, i) => [String(200 + i), { $ref: '#/components/responses/R' }]),
  );
  const document = {
    openapi: '3.0.1',
    info: { title: 't' },
    paths: { '/a': { get: { responses } } },
    components: { responses: { R: { description: '', ...big } } },
  };
  await assertUnreadable(JSON.stringify(document), /its references repeat too much of it$/);
});

test('names of JavaScript are names like others', async () => {
  const { description, findings } = await describe(`{"swagger": "2.0", "info": {"title": "t"}, "paths": {"/a": {"get": {
    "parameters": [{"name": "constructor", "in": "query", "type": "string"}, {"name": "__proto__", "in": "header", "type": "string"}],
    "x-amazon-apigateway-integration": {"type": "mock", "constructor": 1}}}},
    "definitions": {"constructor": {"type": "object"}}}`);
  assert.deepEqual(findings.errors, []);
  assert.equal(description.models[0]!.name, 'constructor');
  assert.deepEqual(Object.keys(description.paths[0]!.methods[0]!.requestParameters), [
    'method.request.querystring.constructor',
    'method.request.header.__proto__',
  ]);
});

test('a path of a hundred thousand parts costs no more than it is long', async () => {
  const { findings } = await describe(
    `{"swagger": "2.0", "info": {"title": "t"}, "paths": {"${'/a'.repeat(100_000)}": {}}}`,
  );
  assert.match(findings.errors[0]!, /more than 100 path parts$/);
});
