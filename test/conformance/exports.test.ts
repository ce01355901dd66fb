/** Exports and documentation as AWS's own clients ask for them. */
import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import {
  CreateDeploymentCommand,
  CreateDocumentationPartCommand,
  CreateDocumentationVersionCommand,
  GetDocumentationPartsCommand,
  GetExportCommand,
  ImportDocumentationPartsCommand,
  ImportRestApiCommand,
} from '@aws-sdk/client-api-gateway';
import { parse } from 'yaml';
import { type ApiUnderTest, createApi, mock } from '../support/api-under-test.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { programPath, skipWithout } from '../support/programs.ts';

let gatewright: TestGatewright;
let api: ApiUnderTest;
before(async () => {
  gatewright = await startTestGatewright();
  api = await createApi(gatewright, { 'GET /pets/{id}': mock('a pet'), 'ANY /': mock('root') }, { version: '1.0.0' });
  await api.deploy('dev');
});
after(() => gatewright.close());

test('[OAS-15] [OAS-21] a stage is exported, and what was exported answers alike when it is imported and deployed', async () => {
  const { apigateway } = gatewright;
  for (const [exportType, accepts, read] of [
    ['swagger', 'application/json', (text: string): unknown => JSON.parse(text)],
    ['oas30', 'application/yaml', (text: string): unknown => parse(text)],
  ] as const) {
    const { body, contentType, contentDisposition } = await apigateway.send(
      new GetExportCommand({
        restApiId: api.id,
        stageName: 'dev',
        exportType,
        accepts,
        parameters: { extensions: 'apigateway' },
      }),
    );
    const ending = accepts.endsWith('yaml') ? 'yaml' : 'json';
    assert.equal(contentType, 'application/octet-stream');
    assert.equal(contentDisposition, `attachment; filename="${exportType}_1.0.0.${ending}"`);
    const document = read(Buffer.from(body!).toString()) as { paths: object };
    assert.deepEqual(Object.keys(document.paths), ['/', '/pets/{id}']);

    const copy = await apigateway.send(new ImportRestApiCommand({ body: body!, failOnWarnings: true }));
    await apigateway.send(new CreateDeploymentCommand({ restApiId: copy.id, stageName: 'dev' }));
    for (const path of ['/', '/pets/1', '/nothing']) {
      const [original, copied] = await Promise.all(
        [api.url('dev', path), `${gatewright.invokeUrl(copy.id!, 'dev')}${path}`].map(async (url) => {
          const reply = await fetch(url);
          return `${reply.status} ${await reply.text()}`;
        }),
      );
      assert.equal(copied, original);
    }
  }
});

test('[OAS-15] AWS CLI writes an export to a file', { skip: skipWithout('aws') }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatewright-export-'));
  try {
    const file = join(folder, 'latest.json');
    const flags = ['--parameters', 'extensions=integrations', '--rest-api-id', api.id, '--stage-name', 'dev'];
    const all = ['--endpoint-url', gatewright.endpoint, 'apigateway', 'get-export', ...flags];
    await promisify(execFile)(programPath('aws')!, [...all, '--export-type', 'swagger', file], {
      env: {
        ...process.env,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_PAGER: '',
      },
    });
    const document = JSON.parse(readFileSync(file, 'utf8')) as { swagger: string; paths: Record<string, object> };
    assert.equal(document.swagger, '2.0');
    assert.ok('x-amazon-apigateway-any-method' in document.paths['/']!);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('[DOC-02] the properties of a part come back as they were sent; where its location has no field there is a null, which SDKs leave out', async () => {
  const { apigateway } = gatewright;
  const properties = '{\n\t"summary" : "spaces  and \\u00fc",\n  "b":1, "a":2 }';
  const { id, location } = await apigateway.send(
    new CreateDocumentationPartCommand({ restApiId: api.id, location: { type: 'METHOD', path: '/pets' }, properties }),
  );
  assert.deepEqual(location, { type: 'METHOD', path: '/pets' });
  const reply = await fetch(`${gatewright.endpoint}/restapis/${api.id}/documentation/parts/${id}`, {
    headers: { Accept: 'application/json' },
  });
  assert.deepEqual(await reply.json(), {
    id,
    location: { method: null, name: null, path: '/pets', statusCode: null, type: 'METHOD' },
    properties,
  });
});

test('[DOC-05] [DOC-06] documentation is written, published and comes out with the export', async () => {
  const { apigateway } = gatewright;
  const restApiId = api.id;
  await apigateway.send(
    new CreateDocumentationPartCommand({
      restApiId,
      location: { type: 'API' },
      properties: '{"info":{"description":"pets"}}',
    }),
  );
  const document = {
    swagger: '2.0',
    info: { title: 'doc', version: '1' },
    paths: {},
    'x-amazon-apigateway-documentation': {
      documentationParts: [{ location: { type: 'METHOD', path: '/pets' }, properties: { summary: 'one pet' } }],
    },
  };
  const { ids } = await apigateway.send(
    new ImportDocumentationPartsCommand({ restApiId, mode: 'merge', body: Buffer.from(JSON.stringify(document)) }),
  );
  assert.equal(ids?.length, 1);
  const { items } = await apigateway.send(new GetDocumentationPartsCommand({ restApiId }));
  assert.equal(items?.length, 2);
  await apigateway.send(
    new CreateDocumentationVersionCommand({ restApiId, documentationVersion: 'v1', stageName: 'dev' }),
  );
  const { body } = await apigateway.send(
    new GetExportCommand({ restApiId, stageName: 'dev', exportType: 'oas30', accepts: 'application/json' }),
  );
  const exported = JSON.parse(Buffer.from(body!).toString());
  assert.equal(exported.info.description, 'pets');
  assert.equal(exported.paths['/pets/{id}'].get.summary, 'one pet');
  assert.equal(exported['x-amazon-apigateway-documentation'].version, 'v1');
});
