/** What belongs to one REST API in the console beside its resources: responses of the gateway, models, policy, documentation, settings, dashboard. */
import { strict as assert } from 'node:assert';
import { describe, test } from 'node:test';
import {
  GetDocumentationPartsCommand,
  GetDocumentationVersionsCommand,
  GetModelCommand,
  GetRestApiCommand,
} from '@aws-sdk/client-api-gateway';
import { createApi, mock } from '../../support/api-under-test.ts';
import { skipConsole, useConsole } from '../../support/console-under-test.ts';
import { choose, dialogOf, save, seen, selectRow, writeCode } from '../../support/console-widgets.ts';

describe('the console: what belongs to a REST API', { skip: skipConsole }, () => {
  const console = useConsole();

  async function deployedApi(name = 'console pets') {
    const { gatewright } = await console();
    const api = await createApi(gatewright, { 'GET /pets': mock('pets') }, { name });
    await api.deploy('prod');
    return api;
  }

  test('[CON-06] a gateway response is customized, answers so once deployed, and is reset', async (t) => {
    const api = await deployedApi();
    const page = await (await console()).open(t, `/rest/${api.id}/gateway-responses`);
    await selectRow(page.getByRole('grid', { name: 'Response types' }), 'MISSING_AUTHENTICATION_TOKEN');
    await page.getByLabel('Status code').fill('404');
    await page.getByRole('button', { name: 'Add response header' }).click();
    await page.getByRole('textbox', { name: 'Header' }).fill('X-Why');
    await page.getByRole('textbox', { name: 'Mapping' }).fill("'not here'");
    await writeCode(page, 'Template for application/json', '{"lost":"$context.path"}');
    await save(page, 'MISSING_AUTHENTICATION_TOKEN saved.');
    await api.deploy('prod');
    const lost = await fetch(api.url('prod', '/lost'));
    assert.deepEqual(
      [lost.status, lost.headers.get('x-why'), await lost.text()],
      [404, 'not here', '{"lost":"/prod/lost"}'],
    );

    await page.getByRole('button', { name: 'Reset to default' }).click();
    await dialogOf(page, 'Reset MISSING_AUTHENTICATION_TOKEN?')
      .getByRole('button', { name: 'Reset to default' })
      .click();
    await seen(page, 'MISSING_AUTHENTICATION_TOKEN is the default again.');
    await api.deploy('prod');
    assert.equal((await fetch(api.url('prod', '/lost'))).status, 403);
  });

  test('[CON-06] a model is made of a schema, changed, and shows its mapping template', async (t) => {
    const api = await deployedApi();
    const { gatewright, open } = await console();
    const page = await open(t, `/rest/${api.id}/models`);
    await page.getByRole('button', { name: 'Create model' }).click();
    const dialog = dialogOf(page, 'Create model');
    await dialog.getByLabel('Name').fill('Pet');
    await writeCode(dialog, 'Model schema', '{"type":"object","properties":{"age":{"type":"integer"}}}');
    await dialog.getByRole('button', { name: 'Create model' }).click();
    await seen(page, 'Model Pet created.');
    await writeCode(page, 'Model schema', '{"type":"object","properties":{"kind":{"type":"string"}}}');
    await save(page, 'Model Pet saved.');
    const model = await gatewright.apigateway.send(new GetModelCommand({ restApiId: api.id, modelName: 'Pet' }));
    assert.match(model.schema!, /"kind"/);
    await page.getByRole('button', { name: 'Show mapping template' }).click();
    await page.getByRole('textbox', { name: 'Mapping template' }).getByText('"kind"').waitFor();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await dialogOf(page, 'Delete model Pet?').getByRole('button', { name: 'Delete' }).click();
    await seen(page, 'Model Pet deleted.');
  });

  test('[CON-06] a resource policy begins with an example, keeps callers out once deployed, and is removed', async (t) => {
    const api = await deployedApi();
    const { gatewright, open } = await console();
    const page = await open(t, `/rest/${api.id}/resource-policy`);
    await page.getByRole('button', { name: 'Use an example' }).click();
    await page.getByRole('menuitem', { name: 'IP range denylist' }).click();
    const editor = page.getByRole('textbox', { name: 'Resource policy' });
    await editor.getByText('192.0.2.0/24').waitFor();
    const shown = (await editor.locator('.cm-line').allTextContents()).join('\n');
    await editor.fill(shown.replace('192.0.2.0/24', '127.0.0.0/8').replace('"198.51.100.0/24"', '"::1/128"'));
    await save(page, 'Resource policy saved. It acts with the next deployment.');
    const { policy } = await gatewright.apigateway.send(new GetRestApiCommand({ restApiId: api.id }));
    assert.match(policy!, /127\.0\.0\.0/);
    await api.deploy('prod');
    assert.equal((await fetch(api.url('prod', '/pets'))).status, 403);
    await page.getByRole('button', { name: 'Remove policy' }).click();
    await save(page, 'Resource policy saved. It acts with the next deployment.');
    await api.deploy('prod');
    assert.equal((await fetch(api.url('prod', '/pets'))).status, 200);
  });

  test('[CON-06] documentation is written, imported and published to a stage', async (t) => {
    const api = await deployedApi();
    const { apigateway } = (await console()).gatewright;
    const page = await (await console()).open(t, `/rest/${api.id}/documentation`);
    await page.getByRole('button', { name: 'Create documentation part' }).click();
    const part = dialogOf(page, 'Documentation part');
    await choose(part, 'Type', 'METHOD');
    await part.getByRole('textbox', { name: 'Path' }).fill('/pets');
    await part.getByRole('textbox', { name: 'Method' }).fill('GET');
    await writeCode(part, 'Properties', '{"summary":"All pets"}');
    await part.getByRole('button', { name: 'Save' }).click();
    await seen(page, 'Documentation part saved.');

    await page.getByRole('button', { name: 'Import' }).click();
    const dialog = dialogOf(page, 'Import documentation');
    const parts = [{ location: { type: 'API' }, properties: { description: 'Pets for all' } }];
    await writeCode(
      dialog,
      'OpenAPI document',
      JSON.stringify({
        ...{ swagger: '2.0', info: { title: 'pets', version: '1' }, paths: {} },
        'x-amazon-apigateway-documentation': { version: '1', documentationParts: parts },
      }),
    );
    await dialog.getByRole('button', { name: 'Import' }).click();
    await seen(page, '1 documentation parts imported.');
    const { items } = await apigateway.send(new GetDocumentationPartsCommand({ restApiId: api.id }));
    assert.deepEqual(items!.map(({ location }) => location!.type).sort(), ['API', 'METHOD']);

    await page.getByRole('button', { name: 'Publish documentation' }).click();
    const publish = dialogOf(page, 'Publish documentation');
    await choose(publish, 'Stage', 'prod');
    await publish.getByLabel('Version').fill('2.0');
    await publish.getByRole('button', { name: 'Publish' }).click();
    await seen(page, 'Documentation version 2.0 published.');
    const versions = await apigateway.send(new GetDocumentationVersionsCommand({ restApiId: api.id }));
    assert.deepEqual(
      versions.items!.map(({ version }) => version),
      ['2.0'],
    );
  });

  test('[CON-06] API settings change name, key source, binary types, compression and the default endpoint', async (t) => {
    const api = await deployedApi();
    const { gatewright, open } = await console();
    const page = await open(t, `/rest/${api.id}/settings`);
    await page.getByLabel('API name').fill('renamed pets');
    await choose(page, 'API endpoint type', 'Regional');
    await choose(page, 'API key source', 'Authorizer');
    await page.getByLabel('Binary media types').fill('image/png\nimage/jpeg');
    await page.getByLabel('Minimum body size for compression').fill('1024');
    await page.getByRole('checkbox', { name: 'Disable the default endpoint' }).check({ force: true });
    await save(page, 'API settings saved.');
    const changed = await gatewright.apigateway.send(new GetRestApiCommand({ restApiId: api.id }));
    assert.deepEqual(
      [
        changed.name,
        changed.endpointConfiguration!.types,
        changed.apiKeySource,
        changed.binaryMediaTypes,
        changed.minimumCompressionSize,
      ],
      ['renamed pets', ['REGIONAL'], 'AUTHORIZER', ['image/png', 'image/jpeg'], 1024],
    );
    await api.deploy('prod');
    assert.equal((await fetch(api.url('prod', '/pets'))).status, 403);
    await page.getByText('REST API: renamed pets').waitFor();
  });

  test('[CON-06] the dashboard counts calls and errors of a stage, and another period shows them too', async (t) => {
    const api = await deployedApi('console dashboard');
    for (const path of ['/pets', '/pets', '/nowhere']) await (await fetch(api.url('prod', path))).text();
    const page = await (await console()).open(t, `/rest/${api.id}/dashboard`);
    await page.getByRole('heading', { name: 'API calls (3)' }).waitFor();
    await page.getByRole('heading', { name: '4xx errors (1)' }).waitFor();
    await page.getByRole('heading', { name: '5xx errors (0)' }).waitFor();
    assert.equal(await page.getByRole('application', { name: 'Latency (ms)', exact: true }).count(), 1);
    await page.getByRole('button', { name: '1 week' }).click();
    await page.getByRole('heading', { name: 'API calls (3)' }).waitFor();
  });
});
