import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { CustomDomain } from '../definition/custom-domain.ts';
import { accessAssociations, apiMappings, customDomains, routingRules, truststores } from '../ports/records.ts';
import { createCustomDomains } from './custom-domains.ts';
import { createMemoryStore } from './memory.ts';

const domain: CustomDomain = {
  domainName: 'api.example.com',
  account: '123456789012',
  region: 'eu-west-1',
  endpoints: [{ endpointType: 'REGIONAL' }],
  securityPolicy: 'TLS_1_2',
  ipAddressType: 'ipv4',
  routingMode: 'API_MAPPING_ONLY',
  tags: {},
  createdAtMs: 0,
};

test('a live domain holds its own mappings, rules, associations and truststore, not those of a longer name', async () => {
  const store = createMemoryStore();
  const domains = createCustomDomains(store);
  const longer = { ...domain, domainName: 'api.example.com.au' };
  await store.write(async (tx) => {
    for (const each of [domain, longer]) {
      const key = [each.region, each.domainName];
      tx.put(customDomains, key, each);
      tx.put(apiMappings, [...key, 'm1'], { apiMappingId: 'm1', apiMappingKey: '', apiId: each.domainName });
      tx.put(routingRules, [...key, 'r1'], {
        routingRuleId: 'r1',
        priority: 1,
        conditions: [],
        action: { apiId: each.domainName, stage: 'prod', stripBasePath: false },
      });
      tx.put(accessAssociations, [...key, 'vpce-1'], {
        account: domain.account,
        accessAssociationSource: 'vpce-1',
        tags: {},
        createdAtMs: 0,
        isRejected: false,
      });
    }
    tx.put(truststores, [domain.region, domain.domainName], { pem: 'of the first' });
  });

  const live = await domains.liveDomain('eu-west-1', 'api.example.com');
  assert.deepEqual(live?.domain, domain);
  assert.deepEqual(
    live?.mappings.map(({ apiId }) => apiId),
    ['api.example.com'],
  );
  assert.deepEqual(
    live?.rules.map(({ action }) => action.apiId),
    ['api.example.com'],
  );
  assert.equal(live?.accessAssociations.length, 1);
  assert.deepEqual(live?.truststore, { pem: 'of the first' });
  assert.equal(live?.uploadedCertificate, undefined);
  assert.equal((await domains.liveDomain('eu-west-1', 'api.example.com.au'))?.truststore, undefined);
  assert.equal(await domains.liveDomain('us-east-1', 'api.example.com'), undefined);
  assert.equal((await domains.liveDomains()).length, 2);
});

test('a change is told to everyone who listens, and to nobody who stopped', () => {
  const domains = createCustomDomains(createMemoryStore());
  const heard: unknown[] = [];
  const stop = domains.onChange((change) => heard.push(change));
  domains.publish({ region: 'eu-west-1', domainId: 'api.example.com' });
  stop();
  domains.publish({});
  assert.deepEqual(heard, [{ region: 'eu-west-1', domainId: 'api.example.com' }]);
});
