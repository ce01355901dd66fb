/** Custom domain names in the console: a certificate, mappings, rules, each shown by a request with the domain's name in Host. */
import { strict as assert } from 'node:assert';
import { describe, type TestContext, test } from 'node:test';
import { CreateDomainNameCommand, GetDomainNameCommand } from '@aws-sdk/client-api-gateway';
import { createApi, mock } from '../../support/api-under-test.ts';
import { skipConsole, useConsole } from '../../support/console-under-test.ts';
import { choose, dialogOf, save, seen, selectRow } from '../../support/console-widgets.ts';
import { askDomain } from '../../support/domain-client.ts';

describe('the console: custom domain names', { skip: skipConsole }, () => {
  const console = useConsole();
  const arn = 'arn:aws:acm:us-east-1:000000000000:certificate/11111111-2222-4333-8444-555555555555';

  /** An API whose `GET /pets` says its name, in stage `prod`. */
  async function named(name: string) {
    const { gatewright } = await console();
    const api = await createApi(gatewright, { 'GET /pets': mock(name) }, { name });
    await api.deploy('prod');
    return { ...api, label: `${name} (REST - ${api.id})` };
  }

  const answerAt = async (host: string, path: string, headers: Record<string, string> = {}, tls?: object) => {
    const { status, text } = await askDomain({ port: (await console()).gatewright.port, host, path, headers, tls });
    return status === 200 ? text : status;
  };

  async function openDomain(t: TestContext, domainName: string, more = {}) {
    const { gatewright, open } = await console();
    await gatewright.apigateway.send(
      new CreateDomainNameCommand({
        ...{ domainName, regionalCertificateArn: arn, endpointConfiguration: { types: ['REGIONAL'] }, ...more },
      }),
    );
    return open(t, `/domain-names/${domainName}`);
  }

  test('[CON-06] a domain made with a certificate that was asked for there leads to a stage by its mapping, over https too', async (t) => {
    const shop = await named('console shop');
    const { gatewright, open } = await console();
    const page = await open(t, '/domain-names');
    await page.getByRole('button', { name: 'Add domain name' }).first().click();
    const dialog = dialogOf(page, 'Add domain name');
    await dialog.getByLabel('Domain name').fill('shop.console.test');
    await dialog.getByRole('button', { name: 'Request a new certificate' }).click();
    await dialog.getByRole('button', { name: /^ACM certificate shop\.console\.test/ }).waitFor();
    await choose(dialog, 'Security policy', 'SecurityPolicy_TLS13_1_3_2025_09');
    await choose(dialog, 'Endpoint access mode', 'Strict');
    await dialog.getByRole('button', { name: 'Add domain name' }).click();
    await seen(page, 'Domain name shop.console.test created.');

    await page.getByRole('button', { name: 'Add mapping' }).click();
    const mapping = dialogOf(page, 'Add mapping');
    await choose(mapping, 'API', shop.label);
    await choose(mapping, 'Stage', 'prod');
    await mapping.getByLabel('Path - optional').fill('v1');
    await mapping.getByRole('button', { name: 'Add mapping' }).click();
    await seen(page, 'Mapping added.');
    const tls = { minVersion: 'TLSv1.3' };
    assert.equal(await answerAt('shop.console.test', '/v1/pets', {}, tls), 'console shop');
    assert.equal(await answerAt('shop.console.test', '/v2/pets', {}, tls), 403);
    await assert.rejects(answerAt('shop.console.test', '/v1/pets', {}, { maxVersion: 'TLSv1.2' }));
    const made = await gatewright.apigateway.send(new GetDomainNameCommand({ domainName: 'shop.console.test' }));
    assert.equal(made.endpointAccessMode, 'STRICT');

    const mappings = page.getByRole('grid', { name: 'API mappings' });
    await selectRow(mappings, 'v1');
    await page.getByRole('button', { name: 'Remove' }).click();
    await dialogOf(page, 'Remove the mapping of v1?').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('No path leads anywhere yet.').waitFor();
    assert.equal(await answerAt('shop.console.test', '/v1/pets', {}, tls), 403);
  });

  test('[CON-06] a domain changes to routing rules, and a rule by header leads where the mapping does not', async (t) => {
    const [old, beta] = [await named('console old'), await named('console beta')];
    const page = await openDomain(t, 'rules.console.test');
    await page.getByRole('button', { name: 'Add mapping' }).click();
    const mapping = dialogOf(page, 'Add mapping');
    await choose(mapping, 'API', old.label);
    await choose(mapping, 'Stage', 'prod');
    await mapping.getByRole('button', { name: 'Add mapping' }).click();
    await seen(page, 'Mapping added.');
    await choose(page, 'Routing mode', 'Routing rules then API mappings');
    await save(page, 'Domain name saved.');
    await page.getByRole('button', { name: 'Add routing rule' }).click();
    const rule = dialogOf(page, 'Add routing rule');
    await rule.getByLabel('Header - optional').fill('X-Version');
    await rule.getByLabel('Header value').fill('beta*');
    await choose(rule, 'API', beta.label);
    await choose(rule, 'Stage', 'prod');
    await rule.getByRole('button', { name: 'Add routing rule' }).click();
    await seen(page, 'Routing rule added.');
    assert.equal(await answerAt('rules.console.test', '/pets'), 'console old');
    assert.equal(await answerAt('rules.console.test', '/pets', { 'X-Version': 'beta2' }), 'console beta');
    await page.getByRole('grid', { name: 'Routing rules' }).getByText('X-Version: beta*').waitFor();
  });

  test('[CON-06] an edge-optimized domain has base paths of one segment, and is deleted in the list', async (t) => {
    const shop = await named('console edge');
    const page = await openDomain(t, 'edge.console.test', {
      regionalCertificateArn: undefined,
      certificateArn: arn,
      endpointConfiguration: { types: ['EDGE'] },
    });
    await page.getByRole('button', { name: 'Add mapping' }).click();
    const mapping = dialogOf(page, 'Add mapping');
    await choose(mapping, 'API', shop.label);
    await choose(mapping, 'Stage', 'prod');
    await mapping.getByLabel('Path - optional').fill('here');
    await mapping.getByRole('button', { name: 'Add mapping' }).click();
    await seen(page, 'Mapping added.');
    assert.equal(await answerAt('edge.console.test', '/here/pets'), 'console edge');

    await page
      .getByRole('navigation', { name: 'Breadcrumbs' })
      .getByRole('link', { name: 'Custom domain names' })
      .click();
    await selectRow(page.getByRole('grid', { name: 'Custom domain names' }), 'edge.console.test');
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    const confirm = dialogOf(page, 'Delete domain name edge.console.test?');
    await confirm.getByRole('textbox').fill('confirm');
    await confirm.getByRole('button', { name: 'Delete' }).click();
    await seen(page, 'Domain name deleted.');
    assert.notEqual(await answerAt('edge.console.test', '/here/pets'), 'console edge');
  });
});
