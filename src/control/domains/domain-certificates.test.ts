import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  bundle,
  domainControl,
  edgeCertificateArn,
  regionalCertificateArn,
  regionalDomain,
} from '../../../test/support/domains-under-test.ts';
import { assertRefused, patch } from '../../../test/support/rest-control.ts';
import type { KnownCertificate } from '../../ports/certificates.ts';

const api = regionalDomain('api.example.com');

const issued = (arn: string, more: Partial<KnownCertificate> = {}): KnownCertificate => ({
  arn,
  account: '123456789012',
  region: arn.split(':')[3]!,
  domainNames: ['api.example.com', '*.example.com'],
  type: 'AMAZON_ISSUED',
  status: 'ISSUED',
  ...more,
});

test('[DOM-01] [V1-46] a domain is at the edge unless asked otherwise: a host of CloudFront, and a certificate of us-east-1', async () => {
  const control = domainControl();
  await assertRefused(
    control.v1('CreateDomainName', { domainName: 'api.example.com', certificateArn: regionalCertificateArn }),
    'BadRequestException',
    `Invalid certificate ARN: ${regionalCertificateArn}. Certificate must be in 'us-east-1'.`,
  );
  const made = await control.v1('CreateDomainName', {
    domainName: 'api.example.com',
    certificateName: 'mine',
    certificateArn: edgeCertificateArn,
  });
  assert.match(made.distributionDomainName!, /^d[a-z0-9]{13}\.cloudfront\.net$/);
  assert.equal(made.distributionHostedZoneId, 'Z2FDTNDATAQYW2');
  assert.equal(made.certificateName, 'mine');
  assert.deepEqual(made.endpointConfiguration?.types, ['EDGE']);
  assert.equal(made.regionalDomainName, undefined);
  // The name is taken in every region: CloudFront is one.
  await assertRefused(
    control.v1(
      'CreateDomainName',
      { domainName: 'api.example.com', certificateArn: edgeCertificateArn },
      { region: 'us-west-2' },
    ),
    'BadRequestException',
    /^The domain name you provided is already associated with an existing CloudFront distribution\./,
  );
});

test('[DOM-04] a wildcard is a first label, wants a certificate of ACM, and nobody else below it', async () => {
  const control = domainControl();
  await control.v1('CreateDomainName', api);
  const foreign = {
    ...regionalDomain('*.example.com'),
    regionalCertificateArn: 'arn:aws:acm:eu-central-1:210987654321:certificate/x',
  };
  await assertRefused(
    control.v1('CreateDomainName', foreign, { account: '210987654321' }),
    'BadRequestException',
    'The wildcard domain name you provided conflicts with a domain name of a different AWS account.',
  );
  await assertRefused(
    control.v1('CreateDomainName', { domainName: '*.example.com', certificateName: 'uploaded once' }),
    'BadRequestException',
    'A wildcard custom domain name requires a certificate from AWS Certificate Manager.',
  );
  const made = await control.v1('CreateDomainName', regionalDomain('*.example.com'));
  assert.equal(made.domainNameArn, 'arn:aws:apigateway:eu-central-1::/domainnames/*.example.com');
});

test('[DOM-01] [DOM-02] a certificate ACM knows has to be issued, the account’s own, and good for the name', async () => {
  const certificates = new Map<string, KnownCertificate>();
  const control = domainControl({ certificates });
  const refused = (message: string) =>
    assertRefused(control.v1('CreateDomainName', api), 'BadRequestException', message);
  certificates.set(regionalCertificateArn, issued(regionalCertificateArn, { status: 'PENDING_VALIDATION' }));
  await refused(`The certificate ${regionalCertificateArn} cannot be used: its status is PENDING_VALIDATION.`);
  certificates.set(regionalCertificateArn, issued(regionalCertificateArn, { account: '210987654321' }));
  await refused('The certificate provided must be owned by the account creating the domain.');
  certificates.set(
    regionalCertificateArn,
    issued(regionalCertificateArn, { domainNames: ['example.com', '*.example.org'] }),
  );
  await refused(`The certificate ${regionalCertificateArn} does not cover the domain name api.example.com.`);
  certificates.set(regionalCertificateArn, issued(regionalCertificateArn, { domainNames: ['*.example.com'] }));
  await control.v1('CreateDomainName', api);
  assert.deepEqual(control.warnings, []);
});

