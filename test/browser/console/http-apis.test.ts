/** HTTP APIs in the console: integrations, routes, authorizers, CORS. */
import { strict as assert } from 'node:assert';
import { describe, type TestContext, test } from 'node:test';
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  GetApiCommand,
  GetAuthorizersCommand,
  GetIntegrationsCommand,
} from '@aws-sdk/client-apigatewayv2';
import { GetPolicyCommand } from '@aws-sdk/client-lambda';
import { createFunction } from '../../support/api-under-test.ts';
import { skipConsole, useConsole } from '../../support/console-under-test.ts';
import { choose, dialogOf, save, seen, selectRow } from '../../support/console-widgets.ts';
import { clientConfig } from '../../support/gatewright-in-process.ts';

describe('the console: HTTP APIs', { skip: skipConsole }, () => {
  const console = useConsole();

  /** An API whose `$default` stage shows every change at once, and whose `$default` route leads to nobody. */
  async function quickApi(t: TestContext) {
    const { gatewright } = await console();
    const client = new ApiGatewayV2Client(clientConfig(gatewright.endpoint));
    t.after(() => client.destroy());
    const Target = 'http://127.0.0.1:8899/';
    const { ApiId } = await client.send(new CreateApiCommand({ Name: 'by hand', ProtocolType: 'HTTP', Target }));
    return { id: ApiId!, client, url: (path: string) => `${gatewright.endpoint}/_aws/execute-api/${ApiId}${path}` };
  }

  test('[INT-12] a route to a function adds the statement that lets API Gateway invoke it, and answers', async (t) => {
    const { gatewright, open } = await console();
    await createFunction(gatewright, 'console-http', 'exports.handler = async ({ rawPath }) => `at ${rawPath}`;');
    const api = await quickApi(t);
    const page = await open(t, `/http/${api.id}/integrations`);
    await page.getByRole('button', { name: 'Create integration' }).click();
    const form = dialogOf(page, 'Create integration');
    await form.getByRole('combobox', { name: 'Lambda function' }).fill('console-http');
    await form.getByLabel('Description - optional').fill('the function');
    await form.getByRole('button', { name: 'Create integration' }).click();
    await seen(page, 'Integration saved.');
    const { Items } = await api.client.send(new GetIntegrationsCommand({ ApiId: api.id }));
    const made = Items!.find(({ Description }) => Description === 'the function')!;
    assert.equal(made.IntegrationType, 'AWS_PROXY');
    assert.equal(made.PayloadFormatVersion, '2.0');

    await page.getByRole('link', { name: 'Routes' }).click();
    await page.getByRole('button', { name: 'Create route' }).click();
    const route = dialogOf(page, 'Create route');
    await choose(route, 'Method', 'GET');
    await route.getByLabel('Path').fill('/things/{id}');
    await choose(route, 'Integration', /^Lambda function: console-http/);
    await route.getByRole('button', { name: 'Create route' }).click();
    await dialogOf(page, 'Add permission to Lambda function').getByRole('button', { name: 'OK' }).click();
    await seen(page, 'Route GET /things/{id} was saved.');
    const { Policy } = await gatewright.lambda.send(new GetPolicyCommand({ FunctionName: 'console-http' }));
    const source = `arn:aws:execute-api:us-east-1:000000000000:${api.id}/*/GET/things/*`;
    assert.deepEqual(JSON.parse(Policy!).Statement[0].Condition, { ArnLike: { 'AWS:SourceArn': source } });
    assert.equal(await (await fetch(api.url('/things/7'))).text(), 'at /things/7');
    await selectRow(page, 'GET /things/{id}');
    await page.getByRole('button', { name: 'Delete' }).click();
    await dialogOf(page, 'Delete route GET /things/{id}?').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('grid', { name: 'Routes' }).getByText('GET /things/{id}').waitFor({ state: 'detached' });
    assert.equal((await fetch(api.url('/things/7'))).status, 503);
  });

  test('a JWT authorizer is created and guards a route; CORS is configured and cleared', async (t) => {
    const { open } = await console();
    const api = await quickApi(t);
    const page = await open(t, `/http/${api.id}/authorizers`);
    await page.getByRole('button', { name: 'Create authorizer' }).click();
    const form = dialogOf(page, 'Create authorizer');
    await form.getByLabel('Name').fill('tokens');
    await form.getByLabel('Issuer URL').fill('https://issuer.example');
    await form.getByLabel('Audience').fill('shop, admin');
    await form.getByRole('button', { name: 'Create authorizer' }).click();
    await seen(page, 'Authorizer tokens was saved.');
    const { Items } = await api.client.send(new GetAuthorizersCommand({ ApiId: api.id }));
    assert.deepEqual(Items![0]!.JwtConfiguration, { Audience: ['shop', 'admin'], Issuer: 'https://issuer.example' });

    await page.getByRole('link', { name: 'CORS' }).click();
    await page.getByLabel('Access-Control-Allow-Origin').fill('https://www.example.com');
    await page.getByLabel('Access-Control-Max-Age').fill('60');
    await choose(page, 'Access-Control-Allow-Methods', 'GET');
    await page.keyboard.press('Escape');
    await save(page, 'CORS configuration saved.');
    const preflight = { Origin: 'https://www.example.com', 'Access-Control-Request-Method': 'GET' };
    const allowed = async (): Promise<string | null> =>
      (await fetch(api.url('/'), { method: 'OPTIONS', headers: preflight })).headers.get('access-control-allow-origin');
    assert.equal(await allowed(), 'https://www.example.com');
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await dialogOf(page, 'Clear the CORS configuration?').getByRole('button', { name: 'Clear', exact: true }).click();
    await page.getByRole('button', { name: 'Clear', exact: true }).and(page.locator(':disabled')).waitFor();
    assert.equal((await api.client.send(new GetApiCommand({ ApiId: api.id }))).CorsConfiguration, undefined);
    assert.equal(await allowed(), null);
  });
});
