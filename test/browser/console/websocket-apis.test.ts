/** WebSocket APIs in the console: a route that leads to a function and answers its client. */
import { strict as assert } from 'node:assert';
import { describe, test } from 'node:test';
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateStageCommand,
  GetRoutesCommand,
} from '@aws-sdk/client-apigatewayv2';
import { createFunction } from '../../support/api-under-test.ts';
import { skipConsole, useConsole } from '../../support/console-under-test.ts';
import { dialogOf, seen } from '../../support/console-widgets.ts';
import { clientConfig } from '../../support/gatewright-in-process.ts';
import { openSocket } from '../../support/socket-client.ts';

describe('the console: WebSocket APIs', { skip: skipConsole }, () => {
  const console = useConsole();

  test('[INT-12] a route is created, leads to a function with its permission, and with two-way communication the client hears its answer', async (t) => {
    const { gatewright, open } = await console();
    const v2 = new ApiGatewayV2Client(clientConfig(gatewright.endpoint));
    t.after(() => v2.destroy());
    await createFunction(
      ...([
        gatewright,
        'console-echo',
        'exports.handler = async ({ body }) => ({ statusCode: 200, body: `echo ${body}` });',
      ] as const),
    );
    const RouteSelectionExpression = '$request.body.action';
    const { ApiId } = await v2.send(
      new CreateApiCommand({ Name: 'chat', ProtocolType: 'WEBSOCKET', RouteSelectionExpression }),
    );
    await v2.send(new CreateStageCommand({ ApiId, StageName: 'live' }));
    const page = await open(t, `/websocket/${ApiId}/routes`);
    await page.getByRole('button', { name: 'Create route' }).click();
    const form = dialogOf(page, 'Create route');
    await form.getByLabel('Route key').fill('say');
    await form.getByRole('button', { name: 'Create route' }).click();
    await seen(page, /^Route say was created/);

    await page.getByRole('tab', { name: 'Integration request' }).click();
    await page.getByRole('combobox', { name: 'Lambda function' }).fill('console-echo');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await dialogOf(page, 'Add permission to Lambda function').getByRole('button', { name: 'OK' }).click();
    await seen(page, /^Integration request saved/);
    await page.getByRole('tab', { name: 'Route response' }).click();
    await page.getByLabel('Two-way communication').click({ force: true });
    await seen(page, /^Communication is two-way now/);
    const { Items } = await v2.send(new GetRoutesCommand({ ApiId }));
    assert.equal(Items![0]!.RouteResponseSelectionExpression, '$default');

    await page.getByRole('button', { name: 'Deploy API' }).click();
    const deploy = dialogOf(page, 'Deploy API');
    await deploy.getByRole('button', { name: /^Stage.*live/ }).waitFor();
    await deploy.getByRole('button', { name: 'Deploy' }).click();
    await seen(page, /^Deployed to/);
    const socket = await openSocket(`${gatewright.endpoint.replace('http', 'ws')}/ws/${ApiId}/live`);
    t.after(() => socket.close());
    socket.send({ action: 'say', text: 'hello' });
    assert.equal(await socket.next(), 'echo {"action":"say","text":"hello"}');
  });
});