test('[DOM-02] a certificate nobody knows is taken in dev mode, which says so, and refused in secure mode', async () => {
  const dev = domainControl();
  await dev.v1('CreateDomainName', api);
  assert.match(
    dev.warnings[0]!,
    /^There is no certificate arn:aws:acm:eu-central-1.*: api\.example\.com is served with one that vouches for itself/,
  );
  const secure = domainControl({ mustKnowCertificates: true });
  await assertRefused(
    secure.v1('CreateDomainName', api),
    'BadRequestException',
    'The provided certificate does not exist.',
  );
});

test('[DOM-20] mutual TLS with an imported certificate wants a proof of ownership, and loses its way when that expires', async () => {
  const ownership = 'arn:aws:acm:eu-central-1:123456789012:certificate/ownership';
  const certificates = new Map([
    [regionalCertificateArn, issued(regionalCertificateArn, { type: 'IMPORTED', domainNames: ['api.example.com'] })],
    [ownership, issued(ownership)],
  ]);
  const truststorePem = await bundle('CN=Test CA', 2120);
  const control = domainControl({ certificates, readTruststore: () => ({ pem: truststorePem }) });
  const mutual = { ...api, mutualTlsAuthentication: { truststoreUri: 's3://bucket/ca.pem' } };
  await assertRefused(
    control.v1('CreateDomainName', mutual),
    'BadRequestException',
    'Missing ownershipVerificationCertificate.',
  );
  await assertRefused(
    control.v1('CreateDomainName', { ...mutual, ownershipVerificationCertificateArn: regionalCertificateArn }),
    'BadRequestException',
    `The ownershipVerificationCertificate ${regionalCertificateArn} must be a public certificate issued by ACM.`,
  );
  const made = await control.v1('CreateDomainName', { ...mutual, ownershipVerificationCertificateArn: ownership });
  assert.deepEqual([made.domainNameStatus, made.ownershipVerificationCertificateArn], ['AVAILABLE', ownership]);

  certificates.set(
    regionalCertificateArn,
    issued(regionalCertificateArn, { type: 'IMPORTED', domainNames: ['api.example.com', 'api.example.org'] }),
  );
  const reimport = await control.v1('GetDomainName', api);
  assert.equal(reimport.domainNameStatus, 'PENDING_CERTIFICATE_REIMPORT');
  assert.match(reimport.domainNameStatusMessage!, /api\.example\.org/);

  certificates.set(ownership, issued(ownership, { status: 'EXPIRED' }));
  assert.equal((await control.v1('GetDomainName', api)).domainNameStatus, 'PENDING_OWNERSHIP_VERIFICATION');
  const v2 = await control.v2('GetDomainName', { DomainName: 'api.example.com' });
  assert.equal(v2.DomainNameConfigurations?.[0]?.DomainNameStatus, 'PENDING_OWNERSHIP_VERIFICATION');
  const update = (...patchOperations: ReturnType<typeof patch>[]) =>
    control.v1('UpdateDomainName', { domainName: 'api.example.com', patchOperations });
  await assertRefused(update(patch('replace', '/routingMode', 'ROUTING_RULE_ONLY')), 'ConflictException');
  const renewed = 'arn:aws:acm:eu-central-1:123456789012:certificate/renewed';
  certificates.set(renewed, issued(renewed, { domainNames: ['api.example.com', 'api.example.org'] }));
  const mended = await update(patch('replace', '/ownershipVerificationCertificateArn', renewed));
  assert.equal(mended.domainNameStatus, 'AVAILABLE');
});

