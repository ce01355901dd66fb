/** Stages of a REST API in the console: deploying, every tab of the editor, canaries, caches. */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import {
  CreateDocumentationPartCommand,
  CreateDocumentationVersionCommand,
  GetDeploymentsCommand,
  GetStageCommand,
  UpdateAccountCommand,
} from '@aws-sdk/client-api-gateway';
import { CreateWebACLCommand, WAFV2Client } from '@aws-sdk/client-wafv2';
import type { Page } from 'playwright-core';
import { type ApiUnderTest, createApi, mock } from '../../support/api-under-test.ts';
import { httpBackend } from '../../support/backends.ts';
import { skipConsole, useConsole } from '../../support/console-under-test.ts';
import { choose, dialogOf, save, seen, selectRow } from '../../support/console-widgets.ts';
import { clientConfig } from '../../support/gatewright-in-process.ts';

describe('the console: stages of a REST API', { skip: skipConsole }, () => {
  const console = useConsole();

  /** An API whose `GET /pets` says `text`, deployed to `prod`, and the page of its stages; `more` is done before that is opened. */
  async function deployed(
    t: TestContext,
    text = 'first',
    tab = 'settings',
    more: (api: ApiUnderTest) => Promise<unknown> = async () => undefined,
  ): Promise<{ api: ApiUnderTest; page: Page }> {
    const { gatewright, open } = await console();
    const api = await createApi(gatewright, { 'GET /pets': mock(text) });
    await api.deploy('prod');
    await more(api);
    return { api, page: await open(t, `/rest/${api.id}/stages?tab=${tab}`) };
  }

  const stageOf = async (api: ApiUnderTest, stageName = 'prod') =>
    (await console()).gatewright.apigateway.send(new GetStageCommand({ restApiId: api.id, stageName }));
  const answerOf = async (api: ApiUnderTest, stage = 'prod'): Promise<string> =>
    (await fetch(api.url(stage, '/pets'))).text();

  test('[CON-05] [DEP-11] the deploy dialog makes a [New Stage], whose invoke URLs, of the stage and of each method, answer', async (t) => {
    const { gatewright, open } = await console();
    const api = await createApi(gatewright, { 'GET /pets': mock('hello'), 'POST /pets/{id}': mock('posted') });
    const page = await open(t, `/rest/${api.id}/stages`);
    await page.getByText('This API has no stage yet').waitFor();
    await page.getByRole('button', { name: 'Deploy API' }).click();
    const dialog = dialogOf(page, 'Deploy API');
    await choose(dialog, 'Stage', '[New Stage]');
    await dialog.getByLabel('Stage name').fill('beta');
    await dialog.getByLabel('Deployment description').fill('the first one');
    await dialog.getByRole('button', { name: 'Deploy' }).click();
    await seen(page, 'Deployed to stage beta.');

    const host = new URL(gatewright.endpoint).host;
    await page.getByText(`http://${api.id}.execute-api.${host}/beta`, { exact: true }).waitFor();
    const byPath = await page
      .getByText(`http://${host}/_aws/execute-api/${api.id}/beta`, { exact: true })
      .textContent();
    assert.equal(await (await fetch(`${byPath}/pets`)).text(), 'hello');
    await page.getByRole('button', { name: 'Invoke URLs of methods' }).click();
    const urls = page.getByRole('grid', { name: 'Methods' }).getByText(/^http/);
    await urls.first().waitFor();
    const shown = (await urls.allTextContents()).sort();
    assert.deepEqual(
      shown,
      ['/pets', '/pets/{id}'].map((path) => `http://${api.id}.execute-api.${host}/beta${path}`),
    );
    const [deployment] = (await gatewright.apigateway.send(new GetDeploymentsCommand({ restApiId: api.id }))).items!;
    assert.equal(deployment!.description, 'the first one');
  });

  test('[CON-05] Settings limits the stage at once; an override lets one method go on', async (t) => {
    const { api, page } = await deployed(t);
    await page.getByLabel('Stage description').fill('for everyone');
    await page.getByLabel('Rate').fill('0');
    await page.getByLabel('Burst').fill('0');
    await save(page, 'Stage settings saved.');
    assert.equal((await fetch(api.url('prod', '/pets'))).status, 429);
    assert.equal((await stageOf(api)).description, 'for everyone');

    await page.getByRole('button', { name: 'Create override' }).click();
    const dialog = dialogOf(page, 'Method override');
    await choose(dialog, 'Method', 'GET /pets');
    await dialog.getByLabel('Rate').fill('50');
    await dialog.getByLabel('Burst').fill('20');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await seen(page, 'Settings of GET /pets saved.');
    assert.equal(await answerOf(api), 'first');
    assert.equal((await stageOf(api)).methodSettings!['~1pets/GET']!.throttlingBurstLimit, 20);
  });

  test('[CON-05] Logs/Tracing sets levels, metrics, tracing and an access log', async (t) => {
    const { apigateway } = (await console()).gatewright;
    const role = { op: 'replace' as const, path: '/cloudwatchRoleArn', value: 'arn:aws:iam::000000000000:role/logs' };
    await apigateway.send(new UpdateAccountCommand({ patchOperations: [role] }));
    const { api, page } = await deployed(t, 'first', 'logs');
    await choose(page, 'CloudWatch logs', 'Errors and info logs');
    for (const name of ['Data tracing', 'Detailed metrics', 'X-Ray tracing', 'Custom access logging']) {
      await page.getByRole('checkbox', { name }).check({ force: true });
    }
    const destination = 'arn:aws:logs:us-east-1:000000000000:log-group:console-access';
    await page.getByLabel('Access log destination ARN').fill(destination);
    await choose(page, 'Format to begin with', 'CSV');
    await save(page, 'Log settings saved.');
    const stage = await stageOf(api);
    const all = stage.methodSettings!['*/*']!;
    assert.deepEqual([all.loggingLevel, all.dataTraceEnabled, all.metricsEnabled], ['INFO', true, true]);
    assert.equal(stage.tracingEnabled, true);
    assert.equal(stage.accessLogSettings!.destinationArn, destination);
    assert.match(stage.accessLogSettings!.format!, /^\$context\.identity\.sourceIp,/);
  });

  test('[CON-05] Stage Variables are read by the next call, and gone when removed', async (t) => {
    const { api, page } = await deployed(t, '$stageVariables.colour', 'variables');
    await page.getByRole('button', { name: 'Add stage variable' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('colour');
    await page.getByRole('textbox', { name: 'Value' }).fill('blue');
    await save(page, 'Stage variables saved.');
    assert.deepEqual((await stageOf(api)).variables, { colour: 'blue' });
    await page.getByRole('button', { name: 'Remove' }).click();
    await save(page, 'Stage variables saved.');
    assert.deepEqual((await stageOf(api)).variables ?? {}, {});
  });

  test('[CON-05] SDK Generation hands out a zip for the chosen platform, Export an OpenAPI document', async (t) => {
    const { page } = await deployed(t, 'first', 'sdk');
    await choose(page, 'Platform', 'JavaScript');
    const [sdk] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Generate SDK' }).click(),
    ]);
    assert.match(sdk.suggestedFilename(), /\.zip$/);
    assert.equal(
      readFileSync(await sdk.path())
        .subarray(0, 2)
        .toString(),
      'PK',
    );

    await page.getByRole('tab', { name: 'Export' }).click();
    await choose(page, 'Format', 'YAML');
    await choose(page, 'Extensions', 'API Gateway extensions');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export API' }).click(),
    ]);
    assert.equal(file.suggestedFilename(), 'prod-oas30.yaml');
    const text = readFileSync(await file.path(), 'utf8');
    assert.match(text, /^openapi: /);
    assert.match(text, /x-amazon-apigateway-integration/);
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByRole('textbox', { name: 'Exported API' }).getByText('openapi').waitFor();
  });

  test('[CON-05] Deployment History goes back to an earlier deployment, and calls get its answers', async (t) => {
    let second = '';
    const { api, page } = await deployed(t, 'first', 'deployments', async (made) => {
      await made.integrate('GET /pets', mock('second'));
      second = await made.deploy('prod', { description: 'a mistake' });
    });
    assert.equal(await answerOf(api), 'second');
    const history = page.getByRole('grid', { name: 'Deployment history' });
    await history.getByRole('row').filter({ hasText: second }).getByText('Active').waitFor();
    const deployments = await (await console()).gatewright.apigateway.send(
      new GetDeploymentsCommand({ restApiId: api.id }),
    );
    const first = deployments.items!.find(({ id }) => id !== second)!.id!;
    await selectRow(history, first);
    await page.getByRole('button', { name: 'Change active deployment' }).click();
    await dialogOf(page, 'Make this the active deployment?')
      .getByRole('button', { name: 'Change active deployment' })
      .click();
    await seen(page, `Stage prod has deployment ${first} now.`);
    assert.equal(await answerOf(api), 'first');
  });

  test('[CON-05] Documentation History changes which version of the documentation the stage carries', async (t) => {
    const { apigateway } = (await console()).gatewright;
    const { api, page } = await deployed(t, 'first', 'documentation', async ({ id: restApiId }) => {
      const part = { restApiId, location: { type: 'API' as const }, properties: '{"description":"Pets for all"}' };
      await apigateway.send(new CreateDocumentationPartCommand(part));
      await apigateway.send(new CreateDocumentationVersionCommand({ restApiId, documentationVersion: '1.0.0' }));
    });
    await selectRow(page.getByRole('grid', { name: 'Documentation history' }), '1.0.0');
    await page.getByRole('button', { name: 'Change active documentation' }).click();
    await seen(page, 'Stage prod carries documentation version 1.0.0.');
    assert.equal((await stageOf(api)).documentationVersion, '1.0.0');
  });

  test('[CON-05] [CON-08] a canary takes the next deployment, is promoted with its variables, and deleted', async (t) => {
    const { api, page } = await deployed(t, 'first', 'canary');
    await page.getByRole('button', { name: 'Create canary' }).click();
    const create = dialogOf(page, 'Create canary');
    await create.getByLabel('Percentage of requests to canary').fill('100');
    await create.getByRole('button', { name: 'Add canary variable' }).click();
    await create.getByRole('textbox', { name: 'Canary variable' }).fill('colour');
    await create.getByRole('textbox', { name: 'Canary value' }).fill('yellow');
    await create.getByRole('button', { name: 'Create canary' }).click();
    await seen(page, 'Canary created. The next deployment to this stage goes to it.');

    await api.integrate('GET /pets', mock('second'));
    await page.getByRole('button', { name: 'Deploy API' }).click();
    await choose(dialogOf(page, 'Deploy API'), 'Stage', 'prod');
    await dialogOf(page, 'Deploy API').getByRole('button', { name: 'Deploy' }).click();
    await seen(page, 'Deployed to the canary of stage prod.');
    const before = await stageOf(api);
    assert.notEqual(before.canarySettings!.deploymentId, before.deploymentId);
    assert.equal(await answerOf(api), 'second');

    await page.getByRole('button', { name: 'Promote canary' }).click();
    await dialogOf(page, 'Promote canary').getByRole('button', { name: 'Promote canary' }).click();
    await seen(page, 'Canary promoted.');
    const promoted = await stageOf(api);
    assert.equal(promoted.deploymentId, before.canarySettings!.deploymentId);
    assert.deepEqual(promoted.variables, { colour: 'yellow' });
    assert.equal(promoted.canarySettings!.percentTraffic, 0);
    assert.equal(await answerOf(api), 'second');

    await page.getByRole('button', { name: 'Delete canary' }).click();
    await dialogOf(page, 'Delete canary?').getByRole('button', { name: 'Delete' }).click();
    await seen(page, 'Canary deleted.');
    assert.equal((await stageOf(api)).canarySettings, undefined);
  });

  test('[CON-05] [CON-08] a stage gets a cache, and the flush button empties it', async (t) => {
    let calls = 0;
    const backend = await httpBackend((_, response) => response.end(`call ${++calls}`));
    t.after(() => backend.close());
    const { gatewright, open } = await console();
    const api = await createApi(gatewright, { 'GET /pets': { type: 'HTTP_PROXY', verb: 'GET', uri: backend.origin } });
    await api.deploy('prod');
    const page = await open(t, `/rest/${api.id}/stages`);
    const flush = page.getByRole('button', { name: 'Flush entire cache' });
    await flush.waitFor();
    assert.equal(await flush.isDisabled(), true);
    await page.getByRole('checkbox', { name: 'Provision API cache' }).check({ force: true });
    await page.getByRole('checkbox', { name: 'Default method-level caching' }).check({ force: true });
    await choose(page, 'Cache capacity (GB)', '1.6');
    await save(page, 'Stage settings saved.');
    assert.deepEqual([await answerOf(api), await answerOf(api)], ['call 1', 'call 1']);
    await flush.click();
    await seen(page, 'Stage cache flushed.');
    assert.equal(await answerOf(api), 'call 2');
    await page.getByRole('button', { name: 'Flush authorizer cache' }).click();
    await seen(page, 'Authorizer cache flushed.');
  });

  test('[CON-05] Settings puts a web ACL before the stage, which then blocks, and takes it away', async (t) => {
    const { gatewright } = await console();
    const waf = new WAFV2Client(clientConfig(gatewright.endpoint));
    t.after(() => waf.destroy());
    const VisibilityConfig = { SampledRequestsEnabled: false, CloudWatchMetricsEnabled: false, MetricName: 'm' };
    await waf.send(
      new CreateWebACLCommand({
        Name: 'console-acl',
        Scope: 'REGIONAL',
        DefaultAction: { Block: {} },
        VisibilityConfig,
      }),
    );
    const { api, page } = await deployed(t);
    await choose(page, 'Web ACL', 'console-acl');
    await save(page, 'Stage settings saved.');
    assert.match((await stageOf(api)).webAclArn!, /regional\/webacl\/console-acl\//);
    assert.equal((await fetch(api.url('prod', '/pets'))).status, 403);
    await choose(page, 'Web ACL', 'None');
    await save(page, 'Stage settings saved.');
    assert.equal(await answerOf(api), 'first');
  });
});
