import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  domainControl,
  edgeCertificateArn,
  makeV2Api,
  regionalCertificateArn,
  regionalDomain,
} from '../../../test/support/domains-under-test.ts';
import { assertRefused, patch } from '../../../test/support/rest-control.ts';

const api = regionalDomain('api.example.com');

for (const [why, input, message] of [
  ['no certificate', { domainName: 'a.example.com' }, 'A certificate was not provided for the endpoint type EDGE.'],
  [
    'an edge certificate for a regional domain',
    { domainName: 'a.example.com', certificateArn: edgeCertificateArn, endpointConfiguration: { types: ['REGIONAL'] } },
    'A certificate was not provided for the endpoint type REGIONAL.',
  ],
  [
    'two endpoint types at once',
    { ...api, certificateArn: edgeCertificateArn, endpointConfiguration: { types: ['REGIONAL', 'EDGE'] } },
    'Cannot create an api with multiple Endpoint Types',
  ],
  [
    'an upload for a regional domain',
    { ...api, certificateBody: 'x', certificatePrivateKey: 'y' },
    'Uploading certificates is not supported for REGIONAL.',
  ],
  [
    'an enhanced policy without access mode',
    { ...api, securityPolicy: 'SecurityPolicy_TLS13_1_3_2025_09' },
    'Endpoint access mode is required for the specified security policy',
  ],
  [
    'an edge policy for a regional domain',
    { ...api, securityPolicy: 'SecurityPolicy_TLS13_2025_EDGE', endpointAccessMode: 'STRICT' },
    'Security policy SecurityPolicy_TLS13_2025_EDGE is not supported for the endpoint type REGIONAL.',
  ],
  [
    'TLS 1.0 for a private domain',
    {
      domainName: 'a.example.com',
      certificateArn: regionalCertificateArn,
      endpointConfiguration: { types: ['PRIVATE'] },
      securityPolicy: 'TLS_1_0',
    },
    'Security policy TLS_1_0 is not supported for the endpoint type PRIVATE.',
  ],
  [
    'mutual TLS with TLS 1.0',
    { ...api, securityPolicy: 'TLS_1_0', mutualTlsAuthentication: { truststoreUri: 's3://bucket/ca.pem' } },
    'Mutual TLS is only supported for domain names with the security policy TLS_1_2.',
  ],
  [
    'a truststore elsewhere',
    { ...api, mutualTlsAuthentication: { truststoreUri: 'https://bucket/ca.pem' } },
    'Invalid truststoreUri specified: https://bucket/ca.pem. It must be of the form s3://bucket-name/key-name',
  ],
  [
    'a policy for a public domain',
    { ...api, policy: '{}' },
    'policy is only supported for private custom domain names.',
  ],
  ['a name with an empty label', regionalDomain('a..example.com'), 'Invalid domain name specified: a..example.com'],
  ['a name with a path', regionalDomain('example.com/x'), 'Invalid domain name specified: example.com/x'],
  ['an address', regionalDomain('127.0.0.1'), 'Invalid domain name specified: 127.0.0.1'],
  ['a star in the middle', regionalDomain('a.*.example.com'), 'Invalid domain name specified: a.*.example.com'],
] as const) {
  test(`[V1-46] a domain is refused for ${why}`, async () => {
    const control = domainControl();
    await assertRefused(control.v1('CreateDomainName', input as unknown as typeof api), 'BadRequestException', message);
    assert.deepEqual((await control.v1('GetDomainNames', {})).items, []);
  });
}

test('[DOM-12] [DOM-13] the policies of regional domains: TLS 1.0, 1.2 and seven enhanced ones; of the edge three of its own', async () => {
  const control = domainControl();
  let n = 0;
  for (const securityPolicy of [
    'SecurityPolicy_TLS13_1_3_2025_09',
    'SecurityPolicy_TLS13_1_3_FIPS_2025_09',
    'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09',
    'SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09',
    'SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09',
    'SecurityPolicy_TLS13_1_2_PQ_2025_09',
    'SecurityPolicy_TLS13_1_2_2021_06',
  ] as const) {
    const made = await control.v1(
      'CreateDomainName',
      regionalDomain(`a${n++}.example.com`, { securityPolicy, endpointAccessMode: 'STRICT' }),
    );
    assert.deepEqual([made.securityPolicy, made.endpointAccessMode], [securityPolicy, 'STRICT']);
  }
  for (const securityPolicy of [
    'SecurityPolicy_TLS13_2025_EDGE',
    'SecurityPolicy_TLS12_PFS_2025_EDGE',
    'SecurityPolicy_TLS12_2018_EDGE',
  ] as const) {
    await control.v1('CreateDomainName', {
      domainName: `a${n++}.example.com`,
      certificateArn: edgeCertificateArn,
      securityPolicy,
      endpointAccessMode: 'BASIC',
    });
  }
  await control.v1('CreateDomainName', regionalDomain('old.example.com', { securityPolicy: 'TLS_1_0' }));
  await assertRefused(
    control.v1('CreateDomainName', regionalDomain('b.example.com', { endpointAccessMode: 'STRICT' })),
    'BadRequestException',
    'Endpoint access mode is only supported for security policies that start with SecurityPolicy_',
  );
});

test('[DOM-13] [PATCH-07] an enhanced policy comes with its access mode, and both go together', async () => {
  const control = domainControl();
  await control.v1('CreateDomainName', api);
  const update = (...patchOperations: ReturnType<typeof patch>[]) =>
    control.v1('UpdateDomainName', { domainName: 'api.example.com', patchOperations });
  await assertRefused(
    update(patch('replace', '/securityPolicy', 'SecurityPolicy_TLS13_1_3_2025_09')),
    'BadRequestException',
    'Endpoint access mode is required for the specified security policy',
  );
  const strict = await update(
    patch('replace', '/securityPolicy', 'SecurityPolicy_TLS13_1_3_2025_09'),
    patch('replace', '/endpointAccessMode', 'STRICT'),
  );
  assert.equal(strict.endpointAccessMode, 'STRICT');
  const legacy = await update(patch('replace', '/securityPolicy', 'TLS_1_2'));
  assert.equal(legacy.endpointAccessMode, undefined);
  await assertRefused(
    update(patch('replace', '/securityPolicy', 'TLS_9')),
    'BadRequestException',
    'Invalid security policy specified: TLS_9',
  );
});

test('[DOM-12] a domain that HTTP APIs are mapped to keeps TLS 1.2', async () => {
  const control = domainControl();
  await control.v1('CreateDomainName', api);
  const ApiId = await makeV2Api(control, 'HTTP');
  await control.v2('CreateApiMapping', { DomainName: 'api.example.com', ApiId, Stage: 'prod' });
  await assertRefused(
    control.v1('UpdateDomainName', {
      domainName: 'api.example.com',
      patchOperations: [patch('replace', '/securityPolicy', 'TLS_1_0')],
    }),
    'BadRequestException',
    'Security policy TLS_1_0 is not supported for a domain name with HTTP APIs. Only TLS_1_2 is supported.',
  );
});
