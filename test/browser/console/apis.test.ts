/** All APIs in the console: the list of all three kinds, and every way to create one. */
import { strict as assert } from 'node:assert';
import { describe, test } from 'node:test';
import { GetResourcesCommand, GetRestApiCommand } from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client, CreateApiCommand, GetApiCommand, GetRoutesCommand } from '@aws-sdk/client-apigatewayv2';
import type { Page } from 'playwright-core';
import { createApi, mock } from '../../support/api-under-test.ts';
import { httpBackend } from '../../support/backends.ts';
import { skipConsole, useConsole } from '../../support/console-under-test.ts';
import { choose, dialogOf, seen, selectRow, writeCode } from '../../support/console-widgets.ts';
import { clientConfig } from '../../support/gatewright-in-process.ts';

describe('the console: all APIs', { skip: skipConsole }, () => {
  const console = useConsole();

  /** The id in the address of the page that creating an API led to. */
  async function createdId(page: Page, kind: string): Promise<string> {
    await page.waitForURL(new RegExp(`/_/console/${kind}/[a-z0-9]+/`));
    return new RegExp(`/${kind}/([a-z0-9]+)/`).exec(page.url())![1]!;
  }

  const restApi = async (restApiId: string) =>
    (await console()).gatewright.apigateway.send(new GetRestApiCommand({ restApiId }));
  const pathsOf = async (restApiId: string): Promise<string[]> => {
    const { items } = await (await console()).gatewright.apigateway.send(new GetResourcesCommand({ restApiId }));
    return items!.map(({ path }) => path!).sort();
  };

  test('[CON-01] a new REST API has the name, description and endpoint type it was given', async (t) => {
    const { open } = await console();
    const page = await open(t, '/apis');
    await page.getByRole('button', { name: 'Create API' }).first().click();
    await page.getByRole('button', { name: 'Build REST API' }).click();
    await page.getByLabel('API name').fill('orders of the console');
    await page.getByLabel('Description - optional').fill('made by hand');
    await page.getByRole('radio', { name: 'Edge-optimized' }).check({ force: true });
    await page.getByRole('button', { name: 'Create API' }).click();
    const api = await restApi(await createdId(page, 'rest'));
    assert.equal(api.name, 'orders of the console');
    assert.equal(api.description, 'made by hand');
    assert.deepEqual(api.endpointConfiguration?.types, ['EDGE']);
  });

  test('[CON-01] a clone has the resources of the API it was made from', async (t) => {
    const { gatewright, open } = await console();
    const original = await createApi(gatewright, { 'GET /pets/{id}': mock('pet') }, { name: 'to be cloned' });
    const page = await open(t, '/apis/create/rest');
    await page.getByRole('radio', { name: 'Clone existing API' }).check({ force: true });
    await choose(page, 'API to clone from', new RegExp(original.id));
    await page.getByLabel('API name').fill('the clone');
    await page.getByRole('button', { name: 'Create API' }).click();
    const id = await createdId(page, 'rest');
    assert.notEqual(id, original.id);
    assert.deepEqual(await pathsOf(id), ['/', '/pets', '/pets/{id}']);
    assert.equal((await restApi(id)).name, 'the clone');
  });

  test('[CON-01] an OpenAPI document becomes a REST API; one that is none is refused in the words of AWS', async (t) => {
    const { open } = await console();
    const page = await open(t, '/apis/create');
    await page.getByRole('button', { name: 'Import REST API' }).click();
    await writeCode(page, 'API definition', '{"hello": 1}');
    await page.getByRole('button', { name: 'Import API' }).click();
    await page.getByText('BadRequestException').waitFor();
    const document = {
      swagger: '2.0',
      info: { title: 'imported by hand', version: '1' },
      paths: { '/books': { get: { responses: { '200': { description: 'ok' } } } } },
    };
    await writeCode(page, 'API definition', JSON.stringify(document));
    await page.getByRole('button', { name: 'Import API' }).click();
    const id = await createdId(page, 'rest');
    assert.equal((await restApi(id)).name, 'imported by hand');
    assert.deepEqual(await pathsOf(id), ['/', '/books']);
  });

  test('[CON-01] the example is a pet store that answers once it is deployed', async (t) => {
    const { gatewright, open } = await console();
    const page = await open(t, '/apis/create/rest');
    await page.getByRole('radio', { name: 'Example API' }).check({ force: true });
    await page.getByRole('button', { name: 'Import API' }).click();
    const id = await createdId(page, 'rest');
    await page.getByRole('button', { name: 'Deploy API' }).click();
    const dialog = dialogOf(page, 'Deploy API');
    await choose(dialog, 'Stage', '[New Stage]');
    await dialog.getByLabel('Stage name').fill('shop');
    await dialog.getByRole('button', { name: 'Deploy' }).click();
    await seen(page, 'Deployed to stage shop.');
    const ask = async (path: string, init?: RequestInit): Promise<unknown> =>
      (await fetch(`${gatewright.invokeUrl(id, 'shop')}${path}`, init)).json();
    assert.deepEqual(await ask('/pets?type=cat'), [{ id: 2, type: 'cat', price: 124.99 }]);
    assert.deepEqual(await ask('/pets/7'), { id: '7', type: 'dog', price: 249.99 });
    const pet = { type: 'fish', price: 3 };
    const post = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(pet) };
    assert.deepEqual(await ask('/pets', post), { pet, message: 'success' });
  });

  test('[CON-01] a new HTTP API has its first route and answers at once by its $default stage', async (t) => {
    const { gatewright, open } = await console();
    const backend = await httpBackend((request, response) => response.end(`backend has ${request.url}`));
    t.after(() => backend.close());
    const page = await open(t, '/apis/create');
    await page.getByRole('button', { name: 'Build HTTP API' }).click();
    await page.getByLabel('API name').fill('http of the console');
    await page.getByRole('radio', { name: 'HTTP', exact: true }).check({ force: true });
    await page.getByLabel('URL endpoint').fill(`${backend.origin}/there`);
    await page.getByLabel('Resource path').fill('/here');
    await page.getByRole('button', { name: 'Create API' }).click();
    const id = await createdId(page, 'http');
    const reply = await fetch(`${gatewright.endpoint}/_aws/execute-api/${id}/here`);
    assert.equal(await reply.text(), 'backend has /there');
    await page.getByRole('row', { name: 'ANY /here' }).waitFor();
  });

  test('[CON-01] a new WebSocket API has its route selection expression and the routes it begins with', async (t) => {
    const { gatewright, open } = await console();
    const v2 = new ApiGatewayV2Client(clientConfig(gatewright.endpoint));
    t.after(() => v2.destroy());
    const page = await open(t, '/apis/create');
    await page.getByRole('button', { name: 'Build WebSocket API' }).click();
    await page.getByLabel('API name').fill('sockets of the console');
    await page.getByLabel('Route selection expression').fill('$request.body.type');
    await page.getByLabel('$connect').check({ force: true });
    await page.getByLabel('Custom routes - optional').fill('join, leave');
    await page.getByRole('button', { name: 'Create API' }).click();
    const ApiId = await createdId(page, 'websocket');
    const api = await v2.send(new GetApiCommand({ ApiId }));
    assert.equal(api.RouteSelectionExpression, '$request.body.type');
    const { Items } = await v2.send(new GetRoutesCommand({ ApiId }));
    assert.deepEqual(Items!.map(({ RouteKey }) => RouteKey).sort(), ['$connect', 'join', 'leave']);
  });

  test('[VS-04] all three kinds stand side by side, and the wizard offers all three', async (t) => {
    const { gatewright, open } = await console();
    const v2 = new ApiGatewayV2Client(clientConfig(gatewright.endpoint));
    t.after(() => v2.destroy());
    const rest = await createApi(gatewright, {}, { name: 'side rest', endpointConfiguration: { types: ['REGIONAL'] } });
    const http = await v2.send(new CreateApiCommand({ Name: 'side http', ProtocolType: 'HTTP' }));
    const RouteSelectionExpression = '$request.body.action';
    const socket = await v2.send(
      new CreateApiCommand({ Name: 'side socket', ProtocolType: 'WEBSOCKET', RouteSelectionExpression }),
    );
    const page = await open(t, '/apis');
    await page.getByPlaceholder('Find APIs').fill('side ');
    const rows = page.getByRole('grid', { name: 'APIs' }).locator('tbody tr');
    await page.getByText('3 matches').first().waitFor();
    const shown = (await rows.allInnerTexts()).map((text) => text.split(/\s*\t\s*|\n+/).filter(Boolean));
    assert.deepEqual(
      shown.map(([name, , id, protocol, type]) => [name, id, protocol, type]),
      [
        ['side http', http.ApiId, 'HTTP', 'Regional'],
        ['side rest', rest.id, 'REST', 'Regional'],
        ['side socket', socket.ApiId, 'WebSocket', 'Regional'],
      ],
    );
    await selectRow(page, 'side rest');
    await page.getByRole('button', { name: 'Delete' }).click();
    const dialog = dialogOf(page, 'Delete REST API side rest?');
    await dialog.getByPlaceholder('confirm').fill('confirm');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('2 matches').first().waitFor();
    await assert.rejects(restApi(rest.id), { name: 'NotFoundException' });
    await page.getByRole('button', { name: 'Create API' }).click();
    for (const kind of ['REST', 'HTTP', 'WebSocket']) {
      await page.getByRole('button', { name: `Build ${kind} API` }).waitFor();
    }
  });
});
