/** Stages of HTTP and WebSocket APIs in the console. */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  GetApiCommand,
  GetStageCommand,
} from '@aws-sdk/client-apigatewayv2';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { httpBackend } from '../../support/backends.ts';
import { skipConsole, useConsole } from '../../support/console-under-test.ts';
import { choose, dialogOf, save, seen, selectRow } from '../../support/console-widgets.ts';
import { clientConfig } from '../../support/gatewright-in-process.ts';

describe('the console: stages of HTTP and WebSocket APIs', { skip: skipConsole }, () => {
  const console = useConsole();

  async function v2Client(t: TestContext): Promise<ApiGatewayV2Client> {
    const client = new ApiGatewayV2Client(clientConfig((await console()).gatewright.endpoint));
    t.after(() => client.destroy());
    return client;
  }

  /** An HTTP API whose `GET /pets` a backend answers with the path it was asked for; no stage yet. */
  async function httpApi(t: TestContext, client: ApiGatewayV2Client): Promise<string> {
    const backend = await httpBackend((request, response) => response.end(`asked ${request.url}`));
    t.after(() => backend.close());
    const { ApiId } = await client.send(new CreateApiCommand({ Name: 'console http', ProtocolType: 'HTTP' }));
    const { IntegrationId } = await client.send(
      new CreateIntegrationCommand({
        ...{ ApiId, IntegrationType: 'HTTP_PROXY', IntegrationMethod: 'GET', IntegrationUri: `${backend.origin}/pets` },
        PayloadFormatVersion: '1.0',
      }),
    );
    await client.send(
      new CreateRouteCommand({ ApiId, RouteKey: 'GET /pets', Target: `integrations/${IntegrationId}` }),
    );
    return ApiId!;
  }

  test('[CON-05] [DEP-11] an HTTP API gets a stage, is deployed, and its invoke URLs and ApiEndpoint lead there', async (t) => {
    const client = await v2Client(t);
    const ApiId = await httpApi(t, client);
    const { gatewright, open } = await console();
    const page = await open(t, `/http/${ApiId}/stages`);
    await page.getByText('This API has no stage yet.').waitFor();
    await page.getByRole('button', { name: 'Create stage' }).click();
    const create = dialogOf(page, 'Create stage');
    await create.getByLabel('Stage name').fill('beta');
    await create.getByRole('checkbox', { name: 'Automatic deployment' }).uncheck({ force: true });
    await create.getByRole('button', { name: 'Create stage' }).click();
    await seen(page, 'Stage beta created.');
    const host = new URL(gatewright.endpoint).host;
    const byPath = `http://${host}/_aws/execute-api/${ApiId}/beta`;
    assert.equal((await fetch(`${byPath}/pets`)).status, 404);
    await page.getByRole('button', { name: 'Deploy API' }).click();
    await dialogOf(page, 'Deploy API').getByRole('button', { name: 'Deploy' }).click();
    await seen(page, 'Deployed to stage beta.');
    await page.getByText(byPath, { exact: true }).waitFor();
    await page.getByText(`http://${ApiId}.execute-api.${host}/beta`, { exact: true }).waitFor();
    assert.equal(await (await fetch(`${byPath}/pets`)).text(), 'asked /pets');
    await page.getByRole('button', { name: 'Invoke URLs of routes' }).click();
    await page.getByText(`http://${ApiId}.execute-api.${host}/beta/pets`, { exact: true }).waitFor();
    const { ApiEndpoint } = await client.send(new GetApiCommand({ ApiId }));
    assert.equal(`${ApiEndpoint}/beta`, byPath);
  });

  /** An HTTP API with the automatically deployed stage `prod`. */
  async function httpStage(t: TestContext) {
    const client = await v2Client(t);
    const ApiId = await httpApi(t, client);
    await client.send(new CreateStageCommand({ ApiId, StageName: 'prod', AutoDeploy: true }));
    const { gatewright, open } = await console();
    return {
      gatewright,
      url: `${gatewright.invokeUrl(ApiId, 'prod')}/pets`,
      stageNow: () => client.send(new GetStageCommand({ ApiId, StageName: 'prod' })),
      openStages: (tab: string) => open(t, `/http/${ApiId}/stages?tab=${tab}`),
    };
  }

  test('[CON-05] a stage of an HTTP API limits one route, and is no longer deployed to by itself', async (t) => {
    const { url, stageNow, openStages } = await httpStage(t);
    const page = await openStages('settings');
    await page.getByRole('button', { name: 'Add route throttling' }).click();
    const dialog = dialogOf(page, 'Route throttling');
    await choose(dialog, 'Route', 'GET /pets');
    await dialog.getByLabel('Rate').fill('0');
    await dialog.getByLabel('Burst').fill('0');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await seen(page, 'Throttling of GET /pets saved.');
    assert.equal((await fetch(url)).status, 429);
    await selectRow(page.getByRole('grid', { name: 'Route throttling' }), 'GET /pets');
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page
      .getByRole('dialog', { name: 'Delete the throttling of GET /pets?' })
      .getByRole('button', { name: 'Delete' })
      .click();
    await page.getByText('Every route has the limits of the stage.').waitFor();
    assert.equal((await fetch(url)).status, 200);
    await page.getByRole('checkbox', { name: 'Automatic deployment' }).uncheck({ force: true });
    await page.getByLabel('Stage description').fill('by hand');
    await save(page, 'Stage settings saved.');
    const { AutoDeploy, Description } = await stageNow();
    assert.deepEqual([AutoDeploy, Description], [false, 'by hand']);
  });

  test('[CON-05] a stage of an HTTP API gets variables and an access log, and loses both', async (t) => {
    const { gatewright, stageNow, openStages } = await httpStage(t);
    const page = await openStages('variables');
    await page.getByRole('button', { name: 'Add stage variable' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('colour');
    await page.getByRole('textbox', { name: 'Value' }).fill('blue');
    await save(page, 'Stage variables saved.');
    assert.deepEqual((await stageNow()).StageVariables, { colour: 'blue' });
    await page.getByRole('button', { name: 'Remove' }).click();
    await save(page, 'Stage variables saved.');
    assert.deepEqual((await stageNow()).StageVariables, {});

    await page.getByRole('tab', { name: 'Logs' }).click();
    await page.getByRole('checkbox', { name: 'Access logging' }).check({ force: true });
    const destination = 'arn:aws:logs:us-east-1:000000000000:log-group:console-http';
    await page.getByLabel('Log destination').fill(destination);
    // A log group that is not there is refused, in AWS's words.
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('LogDestination: console-http does not exist').waitFor();
    const logs = new CloudWatchLogsClient(clientConfig(gatewright.endpoint));
    t.after(() => logs.destroy());
    await logs.send(new CreateLogGroupCommand({ logGroupName: 'console-http' }));
    await save(page, 'Log settings saved.');
    assert.equal((await stageNow()).AccessLogSettings!.DestinationArn, destination);
    await page.getByRole('checkbox', { name: 'Access logging' }).uncheck({ force: true });
    await save(page, 'Log settings saved.');
    assert.equal((await stageNow()).AccessLogSettings, undefined);
  });

  test('[CON-05] a stage of an HTTP API is exported, deployed to by hand, and goes back', async (t) => {
    const { openStages } = await httpStage(t);
    const page = await openStages('settings');
    await page.getByRole('checkbox', { name: 'Automatic deployment' }).uncheck({ force: true });
    await save(page, 'Stage settings saved.');
    await page.getByRole('tab', { name: 'Export' }).click();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export API' }).click(),
    ]);
    assert.match(readFileSync(await file.path(), 'utf8'), /x-amazon-apigateway-integration/);

    await page.getByRole('tab', { name: 'Deployment History' }).click();
    const history = page.getByRole('grid', { name: 'Deployment history' });
    await history.getByText('Active').waitFor();
    await page.getByRole('button', { name: 'Deploy API' }).click();
    await dialogOf(page, 'Deploy API').getByLabel('Deployment description').fill('by hand');
    await dialogOf(page, 'Deploy API').getByRole('button', { name: 'Deploy' }).click();
    await seen(page, 'Deployed to stage prod.');
    await history.getByRole('row').filter({ hasText: 'by hand' }).getByText('Active').waitFor();
    await selectRow(history, 'Automatic deployment');
    await page.getByRole('button', { name: 'Change active deployment' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Change active deployment' }).click();
    await seen(page, /^Stage prod has deployment/);
    await history.getByRole('row').filter({ hasText: 'Automatic deployment' }).getByText('Active').waitFor();
  });

  test('[CON-05] [DEP-11] a stage of a WebSocket API shows its addresses and sets levels of logs', async (t) => {
    const client = await v2Client(t);
    const { ApiId } = await client.send(
      new CreateApiCommand({
        Name: 'console chat',
        ProtocolType: 'WEBSOCKET',
        RouteSelectionExpression: '$request.body.action',
      }),
    );
    const integration = { ApiId, IntegrationType: 'MOCK' as const, RequestTemplates: { '200': '{"statusCode":200}' } };
    const { IntegrationId } = await client.send(new CreateIntegrationCommand(integration));
    await client.send(new CreateRouteCommand({ ApiId, RouteKey: '$default', Target: `integrations/${IntegrationId}` }));
    await client.send(new CreateStageCommand({ ApiId, StageName: 'dev' }));
    const { gatewright, open } = await console();
    const page = await open(t, `/websocket/${ApiId}/stages?tab=logs`);
    const host = new URL(gatewright.endpoint).host;
    await page.getByText(`ws://${ApiId}.execute-api.${host}/dev`, { exact: true }).waitFor();
    await page.getByText(`http://${ApiId}.execute-api.${host}/dev/@connections`, { exact: true }).waitFor();
    const byPath = (await page.getByText(/^ws:.*\/_aws\/execute-api\//).textContent())!;
    await page.getByRole('button', { name: 'Deploy API' }).click();
    await dialogOf(page, 'Deploy API').getByRole('button', { name: 'Deploy' }).click();
    await seen(page, 'Deployed to stage dev.');
    const opened = await new Promise<boolean>((resolve) => {
      const socket = new WebSocket(byPath);
      socket.onopen = () => {
        socket.close();
        resolve(true);
      };
      socket.onerror = () => resolve(false);
    });
    assert.equal(opened, true);
    await page.getByRole('checkbox', { name: 'Detailed metrics' }).check({ force: true });
    await save(page, 'Log settings saved.');
    const stage = await client.send(new GetStageCommand({ ApiId, StageName: 'dev' }));
    assert.equal(stage.DefaultRouteSettings!.DetailedMetricsEnabled, true);
  });

  test('[CON-06] settings of an HTTP API switch its default endpoint off, its dashboard counts', async (t) => {
    const client = await v2Client(t);
    const ApiId = await httpApi(t, client);
    await client.send(new CreateStageCommand({ ApiId, StageName: 'prod', AutoDeploy: true }));
    const { gatewright, open } = await console();
    const url = `${gatewright.invokeUrl(ApiId, 'prod')}/pets`;
    assert.equal((await fetch(url)).status, 200);
    const page = await open(t, `/http/${ApiId}/dashboard`);
    await page.getByRole('heading', { name: 'API calls (1)' }).waitFor();
    await page.getByRole('link', { name: 'API settings' }).click();
    await page.getByRole('checkbox', { name: 'Disable the default endpoint' }).check({ force: true });
    await page.getByLabel('Description').fill('by domain only');
    await save(page, 'API settings saved.');
    assert.equal((await client.send(new GetApiCommand({ ApiId }))).Description, 'by domain only');
    assert.notEqual((await fetch(url)).status, 200);
  });
});
