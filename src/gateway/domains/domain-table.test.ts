import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { silentLog } from '../../ports/telemetry.ts';
import { fakeDomains, liveDomain, mappings } from './domain-fixture.ts';
import { createDomainTable } from './domain-table.ts';

test('[DOM-04] an exact name comes before a wildcard, which stands for one label', async () => {
  const table = createDomainTable(fakeDomains(liveDomain('*.example.com'), liveDomain('A.example.com')), silentLog);
  await table.loading;
  assert.equal(table.find('a.example.com')?.name, 'a.example.com');
  assert.equal(table.find('b.example.com')?.name, '*.example.com');
  assert.equal(table.find('x.b.example.com'), undefined);
  assert.equal(table.find('example.com'), undefined);
  assert.equal(table.find(''), undefined);
});

test('[DOM-11] whoever asks while a change is read can wait for it, and then sees it', async () => {
  const domains = fakeDomains(liveDomain('a.example.com', { mappings: mappings({ '': 'one:s' }) }));
  const table = createDomainTable(domains, silentLog);
  await table.loading;
  assert.equal(table.loading, undefined);
  domains.isHeld = true;
  domains.all[0] = liveDomain('a.example.com', { mappings: mappings({ '': 'two:s' }) });
  domains.publish({ region: 'eu-west-1', domainId: 'a.example.com' });
  const loading = table.loading;
  assert.ok(loading !== undefined);
  // A second change while the first is read is read as well.
  domains.all.push(liveDomain('b.example.com'));
  domains.publish({ region: 'eu-west-1', domainId: 'b.example.com' });
  domains.release();
  await loading;
  assert.equal(table.find('a.example.com')?.route('/', [])?.apiId, 'two');
  assert.ok(table.find('b.example.com'));
  domains.all.shift();
  domains.publish({ region: 'eu-west-1', domainId: 'a.example.com' });
  await table.loading;
  assert.equal(table.find('a.example.com'), undefined);
  table.close();
});

test('a domain that cannot be read any more is not served on', async () => {
  const domains = fakeDomains(liveDomain('a.example.com'));
  const table = createDomainTable(domains, silentLog);
  await table.loading;
  domains.liveDomain = () => Promise.reject(new Error('disk gone'));
  domains.publish({ region: 'eu-west-1', domainId: 'a.example.com' });
  await table.loading;
  assert.equal(table.find('a.example.com'), undefined);
  assert.equal(table.isEmpty, true);
});

test('nobody takes over the names by which services are called', async () => {
  const names = ['apigateway.eu-west-1.amazonaws.com', '*.amazonaws.com', 'localhost', 'sts.amazonaws.com.cn'];
  const table = createDomainTable(fakeDomains(...names.map((name) => liveDomain(name))), silentLog);
  await table.loading;
  assert.equal(table.isEmpty, true);
});

test('of one name in two regions the older domain answers; a public one comes before a private one', async () => {
  const table = createDomainTable(
    fakeDomains(
      liveDomain('a.example.com', { domain: { createdAtMs: 2, region: 'us-east-1' } }),
      liveDomain('a.example.com', { domain: { createdAtMs: 1 } }),
      liveDomain('a.example.com', {
        domain: { createdAtMs: 0, domainNameId: 'abc', endpoints: [{ endpointType: 'PRIVATE' }] },
        accessAssociations: [
          { account: '1', accessAssociationSource: 'vpce-1', tags: {}, createdAtMs: 0, isRejected: false },
        ],
      }),
    ),
    silentLog,
  );
  await table.loading;
  assert.equal(table.find('a.example.com')?.live.domain.createdAtMs, 1);
  assert.equal(table.find('a.example.com', 'vpce-1')?.live.domain.domainNameId, 'abc');
  assert.equal(table.find('a.example.com', 'vpce-2')?.live.domain.createdAtMs, 1);
});
