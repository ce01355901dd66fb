import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { assertRefused, deploy, makePets, type RestControl, restControl } from '../../../test/support/rest-control.ts';
import { csvRows } from './csv-rows.ts';

const importKeys = (control: RestControl, text: string, failOnWarnings = false) =>
  control.call('ImportApiKeys', { body: Buffer.from(text), format: 'csv', failOnWarnings });

const keyValue = (n: number): string => `apikey1234abcdefghij${String(n).padStart(10, '0')}`;

const keyNamed = async (control: RestControl, nameQuery: string) =>
  (await control.call('GetApiKeys', { nameQuery, includeValues: true })).items![0];

test('fields of a key file may be quoted in either way, with blanks around them', () => {
  const rows = csvRows('a, "b,""c""" ,\'d,e\'\n\n x,,y\n');
  assert.deepEqual(
    rows.map(({ line, fields }) => [line, ...fields]),
    [
      [1, 'a', 'b,"c"', 'd,e'],
      [3, 'x', '', 'y'],
    ],
  );
  assert.throws(() => csvRows('a\n"b\nc'), /line 2: a quote is never closed/);
});

test('[UP-10] [V1-39] columns stand in any order and case; what is not known is ignored; a key is enabled unless the file says otherwise', async () => {
  const control = restControl();
  const { id: one } = await control.call('CreateUsagePlan', { name: 'one' });
  const { id: two } = await control.call('CreateUsagePlan', { name: 'two' });
  const { ids, warnings } = await importKeys(
    control,
    `Enabled,KEY,colour,name,Description,UsagePlanIds\r\ntRuE,${keyValue(1)},red,first,"of, all",'${one},${two}'\r\nfalse,${keyValue(2)},,second,,\r\n,${keyValue(3)},,third\r\n`,
  );
  assert.deepEqual(warnings, []);
  assert.equal(ids?.length, 3);
  const first = await keyNamed(control, 'first');
  assert.equal(first?.id, ids[0]);
  assert.equal(first?.value, keyValue(1));
  assert.equal(first?.description, 'of, all');
  assert.equal(first?.enabled, true);
  assert.equal((await keyNamed(control, 'second'))?.enabled, false);
  assert.equal((await keyNamed(control, 'third'))?.enabled, true);
  for (const usagePlanId of [one!, two!]) {
    const { items } = await control.call('GetUsagePlanKeys', { usagePlanId });
    assert.deepEqual(
      items?.map(({ id }) => id),
      [ids[0]],
    );
  }
});

test('[UP-10] importing a key again overwrites it under its id, and it stays in its plans', async () => {
  const control = restControl();
  const { id: usagePlanId } = await control.call('CreateUsagePlan', { name: 'plan' });
  const { ids } = await importKeys(control, `name,key,usageplanids\nold,${keyValue(1)},${usagePlanId}\n`);
  control.clock.advance(60_000);
  const again = await importKeys(control, `name,key,enabled,usageplanids\nnew,${keyValue(1)},false,${usagePlanId}\n`);
  assert.deepEqual(again, { ids, warnings: [] });
  const key = await control.call('GetApiKey', { apiKey: ids![0]! });
  assert.deepEqual([key.name, key.enabled, key.createdDate], ['new', false, control.clock.now()]);
  assert.equal((await control.call('GetUsagePlanKeys', { usagePlanId: usagePlanId! })).items?.length, 1);
});

test('[UP-10] a row that cannot be imported leaves nothing behind and is a warning; with failonwarnings the rows before it stay', async () => {
  const control = restControl();
  const file = `name,key,usageplanids\ngood,${keyValue(1)},\nshort,tooshort,\nlost,${keyValue(2)},nosuch\nlast,${keyValue(3)},\n`;
  const { ids, warnings } = await importKeys(control, file);
  assert.equal(ids?.length, 2);
  assert.deepEqual(warnings, [
    'Row 3: API Key value should be at least 20 characters',
    'Row 4: Invalid Usage Plan ID specified',
  ]);
  const strict = restControl();
  await assertRefused(importKeys(strict, file, true), 'BadRequestException', /Row 3/);
  assert.deepEqual(
    (await strict.call('GetApiKeys', {})).items?.map(({ name }) => name),
    ['good'],
  );
});

test('[UP-10] [UP-04] a row of two plans of one stage is a warning, and its key is not there', async () => {
  const control = restControl();
  const { restApiId: apiId } = await makePets(control);
  await deploy(control, apiId, 'dev');
  const planOfDev = async (name: string) =>
    (await control.call('CreateUsagePlan', { name, apiStages: [{ apiId, stage: 'dev' }] })).id!;
  const file = `name,key,usageplanids\ntwice,${keyValue(1)},"${await planOfDev('a')},${await planOfDev('b')}"\n`;
  const { ids, warnings } = await importKeys(control, file);
  assert.deepEqual([ids, warnings?.length], [[], 1]);
  assert.match(warnings![0]!, /cannot reference multiple Usage Plans with the same API stage/);
  assert.deepEqual((await control.call('GetApiKeys', {})).items, []);
});

test('what is no key file is refused whole', async () => {
  const control = restControl();
  for (const text of ['', 'name\nx', 'key\nx', `name,key\n"x,${keyValue(1)}`]) {
    await assertRefused(importKeys(control, text), 'BadRequestException', /^Invalid API Key file: /);
  }
  await assertRefused(
    control.call('ImportApiKeys', { body: Buffer.from([0x6e, 0xff, 0xfe]), format: 'csv' }),
    'BadRequestException',
    'Invalid API Key file: it is not UTF-8 text',
  );
});
