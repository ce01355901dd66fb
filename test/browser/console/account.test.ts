/** What belongs to the account in the console: client certificates, VPC links, settings. */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
  GetAccountCommand,
  GetClientCertificatesCommand,
  GetStageCommand,
  GetVpcLinksCommand,
} from '@aws-sdk/client-api-gateway';
import { createApi, mock } from '../../support/api-under-test.ts';
import { skipConsole, useConsole } from '../../support/console-under-test.ts';
import { choose, dialogOf, save, seen, selectRow } from '../../support/console-widgets.ts';

describe('the console: what belongs to the account', { skip: skipConsole }, () => {
  const console = useConsole();

  test('[CON-06] a client certificate is generated, handed out as PEM, given to a stage, and not deleted while that has it', async (t) => {
    const { gatewright, open } = await console();
    const { apigateway } = gatewright;
    const page = await open(t, '/client-certificates');
    await page.getByRole('button', { name: 'Generate certificate' }).click();
    await dialogOf(page, 'Generate client certificate').getByLabel('Description').fill('for the orders backend');
    await dialogOf(page, 'Generate client certificate').getByRole('button', { name: 'Generate' }).click();
    await seen(page, 'Client certificate generated.');
    const { items } = await apigateway.send(new GetClientCertificatesCommand());
    const made = items!.find(({ description }) => description === 'for the orders backend')!;
    const [pem] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download PEM' }).click(),
    ]);
    assert.equal(readFileSync(await pem.path(), 'utf8'), made.pemEncodedCertificate);

    const api = await createApi(gatewright, { 'GET /pets': mock('pets') });
    await api.deploy('prod');
    const stages = await open(t, `/rest/${api.id}/stages`);
    await choose(stages, 'Client certificate', made.clientCertificateId!);
    await save(stages, 'Stage settings saved.');
    const stage = await apigateway.send(new GetStageCommand({ restApiId: api.id, stageName: 'prod' }));
    assert.equal(stage.clientCertificateId, made.clientCertificateId);

    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: /^Delete client certificate/ });
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByText('BadRequestException').waitFor();
  });

  test('[CON-06] VPC links of both kinds are made, listed side by side, and deleted', async (t) => {
    const { gatewright, open } = await console();
    const page = await open(t, '/vpc-links');
    await page.getByRole('button', { name: 'Create VPC link' }).first().click();
    const dialog = dialogOf(page, 'Create VPC link');
    await dialog.getByLabel('Name').fill('console-orders');
    const nlb = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/orders/50dc6c495c0c9188';
    await dialog.getByLabel('Target NLB').fill(nlb);
    await dialog.getByRole('button', { name: 'Create VPC link' }).click();
    await seen(page, 'VPC link console-orders created.');
    await page.getByRole('button', { name: 'Create VPC link' }).first().click();
    await dialog.getByRole('radio', { name: 'VPC link for HTTP APIs' }).check({ force: true });
    await dialog.getByLabel('Name').fill('console-subnets');
    await dialog.getByLabel('Subnets').fill('subnet-1a2b3c4d, subnet-5e6f7a8b');
    await dialog.getByRole('button', { name: 'Create VPC link' }).click();
    await seen(page, 'VPC link console-subnets created.');

    const links = page.getByRole('grid', { name: 'VPC links' });
    await links
      .getByRole('row')
      .filter({ hasText: 'console-subnets' })
      .getByText('subnet-1a2b3c4d, subnet-5e6f7a8b')
      .waitFor();
    const rest = async () =>
      (await gatewright.apigateway.send(new GetVpcLinksCommand())).items!.filter(
        ({ name }) => name === 'console-orders',
      );
    assert.deepEqual(
      (await rest()).map(({ targetArns }) => targetArns),
      [[nlb]],
    );
    await selectRow(links, 'console-orders');
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await dialogOf(page, 'Delete VPC link console-orders?').getByRole('button', { name: 'Delete' }).click();
    await seen(page, 'VPC link deleted.');
    assert.deepEqual(await rest(), []);
  });

  test('[CON-06] the settings name the role for logs, and say AWS’s refusal of what is no role', async (t) => {
    const { gatewright, open } = await console();
    const page = await open(t, '/settings');
    const role = page.getByLabel('CloudWatch log role ARN');
    await page.getByText('10,000 requests per second').waitFor();
    await role.fill('no role');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('BadRequestException').waitFor();
    const arn = 'arn:aws:iam::000000000000:role/console-logs';
    await role.fill(arn);
    await save(page, 'Account settings saved.');
    assert.equal((await gatewright.apigateway.send(new GetAccountCommand())).cloudwatchRoleArn, arn);
  });
});