test('[DOM-19] a truststore is read when the domain is told to, its warnings are told then and only then, and an empty URI ends it', async () => {
  const truststorePem = await bundle('CN=Test CA', 2120);
  const expiredPem = await bundle('CN=Old CA', 2001);
  const read: unknown[] = [];
  let pem = truststorePem;
  const control = domainControl({
    readTruststore: ({ bucket, key, version }) => {
      read.push([bucket, key, version]);
      return { pem };
    },
  });
  const made = await control.v1('CreateDomainName', {
    ...api,
    mutualTlsAuthentication: { truststoreUri: 's3://my-bucket/some/ca.pem' },
  });
  assert.deepEqual(made.mutualTlsAuthentication, {
    truststoreUri: 's3://my-bucket/some/ca.pem',
    truststoreWarnings: [],
  });
  assert.equal((await control.live.liveDomain('eu-central-1', 'api.example.com'))?.truststore?.pem, truststorePem);

  pem = expiredPem;
  const update = (...patchOperations: ReturnType<typeof patch>[]) =>
    control.v1('UpdateDomainName', { domainName: 'api.example.com', patchOperations });
  await update(patch('replace', '/routingMode', 'ROUTING_RULE_ONLY'));
  assert.equal(read.length, 1);
  const updated = await update(patch('replace', '/mutualTlsAuthentication/truststoreVersion', 'v2'));
  assert.deepEqual(updated.mutualTlsAuthentication, {
    truststoreUri: 's3://my-bucket/some/ca.pem',
    truststoreVersion: 'v2',
    truststoreWarnings: ['Certificate is expired: CN=Old CA'],
  });
  assert.deepEqual(read, [
    ['my-bucket', 'some/ca.pem', undefined],
    ['my-bucket', 'some/ca.pem', 'v2'],
  ]);
  assert.equal((await control.live.liveDomain('eu-central-1', 'api.example.com'))?.truststore?.pem, expiredPem);
  const shown = await control.v1('GetDomainName', api);
  assert.equal(shown.mutualTlsAuthentication?.truststoreWarnings, undefined);
  const v2 = await control.v2('GetDomainName', { DomainName: 'api.example.com' });
  assert.deepEqual(v2.MutualTlsAuthentication, {
    TruststoreUri: 's3://my-bucket/some/ca.pem',
    TruststoreVersion: 'v2',
  });

  const off = await update(patch('replace', '/mutualTlsAuthentication/truststoreUri', ''));
  assert.equal(off.mutualTlsAuthentication, undefined);
  assert.equal((await control.live.liveDomain('eu-central-1', 'api.example.com'))?.truststore, undefined);

  const configuration = {
    DomainName: 'api.example.com',
    DomainNameConfigurations: [{ CertificateArn: regionalCertificateArn }],
  };
  const on = await control.v2('UpdateDomainName', {
    ...configuration,
    MutualTlsAuthentication: { TruststoreUri: 's3://my-bucket/ca.pem' },
  });
  assert.deepEqual(on.MutualTlsAuthentication?.TruststoreWarnings, ['Certificate is expired: CN=Old CA']);
  const ended = await control.v2('UpdateDomainName', {
    ...configuration,
    MutualTlsAuthentication: { TruststoreUri: '' },
  });
  assert.equal(ended.MutualTlsAuthentication, undefined);
});

test('[DOM-19] a truststore that cannot be read, or is none, refuses the domain; the log has the reason', async () => {
  const mutual = { ...api, mutualTlsAuthentication: { truststoreUri: 's3://bucket/ca.pem' } };
  await assertRefused(
    domainControl().v1('CreateDomainName', mutual),
    'BadRequestException',
    'The truststore s3://bucket/ca.pem could not be read. Please make sure that the object exists and that you have permission to access it.',
  );
  await assertRefused(
    domainControl({ readTruststore: () => ({ pem: 'hello' }) }).v1('CreateDomainName', mutual),
    'BadRequestException',
    'The truststore s3://bucket/ca.pem is not valid: it holds no PEM encoded certificate.',
  );
});
