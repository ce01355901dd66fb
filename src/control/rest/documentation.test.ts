import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  assertRefused,
  deploy,
  makeApi,
  makePets,
  patch,
  type RestControl,
  restControl,
} from '../../../test/support/rest-control.ts';
import type { DocumentationPartLocation } from '../../wire/generated/apigateway.ts';
import { halLinks } from './links.ts';

const describe = (
  control: RestControl,
  restApiId: string,
  location: DocumentationPartLocation,
  properties = '{"a":1}',
) => control.call('CreateDocumentationPart', { restApiId, location, properties });

const fields = { path: '/pets', method: 'GET', statusCode: '200', name: 'n' };
const table: [NonNullable<DocumentationPartLocation['type']>, (keyof typeof fields)[], (keyof typeof fields)?][] = [
  ['API', []],
  ['AUTHORIZER', ['name']],
  ['MODEL', ['name']],
  ['RESOURCE', ['path']],
  ['METHOD', ['path', 'method']],
  ['PATH_PARAMETER', ['path', 'method', 'name'], 'name'],
  ['QUERY_PARAMETER', ['path', 'method', 'name']],
  ['REQUEST_HEADER', ['path', 'method', 'name'], 'name'],
  ['REQUEST_BODY', ['path', 'method']],
  ['RESPONSE', ['path', 'method', 'statusCode']],
  ['RESPONSE_HEADER', ['path', 'method', 'statusCode', 'name'], 'name'],
  ['RESPONSE_BODY', ['path', 'method', 'statusCode']],
];

for (const [type, may, must] of table) {
  test(`[DOC-01] a part about ${type} has ${may.join(', ') || 'no further field'}, once`, async () => {
    const control = restControl();
    const { id: restApiId } = await makeApi(control);
    const location = { type, ...Object.fromEntries(may.map((field) => [field, fields[field]])) };
    const part = await describe(control, restApiId, location);
    assert.match(part.id ?? '', /^[a-z0-9]{6}$/);
    assert.deepEqual(part, { id: part.id, location, properties: '{"a":1}' });
    await assertRefused(describe(control, restApiId, location), 'ConflictException', new RegExp(`type '${type}'`));
    for (const field of Object.keys(fields) as (keyof typeof fields)[]) {
      if (may.includes(field)) continue;
      const wrong = describe(control, restApiId, { ...location, [field]: fields[field] });
      await assertRefused(wrong, 'BadRequestException', new RegExp(`'${field}'`));
    }
    if (must !== undefined)
      await assertRefused(describe(control, restApiId, { type }), 'BadRequestException', new RegExp(must));
  });
}

test('[DOC-01] a default that is said is the same location as one that is not', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  await describe(control, restApiId, { type: 'METHOD' });
  await assertRefused(describe(control, restApiId, { type: 'METHOD', path: '/', method: '*' }), 'ConflictException');
  await describe(control, restApiId, { type: 'METHOD', path: '/', method: 'GET' });
});

test('[PATCH-06] UpdateDocumentationPart replaces the properties, as given, and nothing else', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const { id } = await describe(control, restApiId, { type: 'API' });
  const update = (op: 'add' | 'replace', path: string, value: string) =>
    control.call('UpdateDocumentationPart', {
      restApiId,
      documentationPartId: id!,
      patchOperations: [patch(op, path, value)],
    });
  const verbatim = '{ "description" : "spaces  stay" }';
  assert.equal((await update('replace', '/properties', verbatim)).properties, verbatim);
  await assertRefused(
    update('replace', '/properties', ''),
    'BadRequestException',
    'Documentation part properties must be non-empty',
  );
  await assertRefused(update('replace', '/properties', 'text'), 'BadRequestException');
  await assertRefused(
    update('replace', '/location', 'x'),
    'BadRequestException',
    "Invalid patch path  '/location' specified for op 'replace'. Must be one of: [/properties]",
  );
  await assertRefused(update('add', '/properties', '{}'), 'BadRequestException');
  assert.equal(
    (await control.call('GetDocumentationPart', { restApiId, documentationPartId: id! })).properties,
    verbatim,
  );
  await control.call('DeleteDocumentationPart', { restApiId, documentationPartId: id! });
  const missing = { restApiId, documentationPartId: id! };
  for (const call of [
    control.call('GetDocumentationPart', missing),
    control.call('DeleteDocumentationPart', missing),
    control.call('UpdateDocumentationPart', missing),
  ]) {
    await assertRefused(call, 'NotFoundException', 'Invalid Documentation part identifier specified');
  }
});

test('[DOC-04] parts are found by type, name and path; entities without one by their location status', async () => {
  const control = restControl();
  const { restApiId } = await makePets(control);
  await describe(control, restApiId, { type: 'API' });
  await describe(control, restApiId, { type: 'METHOD', path: '/pets', method: 'GET' });
  await describe(control, restApiId, { type: 'MODEL', name: 'Empty' });
  const found = async (input: object): Promise<unknown[]> =>
    (await control.call('GetDocumentationParts', { restApiId, ...input })).items!.map(({ location }) => location?.type);
  assert.deepEqual(new Set(await found({})), new Set(['API', 'METHOD', 'MODEL']));
  assert.deepEqual(await found({ type: 'METHOD' }), ['METHOD']);
  assert.deepEqual(await found({ nameQuery: 'Empty' }), ['MODEL']);
  assert.deepEqual(await found({ path: '/pets' }), ['METHOD']);
  const { items } = await control.call('GetDocumentationParts', { restApiId, locationStatus: 'UNDOCUMENTED' });
  assert.deepEqual(items, [
    { location: { type: 'MODEL', name: 'Error' } },
    { location: { type: 'RESOURCE', path: '/' } },
    { location: { type: 'RESOURCE', path: '/pets' } },
  ]);
});

