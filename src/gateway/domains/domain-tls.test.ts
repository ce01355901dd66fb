import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { makeCertificate } from '../../../test/support/certificate-chain.ts';
import { ManualClock } from '../../base/clock.ts';
import type { CertificateAndKey } from '../../ports/certificates.ts';
import { silentLog } from '../../ports/telemetry.ts';
import { fakeDomains, liveDomain } from './domain-fixture.ts';
import { createDomainTable } from './domain-table.ts';
import { createDomainTls } from './domain-tls.ts';

const ofAcm = await makeCertificate({ name: 'CN=acm' });
const issued = await makeCertificate({ name: 'CN=issued' });
const certificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/1';

async function tlsOf(domain: Parameters<typeof liveDomain>[1], held: Record<string, CertificateAndKey> = {}) {
  const asked: string[] = [];
  let listener: (arn: string | undefined) => void = () => {};
  const domains = createDomainTable(fakeDomains(liveDomain('a.example.com', domain)), silentLog);
  await domains.loading;
  const clock = new ManualClock();
  const tls = createDomainTls({
    domains,
    certificates: {
      async certificateAndKey(arn) {
        asked.push(arn);
        return held[arn];
      },
      issueFor: async (name) => {
        asked.push(`issue ${name}`);
        return issued;
      },
      onChange(told) {
        listener = told;
        return () => {};
      },
    },
    clock,
    log: silentLog,
  });
  return { tls, asked, clock, changed: (arn?: string) => listener(arn) };
}

const regional = { domain: { endpoints: [{ endpointType: 'REGIONAL' as const, certificateArn }] } };

test('settings are one object until a certificate changes or a day is over, when the certificate is asked for again', async () => {
  const { tls, asked, clock, changed } = await tlsOf(regional, { [certificateArn]: ofAcm });
  const first = await tls.settingsFor('a.example.com');
  assert.equal(await tls.settingsFor('a.example.com'), first);
  changed(certificateArn);
  const second = await tls.settingsFor('a.example.com');
  assert.notEqual(second, first);
  clock.advance(86_400_001);
  assert.notEqual(await tls.settingsFor('a.example.com'), second);
  assert.equal(asked.length, 3);
  assert.equal(await tls.settingsFor('b.example.com'), undefined);
});

test('a certificate that is not held gives way to one of the local authority, an uploaded one comes before all', async () => {
  const missing = await tlsOf(regional);
  assert.equal((await missing.tls.settingsFor('a.example.com'))?.options.key, issued.privateKey);
  assert.deepEqual(missing.asked, [certificateArn, 'issue a.example.com']);
  const uploaded = await tlsOf({ ...regional, uploadedCertificate: ofAcm }, { [certificateArn]: issued });
  assert.equal((await uploaded.tls.settingsFor('a.example.com'))?.options.key, ofAcm.privateKey);
});

test('a domain with a policy nobody knows is not served over TLS at all', async () => {
  const { tls } = await tlsOf({ domain: { ...regional.domain, securityPolicy: 'TLS_9_9' } });
  await assert.rejects(tls.settingsFor('a.example.com'), /TLS_9_9/);
});

test('[DOM-16] only a domain with mutual TLS asks clients for a certificate, and one without its truststore trusts nobody', async () => {
  const { tls: plain } = await tlsOf(regional);
  assert.equal((await plain.settingsFor('a.example.com'))?.options.requestCert, undefined);
  const mutualTlsAuthentication = { truststoreUri: 's3://b/k' };
  const { tls } = await tlsOf({ domain: { ...regional.domain, mutualTlsAuthentication } });
  const { options } = (await tls.settingsFor('a.example.com'))!;
  assert.equal(options.requestCert, true);
  assert.deepEqual(options.ca, []);
});
