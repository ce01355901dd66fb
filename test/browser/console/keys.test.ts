/** API keys and usage plans in the console, each shown by what a keyed method then answers. */
import { strict as assert } from 'node:assert';
import { describe, test } from 'node:test';
import {
  CreateApiKeyCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  GetApiKeysCommand,
  GetUsagePlanCommand,
  UpdateMethodCommand,
} from '@aws-sdk/client-api-gateway';
import { type ApiUnderTest, createApi, mock } from '../../support/api-under-test.ts';
import { skipConsole, useConsole } from '../../support/console-under-test.ts';
import { choose, dialogOf, save, seen, selectRow } from '../../support/console-widgets.ts';

describe('the console: API keys and usage plans', { skip: skipConsole }, () => {
  const console = useConsole();

  /** `GET /pets` wants an API key, in stage `prod`. */
  async function keyedApi(name: string): Promise<ApiUnderTest> {
    const { gatewright } = await console();
    const api = await createApi(gatewright, { 'GET /pets': mock('pets') }, { name });
    const patchOperations = [{ op: 'replace' as const, path: '/apiKeyRequired', value: 'true' }];
    await gatewright.apigateway.send(new UpdateMethodCommand({ ...api.method('GET /pets'), patchOperations }));
    await api.deploy('prod');
    return api;
  }

  const statusWith = async (api: ApiUnderTest, key: string): Promise<number> =>
    (await fetch(api.url('prod', '/pets'), { headers: { 'x-api-key': key } })).status;

  test('[CON-06] a usage plan made in the console with a stage and a new key of a custom value lets that key in, up to its quota', async (t) => {
    const api = await keyedApi('pets for plans');
    const { gatewright, open } = await console();
    const page = await open(t, '/usage-plans');
    await page.getByRole('button', { name: 'Create usage plan' }).first().click();
    const create = dialogOf(page, 'Create usage plan');
    await create.getByLabel('Name').fill('Basic');
    await create.getByLabel('Rate').fill('100');
    await create.getByLabel('Burst').fill('50');
    await create.getByLabel('Requests', { exact: true }).fill('2');
    await choose(create, 'Period', 'Per day');
    await create.getByRole('button', { name: 'Create usage plan' }).click();
    await seen(page, 'Usage plan Basic created.');

    await page.getByRole('button', { name: 'Add stage' }).click();
    const stage = dialogOf(page, 'Add stage');
    await choose(stage, 'API', `pets for plans (${api.id})`);
    await choose(stage, 'Stage', 'prod');
    await stage.getByRole('button', { name: 'Add to usage plan' }).click();
    await seen(page, 'Stage prod added.');

    await page.getByRole('tab', { name: 'Associated API keys' }).click();
    await page.getByRole('button', { name: 'Create and add API key' }).click();
    const key = dialogOf(page, 'Create API key');
    await key.getByLabel('Name').fill('ana');
    await key.getByRole('radio', { name: 'Custom' }).check({ force: true });
    await key.getByLabel('API key value').fill('custom-value-of-ana-0001');
    await key.getByRole('button', { name: 'Create API key' }).click();
    await seen(page, 'API key ana created.');
    const statuses: number[] = [];
    for (const value of ['unknown', ...Array(3).fill('custom-value-of-ana-0001')]) {
      statuses.push(await statusWith(api, value));
    }
    assert.deepEqual(statuses, [403, 200, 200, 429]);

    const usagePlanId = new URL(page.url()).pathname.split('/').at(-1)!;
    const plan = await gatewright.apigateway.send(new GetUsagePlanCommand({ usagePlanId }));
    assert.deepEqual(plan.quota, { limit: 2, offset: 0, period: 'DAY' });
    assert.deepEqual(plan.throttle, { burstLimit: 50, rateLimit: 100 });

    // What it used, and more of it.
    await page.getByRole('tab', { name: 'Usage', exact: true }).click();
    const usage = page.getByRole('grid', { name: 'Usage by API key' });
    await usage.getByRole('row', { name: 'ana 2 0' }).waitFor();
    await selectRow(usage, 'ana');
    await page.getByRole('button', { name: 'Extend usage' }).click();
    const extend = dialogOf(page, 'Extend usage');
    await extend.getByLabel('Requests that remain in this period').fill('5');
    await extend.getByRole('button', { name: 'Save' }).click();
    await seen(page, 'Usage extended.');
    assert.equal(await statusWith(api, 'custom-value-of-ana-0001'), 200);
  });

  test('[CON-06] a plan loses its quota, limits one method, and loses a key', async (t) => {
    const api = await keyedApi('pets to limit');
    const { gatewright, open } = await console();
    const { apigateway } = gatewright;
    const apiStages = [{ apiId: api.id, stage: 'prod' }];
    const quota = { limit: 1, period: 'DAY' as const };
    const plan = await apigateway.send(new CreateUsagePlanCommand({ name: 'tight', apiStages, quota }));
    const usagePlanId = plan.id!;
    const value = 'a-key-of-many-letters-01';
    const key = await apigateway.send(new CreateApiKeyCommand({ name: 'bob', enabled: true, value }));
    await apigateway.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId: key.id!, keyType: 'API_KEY' }));
    assert.deepEqual([await statusWith(api, value), await statusWith(api, value)], [200, 429]);

    const page = await open(t, `/usage-plans/${usagePlanId}?tab=settings`);
    await page.getByRole('checkbox', { name: 'Quota' }).uncheck({ force: true });
    await save(page, 'Usage plan saved.');
    assert.equal(await statusWith(api, value), 200);

    await page.getByRole('tab', { name: 'Associated stages' }).click();
    await selectRow(page.getByRole('grid', { name: 'Associated stages' }), 'prod');
    await page.getByRole('button', { name: 'Configure method throttling' }).click();
    const dialog = dialogOf(page, 'Method throttling');
    await choose(dialog, 'Method', 'GET /pets');
    await dialog.getByLabel('Rate').fill('0');
    await dialog.getByLabel('Burst').fill('0');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await seen(page, 'Method throttling saved.');
    assert.equal(await statusWith(api, value), 429);

    await page.getByRole('tab', { name: 'Associated API keys' }).click();
    await selectRow(page.getByRole('grid', { name: 'Associated API keys' }), 'bob');
    await page.getByRole('button', { name: 'Remove' }).click();
    await dialogOf(page, 'Remove API key bob?').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('This plan has no key yet.').waitFor();
    assert.equal(await statusWith(api, value), 403);
  });

  test('[CON-06] an auto-generated key shows its value when asked, opens a plan, and is switched off', async (t) => {
    const api = await keyedApi('pets for one key');
    const { gatewright, open } = await console();
    const apiStages = [{ apiId: api.id, stage: 'prod' }];
    await gatewright.apigateway.send(new CreateUsagePlanCommand({ name: 'open to all', apiStages }));
    const page = await open(t, '/api-keys');
    await page.getByRole('button', { name: 'Create API key' }).first().click();
    const create = dialogOf(page, 'Create API key');
    await create.getByLabel('Name').fill('carla');
    await create.getByRole('button', { name: 'Create API key' }).click();
    await seen(page, 'API key carla created.');
    await page.getByRole('link', { name: 'carla' }).click();
    await page.getByRole('button', { name: 'Show' }).click();
    const value = (await page.getByText(/^[A-Za-z0-9]{40}$/).textContent())!;
    await page.getByRole('button', { name: 'Add to usage plan' }).click();
    await choose(dialogOf(page, 'Add to usage plan'), 'Usage plan', 'open to all');
    await dialogOf(page, 'Add to usage plan').getByRole('button', { name: 'Add' }).click();
    await seen(page, 'Added to the usage plan.');
    assert.equal(await statusWith(api, value), 200);
    await page.getByRole('checkbox', { name: 'Active' }).uncheck({ force: true });
    await save(page, 'API key saved.');
    assert.equal(await statusWith(api, value), 403);
  });

  test('[CON-06] keys come in from a CSV file, and one that is not good leaves everything as it was', async (t) => {
    const { gatewright, open } = await console();
    const page = await open(t, '/api-keys');
    const namesNow = async (): Promise<(string | undefined)[]> =>
      (await gatewright.apigateway.send(new GetApiKeysCommand({ nameQuery: 'csv-', limit: 100 })))
        .items!.map((key) => key.name)
        .sort();
    await page.getByRole('button', { name: 'Import API keys' }).click();
    const dialog = dialogOf(page, 'Import API keys');
    await dialog.locator('input[type=file]').setInputFiles({
      name: 'keys.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('name,key,enabled\ncsv-one,short,true\n'),
    });
    await dialog.getByRole('button', { name: 'Import' }).click();
    await dialog.getByText('BadRequestException').waitFor();
    assert.deepEqual(await namesNow(), []);
    await dialog
      .getByLabel('API keys', { exact: true })
      .fill('name,key,enabled\ncsv-one,imported-key-of-csv-01,true\ncsv-two,imported-key-of-csv-02,true\n');
    await dialog.getByRole('button', { name: 'Import' }).click();
    await seen(page, '2 API keys imported.');
    assert.deepEqual(await namesNow(), ['csv-one', 'csv-two']);
    await page.getByRole('link', { name: 'csv-two' }).waitFor();
  });
});
