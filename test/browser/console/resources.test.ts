/** Resources and methods of a REST API in the console. */
import { strict as assert } from 'node:assert';
import { describe, test } from 'node:test';
import {
  GetIntegrationCommand,
  GetMethodCommand,
  GetResourcesCommand,
  type Resource,
} from '@aws-sdk/client-api-gateway';
import { GetPolicyCommand } from '@aws-sdk/client-lambda';
import { createApi, createFunction, mock } from '../../support/api-under-test.ts';
import { httpBackend } from '../../support/backends.ts';
import { skipConsole, useConsole } from '../../support/console-under-test.ts';
import { choose, dialogOf, seen } from '../../support/console-widgets.ts';

describe('the console: resources of a REST API', { skip: skipConsole }, () => {
  const console = useConsole();

  async function resourcesOf(restApiId: string): Promise<Map<string, Resource>> {
    const { items } = await (await console()).gatewright.apigateway.send(new GetResourcesCommand({ restApiId }));
    return new Map(items!.map((each) => [each.path!, each]));
  }

  test('[CON-02] a resource is created with the preflight of CORS, below it a proxy resource that takes every path', async (t) => {
    const { gatewright, open } = await console();
    const backend = await httpBackend((request, response) => response.end(`${request.method} ${request.url}`));
    t.after(() => backend.close());
    const api = await createApi(gatewright, {});
    const page = await open(t, `/rest/${api.id}/resources`);
    await page.getByRole('button', { name: 'Create resource' }).click();
    await page.getByLabel('Resource name').fill('things');
    await page.getByLabel('CORS (Cross Origin Resource Sharing)').check({ force: true });
    await page.getByRole('button', { name: 'Create resource' }).click();
    await seen(page, 'Resource /things was created.');
    const options = (await resourcesOf(api.id)).get('/things')!.resourceMethods!;
    assert.deepEqual(Object.keys(options), ['OPTIONS']);

    await page.getByRole('button', { name: 'Create resource' }).click();
    await page.getByLabel('Proxy resource').check({ force: true });
    assert.equal(await page.getByLabel('Resource name').inputValue(), '{proxy+}');
    await page.getByRole('button', { name: 'Create resource' }).click();
    await page.getByRole('heading', { name: 'Create method' }).waitFor();
    await page.getByRole('radio', { name: 'HTTP', exact: true }).check({ force: true });
    await choose(page, 'HTTP method', 'ANY');
    await page.getByLabel('Endpoint URL').fill(`${backend.origin}/at/{proxy}`);
    await page.getByLabel('Integration timeout').fill('1500');
    await page.getByRole('button', { name: 'Create method' }).click();
    await page.getByRole('heading', { name: '/things/{proxy+} - ANY - Method execution' }).waitFor();
    const { id } = (await resourcesOf(api.id)).get('/things/{proxy+}')!;
    const names = { restApiId: api.id, resourceId: id!, httpMethod: 'ANY' };
    const integration = await gatewright.apigateway.send(new GetIntegrationCommand(names));
    assert.equal(integration.type, 'HTTP_PROXY');
    assert.equal(integration.timeoutInMillis, 1500);
    await api.deploy('s');
    const preflight = await fetch(api.url('s', '/things'), { method: 'OPTIONS' });
    assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
  });

  test('[CON-02] [INT-12] [CON-07] a method leads to a function found by its first letters; OK lets API Gateway invoke it, a name that is none is refused', async (t) => {
    const { gatewright, open } = await console();
    await createFunction(
      gatewright,
      'console-greets',
      'exports.handler = async (event) => ({ statusCode: 200, body: `hello ${event.pathParameters.who}` });',
    );
    const api = await createApi(gatewright, { 'GET /old/{who}': mock('old') });
    const page = await open(t, `/rest/${api.id}/resources/create-method?resource=${api.resourceIds.get('/old/{who}')}`);
    await choose(page, 'Method type', 'POST');
    const name = page.getByRole('combobox', { name: 'Lambda function' });

    await name.fill('console-greats');
    await page.getByRole('button', { name: 'Create method' }).click();
    await page.getByText('Function does not exist').waitFor();
    await page.getByText('There is no Lambda function console-greats in us-east-1').waitFor();
    assert.deepEqual(Object.keys((await resourcesOf(api.id)).get('/old/{who}')!.resourceMethods!), ['GET']);

    await name.fill('console-gr');
    await page.getByRole('option', { name: 'console-greets' }).click();
    assert.equal(await name.inputValue(), 'console-greets');
    await page.getByRole('button', { name: 'Create method' }).click();
    const prompt = dialogOf(page, 'Add permission to Lambda function');
    await prompt.getByText(':function:console-greets').waitFor();
    await prompt.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Nothing was saved').waitFor();
    await page.getByRole('button', { name: 'Create method' }).click();
    await prompt.getByRole('button', { name: 'OK' }).click();
    await page.getByRole('heading', { name: '/old/{who} - POST - Method execution' }).waitFor();

    const { Policy } = await gatewright.lambda.send(new GetPolicyCommand({ FunctionName: 'console-greets' }));
    const [statement] = JSON.parse(Policy!).Statement;
    assert.equal(statement.Principal.Service, 'apigateway.amazonaws.com');
    const source = `arn:aws:execute-api:us-east-1:000000000000:${api.id}/*/POST/old/*`;
    assert.deepEqual(statement.Condition, { ArnLike: { 'AWS:SourceArn': source } });
    await api.deploy('s');
    const reply = await fetch(api.url('s', '/old/ana'), { method: 'POST' });
    assert.equal(await reply.text(), 'hello ana');
  });

  test('[CON-02] the tree leads to each resource and method; a method and a resource are deleted', async (t) => {
    const { gatewright, open } = await console();
    const api = await createApi(gatewright, { 'GET /a/b': mock('b'), 'PUT /a/b': mock('put') });
    const page = await open(t, `/rest/${api.id}/resources`);
    await page.getByRole('link', { name: 'PUT /a/b' }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await dialogOf(page, 'Delete method PUT /a/b?').getByRole('button', { name: 'Delete' }).click();
    await seen(page, 'Method PUT /a/b was deleted.');
    assert.deepEqual(Object.keys((await resourcesOf(api.id)).get('/a/b')!.resourceMethods!), ['GET']);
    await page.getByRole('link', { name: '/a', exact: true }).click();
    await page.getByRole('button', { name: 'Delete' }).first().click();
    await dialogOf(page, 'Delete resource /a?').getByRole('button', { name: 'Delete' }).click();
    await seen(page, 'Resource /a was deleted.');
    assert.deepEqual([...(await resourcesOf(api.id)).keys()], ['/']);
  });

  test('[CON-03] what is tested is called for real, with its log and what each stage will do', async (t) => {
    const { gatewright, open } = await console();
    const backend = await httpBackend((request, response) => {
      response.setHeader('X-Page', new URL(request.url!, 'http://b').searchParams.get('p') ?? 'none');
      response.end(`${request.method} ${request.url}`);
    });
    t.after(() => backend.close());
    const api = await createApi(gatewright, {
      'GET /pets/{id}': {
        ...{ type: 'HTTP', verb: 'POST', uri: `${backend.origin}/animals/{n}` },
        requestParameters: {
          'integration.request.path.n': 'method.request.path.id',
          'integration.request.querystring.p': 'method.request.querystring.page',
        },
        responses: [{ statusCode: '200' }],
      },
    });
    await api.deploy('prod');
    const page = await open(t, `/rest/${api.id}/resources`);
    await page.getByRole('link', { name: 'GET /pets/{id}' }).click();
    await page.getByRole('button', { name: 'Show Test' }).click();
    await page.getByLabel('Path: id').fill('7 a');
    await page.getByLabel('Query strings').fill('page=3');
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await page.getByTestId('test-status').getByText('200').waitFor();
    const part = async (title: string): Promise<string> =>
      (await page.getByRole('region', { name: title }).textContent())!;
    assert.match(await part('Response body'), /POST \/animals\/7%20a\?p=3/);
    const log = await part('Logs');
    assert.match(log, /Starting execution for request/);
    assert.match(log, /Endpoint request URI: .*\/animals\/7%20a\?p=3/);
    assert.match(log, /Method completed with status: 200/);
    await page.getByRole('heading', { name: 'What will happen' }).waitFor();
    await page.getByText(/http POST .*\/animals/).waitFor();
  });

  test('[CON-03] method request, integration request, integration response and method response are each edited', async (t) => {
    const { gatewright, open } = await console();
    const api = await createApi(gatewright, { 'GET /pets': mock('pets') });
    const page = await open(t, `/rest/${api.id}/resources?resource=${api.resourceIds.get('/pets')}&method=GET`);
    const saveWith = async (message: string | RegExp): Promise<void> => {
      await page.getByRole('button', { name: 'Save changes' }).and(page.locator(':enabled')).first().click();
      await seen(page, message);
    };
    await choose(page, 'Request validator', 'Validate query string parameters and headers');
    await page.getByRole('button', { name: 'Add query string' }).click();
    await page.getByLabel('URL query string parameters: name').fill('page');
    await page.getByLabel('Required', { exact: true }).check({ force: true });
    await saveWith(/^Method request saved/);

    await page.getByRole('button', { name: 'Show Integration request' }).click();
    await page.getByRole('button', { name: 'Add parameter' }).click();
    await choose(page, 'Place', 'Header');
    await page.getByLabel('Mapped name').fill('x-page');
    await page.getByLabel('Mapped from').fill('method.request.querystring.page');
    await saveWith('Request parameters saved.');

    await page.getByRole('button', { name: 'Show Method response' }).click();
    await page.getByRole('button', { name: 'Edit response 200' }).click();
    const response = dialogOf(page, 'Method response 200');
    await response.getByLabel('Header names').fill('X-Shop');
    await response.getByRole('button', { name: 'Save' }).click();
    await page.getByText('X-Shop').waitFor();

    await page.getByRole('button', { name: 'Show Integration response' }).click();
    await page.getByRole('button', { name: 'Edit integration response 200' }).click();
    const mapping = dialogOf(page, 'Integration response 200');
    await mapping.getByRole('button', { name: 'Add header mapping' }).click();
    await mapping.getByLabel('Mapped name').fill('X-Shop');
    await mapping.getByLabel('Mapped from').fill("'open'");
    await mapping.getByLabel('Template for application/json').fill('{"page": "$input.params("page")"}');
    await mapping.getByRole('button', { name: 'Save' }).click();
    await page.getByText("X-Shop: 'open'").waitFor();

    const method = await gatewright.apigateway.send(new GetMethodCommand(api.method('GET /pets')));
    assert.deepEqual(method.requestParameters, { 'method.request.querystring.page': true });
    assert.deepEqual(method.methodIntegration!.requestParameters, {
      'integration.request.header.x-page': 'method.request.querystring.page',
    });
    await api.deploy('s');
    assert.equal((await fetch(api.url('s', '/pets'))).status, 400);
    const reply = await fetch(api.url('s', '/pets?page=9'));
    assert.equal(reply.headers.get('x-shop'), 'open');
    assert.equal(await reply.text(), '{"page": "9"}');
  });
});