test('[DOC-05] an import merges into what is there or takes its place', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const { id } = await describe(control, restApiId, { type: 'API' }, '{"description":"old","kept":true}');
  await describe(control, restApiId, { type: 'MODEL', name: 'Empty' });
  const document = (documentationParts: unknown) =>
    Buffer.from(
      JSON.stringify({
        openapi: '3.0.0',
        info: { title: 'doc', version: '1' },
        paths: {},
        'x-amazon-apigateway-documentation': { version: '1.0.3', documentationParts },
      }),
    );
  const parts = [
    { location: { type: 'API' }, properties: { description: 'new' } },
    { location: { type: 'RESPONSE', method: 'GET', statusCode: 200, path: null }, properties: '{"description":"ok"}' },
  ];
  const merged = await control.call('ImportDocumentationParts', { restApiId, body: document(parts) });
  assert.equal(merged.ids?.length, 2);
  assert.equal(merged.ids?.[0], id);
  const api = await control.call('GetDocumentationPart', { restApiId, documentationPartId: id! });
  assert.equal(api.properties, '{"description":"new","kept":true}');
  assert.equal((await control.call('GetDocumentationParts', { restApiId })).items?.length, 3);
  const faulty = [...parts, { location: { type: 'POEM' }, properties: {} }];
  await assertRefused(
    control.call('ImportDocumentationParts', { restApiId, body: document(faulty), failOnWarnings: true }),
    'BadRequestException',
    /Documentation part 3: Invalid location type specified: POEM/,
  );
  const replaced = await control.call('ImportDocumentationParts', {
    restApiId,
    body: document(faulty),
    mode: 'overwrite',
  });
  assert.deepEqual(replaced.warnings, ['Documentation part 3: Invalid location type specified: POEM']);
  const { items } = await control.call('GetDocumentationParts', { restApiId });
  assert.deepEqual(
    new Set(items?.map((part) => part.properties)),
    new Set(['{"description":"new"}', '{"description":"ok"}']),
  );
  await assertRefused(
    control.call('ImportDocumentationParts', { restApiId, body: Buffer.from('no document') }),
    'BadRequestException',
  );
});

test('[DOC-06] [PATCH-05] a version is a snapshot of the parts; only its description can change; a stage shows it', async () => {
  const control = restControl();
  const { restApiId } = await makePets(control);
  await deploy(control, restApiId, 'dev');
  const version = await control.call('CreateDocumentationVersion', {
    restApiId,
    documentationVersion: '1.0',
    description: 'first',
    stageName: 'dev',
  });
  assert.deepEqual(version, { version: '1.0', description: 'first', createdDate: control.clock.now() });
  assert.equal((await control.call('GetStage', { restApiId, stageName: 'dev' })).documentationVersion, '1.0');
  const named = { restApiId, documentationVersion: '1.0' };
  await assertRefused(control.call('CreateDocumentationVersion', named), 'ConflictException');
  const update = (path: string) =>
    control.call('UpdateDocumentationVersion', { ...named, patchOperations: [patch('replace', path, 'x')] });
  assert.equal((await update('/description')).description, 'x');
  await assertRefused(
    update('/version'),
    'BadRequestException',
    "Invalid patch path  '/version' specified for op 'replace'. Must be one of: [/description]",
  );
  await control.call('CreateDocumentationVersion', { restApiId, documentationVersion: '0.9' });
  const { items } = await control.call('GetDocumentationVersions', { restApiId });
  assert.deepEqual(
    items?.map((each) => each.version),
    ['0.9', '1.0'],
  );
  await assertRefused(control.call('DeleteDocumentationVersion', named), 'BadRequestException');
  await control.call('UpdateStage', {
    restApiId,
    stageName: 'dev',
    patchOperations: [patch('replace', '/documentationVersion', '0.9')],
  });
  await control.call('DeleteDocumentationVersion', named);
  await assertRefused(
    control.call('GetDocumentationVersion', named),
    'NotFoundException',
    'Invalid Documentation version identifier specified',
  );
  const self = halLinks('CreateDocumentationVersion', { restApiId }, { ...version })!['self'];
  assert.deepEqual(self, { href: `/restapis/${restApiId}/documentation/versions/1.0` });
});

test('parts and versions belong to their API and go with it', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  await describe(control, restApiId, { type: 'API' });
  await control.call('DeleteRestApi', { restApiId });
  const gone = control.call('GetDocumentationParts', { restApiId });
  await assertRefused(gone, 'NotFoundException', `Invalid API identifier specified 123456789012:${restApiId}`);
});
