import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  domainControl,
  edgeCertificateArn,
  regionalCertificateArn,
  regionalDomain,
} from '../../../test/support/domains-under-test.ts';
import { assertRefused, patch } from '../../../test/support/rest-control.ts';

const api = regionalDomain('api.example.com');

test('[V1-46] [DOM-02] a regional domain answers its host name and the hosted zone of its region', async () => {
  const control = domainControl();
  const { regionalDomainName, ...made } = await control.v1('CreateDomainName', api);
  assert.match(regionalDomainName!, /^d-[a-z0-9]{10}\.execute-api\.eu-central-1\.amazonaws\.com$/);
  assert.deepEqual(made, {
    domainName: 'api.example.com',
    domainNameArn: 'arn:aws:apigateway:eu-central-1::/domainnames/api.example.com',
    endpointConfiguration: { types: ['REGIONAL'], ipAddressType: 'ipv4' },
    regionalHostedZoneId: 'Z1U9ULNL0V5AJ3',
    regionalCertificateArn,
    certificateUploadDate: Math.floor(control.clock.now() / 1000) * 1000,
    domainNameStatus: 'AVAILABLE',
    securityPolicy: 'TLS_1_2',
    routingMode: 'BASE_PATH_MAPPING_ONLY',
  });
  assert.deepEqual(await control.v1('GetDomainName', { domainName: 'api.example.com' }), {
    ...made,
    regionalDomainName,
    tags: {},
  });
  assert.deepEqual(control.changes, [{ region: 'eu-central-1', domainId: 'api.example.com' }]);
});

test('[DOM-01] [NEW-06] with statusChangeSeconds a new domain is PENDING, one whose security policy changes UPDATING, and not changed meanwhile', async () => {
  const control = domainControl({ limits: { statusChangeSeconds: 60 } });
  assert.equal((await control.v1('CreateDomainName', api)).domainNameStatus, 'PENDING');
  const toTls10 = {
    domainName: 'api.example.com',
    patchOperations: [patch('replace', '/securityPolicy', 'TLS_1_0')],
  };
  await assertRefused(
    control.v1('UpdateDomainName', toTls10),
    'ConflictException',
    'There is already an update in progress',
  );
  control.clock.advance(60_000);
  assert.equal((await control.v1('GetDomainName', api)).domainNameStatus, 'AVAILABLE');
  const updated = await control.v1('UpdateDomainName', toTls10);
  assert.deepEqual([updated.domainNameStatus, updated.securityPolicy], ['UPDATING', 'TLS_1_0']);
  const v2 = await control.v2('GetDomainName', { DomainName: 'api.example.com' });
  assert.equal(v2.DomainNameConfigurations?.[0]?.DomainNameStatus, 'UPDATING');
  control.clock.advance(60_000);
  assert.equal((await control.v1('GetDomainName', api)).domainNameStatus, 'AVAILABLE');
});

test('[DOM-01] a name that exists is a conflict, in whatever letters, in both APIs', async () => {
  const control = domainControl();
  await control.v1('CreateDomainName', api);
  const taken = ['ConflictException', 'The domain name you provided already exists.'] as const;
  await assertRefused(control.v1('CreateDomainName', regionalDomain('API.example.com')), ...taken);
  await assertRefused(control.v1('CreateDomainName', api, { account: '210987654321' }), ...taken);
  await assertRefused(
    control.v2('CreateDomainName', {
      DomainName: 'api.example.com',
      DomainNameConfigurations: [{ CertificateArn: regionalCertificateArn }],
    }),
    ...taken,
  );
  // Another region is another world.
  await control.v2(
    'CreateDomainName',
    {
      DomainName: 'api.example.com',
      DomainNameConfigurations: [{ CertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/x' }],
    },
    { region: 'us-east-1' },
  );
});

test('[V1-46] a domain of another account is not there', async () => {
  const control = domainControl();
  await control.v1('CreateDomainName', api);
  const other = { account: '210987654321' };
  const missing = ['NotFoundException', 'Invalid domain name identifier specified'] as const;
  await assertRefused(control.v1('GetDomainName', api, other), ...missing);
  await assertRefused(control.v1('DeleteDomainName', api, other), ...missing);
  await assertRefused(control.v2('GetDomainName', { DomainName: 'api.example.com' }, other), ...missing);
  assert.deepEqual((await control.v1('GetDomainNames', {}, other)).items, []);
});

test('[DOM-03] [PATCH-07] a domain moves from the edge to its region and back', async () => {
  const control = domainControl();
  const edge = await control.v1('CreateDomainName', {
    domainName: 'api.example.com',
    certificateName: 'edge-cert',
    certificateArn: edgeCertificateArn,
  });
  const update = (...patchOperations: ReturnType<typeof patch>[]) =>
    control.v1('UpdateDomainName', { domainName: 'api.example.com', patchOperations });

  const both = await update(
    patch('add', '/endpointConfiguration/types', 'REGIONAL'),
    patch('add', '/regionalCertificateArn', regionalCertificateArn),
  );
  assert.deepEqual(both.endpointConfiguration?.types, ['EDGE', 'REGIONAL']);
  assert.equal(both.distributionDomainName, edge.distributionDomainName);
  assert.match(both.regionalDomainName!, /^d-/);
  assert.deepEqual([both.certificateArn, both.regionalCertificateArn], [edgeCertificateArn, regionalCertificateArn]);
  await assertRefused(
    update(patch('replace', '/securityPolicy', 'TLS_1_0')),
    'BadRequestException',
    'Updating a security policy is not supported for a domain name with multiple endpoint types.',
  );

  // As the guide writes it, some paths without a slash.
  const regional = await update(
    patch('remove', '/endpointConfiguration/types', 'EDGE'),
    patch('remove', 'certificateName'),
    patch('remove', 'certificateArn'),
  );
  assert.deepEqual(regional.endpointConfiguration?.types, ['REGIONAL']);
  assert.equal(regional.regionalDomainName, both.regionalDomainName);
  assert.equal(regional.distributionDomainName, undefined);
  assert.equal(regional.certificateArn, undefined);

  await assertRefused(
    update(patch('add', '/endpointConfiguration/types', 'EDGE')),
    'BadRequestException',
    'A certificate was not provided for the endpoint type EDGE.',
  );
  await update(
    patch('add', '/endpointConfiguration/types', 'EDGE'),
    patch('add', '/certificateArn', edgeCertificateArn),
  );
  const again = await update(
    patch('remove', '/endpointConfiguration/types', 'REGIONAL'),
    patch('remove', '/regionalCertificateArn'),
  );
  assert.deepEqual(again.endpointConfiguration?.types, ['EDGE']);
  await assertRefused(
    update(patch('remove', '/endpointConfiguration/types', 'EDGE')),
    'BadRequestException',
    'A domain name must have at least one endpoint type.',
  );
});

test('[PATCH-07] paths and operations that are not there are refused', async () => {
  const control = domainControl();
  await control.v1('CreateDomainName', api);
  const update = (...patchOperations: ReturnType<typeof patch>[]) =>
    control.v1('UpdateDomainName', { domainName: 'api.example.com', patchOperations });
  await assertRefused(
    update(patch('replace', '/endpointConfiguration/types/0', 'EDGE')),
    'BadRequestException',
    '/endpointConfiguration/types/0 Invalid request input',
  );
  await assertRefused(
    update(patch('remove', '/securityPolicy')),
    'BadRequestException',
    "Invalid patch path  '/securityPolicy' specified for op 'remove'. Must be one of: [replace]",
  );
  await assertRefused(
    update(patch('replace', '/domainName', 'x')),
    'BadRequestException',
    /^Invalid patch path {2}'\/domainName'/,
  );
  await assertRefused(
    update(patch('replace', '/policy', '{}')),
    'BadRequestException',
    'policy is only supported for private custom domain names.',
  );

  await assertRefused(update(patch('replace', '/routingMode', 'SIDEWAYS')), 'BadRequestException', /routing mode/i);
  const dualstack = await update(
    patch('replace', '/endpointConfiguration/ipAddressType', 'dualstack'),
    patch('replace', '/regionalCertificateName', 'mine'),
    patch('replace', '/routingMode', 'ROUTING_RULE_ONLY'),
  );
  assert.equal(dualstack.endpointConfiguration?.ipAddressType, 'dualstack');
  assert.equal(dualstack.regionalCertificateName, 'mine');
  assert.equal(dualstack.routingMode, 'ROUTING_RULE_ONLY');
});

test('[V2-21] one domain, two views: made through v2 and seen through v1, changed through either', async () => {
  const control = domainControl();
  const made = await control.v2('CreateDomainName', {
    DomainName: 'api.example.com',
    DomainNameConfigurations: [{ CertificateArn: regionalCertificateArn }],
    Tags: { team: 'pets' },
  });
  const [configuration] = made.DomainNameConfigurations!;
  const { ApiGatewayDomainName, ...rest } = configuration!;
  assert.match(ApiGatewayDomainName!, /^d-[a-z0-9]{10}\.execute-api\.eu-central-1\.amazonaws\.com$/);
  assert.deepEqual(rest, {
    CertificateArn: regionalCertificateArn,
    DomainNameStatus: 'AVAILABLE',
    EndpointType: 'REGIONAL',
    HostedZoneId: 'Z1U9ULNL0V5AJ3',
    IpAddressType: 'ipv4',
    SecurityPolicy: 'TLS_1_2',
  });
  assert.deepEqual(
    { ...made, DomainNameConfigurations: undefined },
    {
      ApiMappingSelectionExpression: '$request.basepath',
      DomainName: 'api.example.com',
      DomainNameArn: 'arn:aws:apigateway:eu-central-1::/domainnames/api.example.com',
      DomainNameConfigurations: undefined,
      RoutingMode: 'API_MAPPING_ONLY',
      Tags: { team: 'pets' },
    },
  );

  const bare = await control.v2('CreateDomainName', {
    DomainName: 'bare.example.com',
    DomainNameConfigurations: [{ CertificateArn: regionalCertificateArn }],
  });
  assert.equal('Tags' in bare, false);
  const listed = (await control.v2('GetDomainNames', {})).Items!;
  assert.deepEqual(
    listed.map(({ Tags }) => Tags),
    [{ team: 'pets' }, undefined],
  );
  assert.deepEqual((await control.v2('GetDomainName', { DomainName: 'bare.example.com' })).Tags, {});
  await control.v2('DeleteDomainName', { DomainName: 'bare.example.com' });

  const v1 = await control.v1('GetDomainName', api);
  assert.equal(v1.regionalDomainName, ApiGatewayDomainName);
  assert.equal(v1.routingMode, 'BASE_PATH_MAPPING_ONLY');
  assert.deepEqual(v1.tags, { team: 'pets' });

  const other = 'arn:aws:acm:eu-central-1:123456789012:certificate/other';
  const updated = await control.v2('UpdateDomainName', {
    DomainName: 'api.example.com',
    DomainNameConfigurations: [{ CertificateArn: other, IpAddressType: 'dualstack' }],
    RoutingMode: 'ROUTING_RULE_THEN_API_MAPPING',
  });
  assert.equal(updated.DomainNameConfigurations?.[0]?.SecurityPolicy, 'TLS_1_2');
  const seen = await control.v1('GetDomainName', api);
  assert.deepEqual(
    [seen.regionalCertificateArn, seen.endpointConfiguration?.ipAddressType, seen.routingMode],
    [other, 'dualstack', 'ROUTING_RULE_THEN_BASE_PATH_MAPPING'],
  );
  await control.v2('UpdateDomainName', { DomainName: 'api.example.com', RoutingMode: 'ROUTING_RULE_ONLY' });
  assert.equal((await control.v1('GetDomainName', api)).routingMode, 'ROUTING_RULE_ONLY');
  await control.v2('DeleteDomainName', { DomainName: 'api.example.com' });
  assert.deepEqual((await control.v1('GetDomainNames', {})).items, []);
});

test('[V2-21] v2 takes one configuration, REGIONAL, TLS 1.2; it shows edge domains and does not manage them', async () => {
  const control = domainControl();
  const create = (...DomainNameConfigurations: object[]) =>
    control.v2('CreateDomainName', { DomainName: 'api.example.com', DomainNameConfigurations });
  const one = 'Invalid input. Expected one domain name configuration';
  await assertRefused(control.v2('CreateDomainName', { DomainName: 'api.example.com' }), 'BadRequestException', one);
  await assertRefused(create({ CertificateArn: 'a' }, { CertificateArn: 'b' }), 'BadRequestException', one);
  await assertRefused(
    create({ CertificateArn: regionalCertificateArn, SecurityPolicy: 'TLS_1_0' }),
    'BadRequestException',
    'TLS_1_0 is not supported for APIGatewayV2 domainName.',
  );
  const onlyRegional = /^Only REGIONAL domain names can be managed through the API Gateway V2 API\./;
  await assertRefused(
    create({ CertificateArn: edgeCertificateArn, EndpointType: 'EDGE' }),
    'BadRequestException',
    onlyRegional,
  );
  await assertRefused(
    create({}),
    'BadRequestException',
    'A certificate was not provided for the endpoint type REGIONAL.',
  );

  await control.v1('CreateDomainName', { domainName: 'edge.example.com', certificateArn: edgeCertificateArn });
  const shown = await control.v2('GetDomainName', { DomainName: 'edge.example.com' });
  assert.equal(shown.DomainNameConfigurations?.[0]?.EndpointType, 'EDGE');
  assert.equal(shown.DomainNameConfigurations?.[0]?.HostedZoneId, 'Z2FDTNDATAQYW2');
  const update = {
    DomainName: 'edge.example.com',
    DomainNameConfigurations: [{ IpAddressType: 'dualstack' as const }],
  };
  await assertRefused(control.v2('UpdateDomainName', update), 'BadRequestException', onlyRegional);
  await control.v1('CreateDomainName', regionalDomain('old.example.com', { securityPolicy: 'TLS_1_0' }));
  await assertRefused(
    control.v2('UpdateDomainName', { ...update, DomainName: 'old.example.com' }),
    'BadRequestException',
    /^Only REGIONAL domain names with a security policy of TLS 1\.2 can be managed/,
  );
  await assertRefused(
    control.v2('UpdateDomainName', { DomainName: 'old.example.com', MutualTlsAuthentication: {} }),
    'BadRequestException',
  );
});

test('[V2-21] lists have pages in both APIs', async () => {
  const control = domainControl();
  for (const name of ['c', 'a', 'b']) await control.v1('CreateDomainName', regionalDomain(`${name}.example.com`));
  const first = await control.v1('GetDomainNames', { limit: 2 });
  assert.deepEqual(
    first.items?.map(({ domainName }) => domainName),
    ['a.example.com', 'b.example.com'],
  );
  const second = await control.v1('GetDomainNames', { limit: 2, position: first.position! });
  assert.deepEqual(
    second.items?.map(({ domainName }) => domainName),
    ['c.example.com'],
  );
  assert.equal(second.position, undefined);
  const v2 = await control.v2('GetDomainNames', { MaxResults: '2' });
  const more = await control.v2('GetDomainNames', { MaxResults: '2', NextToken: v2.NextToken! });
  assert.deepEqual(
    more.Items?.map(({ DomainName }) => DomainName),
    ['c.example.com'],
  );
});

test('[LIM-02] [LIM-06] custom domains are counted per account, region and kind; the number is a setting', async () => {
  const control = domainControl({ limits: { publicDomainNames: 1, privateDomainNames: 1 } });
  await control.v1('CreateDomainName', api);
  await assertRefused(
    control.v1('CreateDomainName', regionalDomain('b.example.com')),
    'LimitExceededException',
    /^Maximum number of Custom Domain Names for this account has been reached\./,
  );
  await assertRefused(
    control.v2('CreateDomainName', {
      DomainName: 'b.example.com',
      DomainNameConfigurations: [{ CertificateArn: regionalCertificateArn }],
    }),
    'TooManyRequestsException',
  );
  await control.v1('CreateDomainName', regionalDomain('b.example.com'), { account: '210987654321' }).catch(() => {});
  const privateOne = {
    domainName: 'p.example.com',
    certificateArn: regionalCertificateArn,
    endpointConfiguration: { types: ['PRIVATE' as const] },
  };
  await control.v1('CreateDomainName', privateOne);
  await assertRefused(
    control.v1('CreateDomainName', privateOne),
    'LimitExceededException',
    /Private Custom Domain Names/,
  );
});

test('[V1-46] [CP-26] tags of a domain by its ARN, in both APIs', async () => {
  const control = domainControl();
  await control.v1('CreateDomainName', { ...api, tags: { team: 'pets' } });
  const resourceArn = 'arn:aws:apigateway:eu-central-1::/domainnames/api.example.com';
  await control.v1('TagResource', { resourceArn, tags: { stage: 'prod' } });
  await control.v2('TagResource', { ResourceArn: resourceArn, Tags: { cost: '7' } });
  await control.v1('UntagResource', { resourceArn, tagKeys: ['team'] });
  const tags = { stage: 'prod', cost: '7' };
  assert.deepEqual(await control.v1('GetTags', { resourceArn }), { tags });
  assert.deepEqual(await control.v2('GetTags', { ResourceArn: resourceArn }), { Tags: tags });
  assert.deepEqual((await control.v1('GetDomainName', api)).tags, tags);
  await assertRefused(
    control.v1('GetTags', { resourceArn: resourceArn.replace('api.', 'no.') }),
    'NotFoundException',
    'Invalid domain name identifier specified',
  );
  await assertRefused(
    control.v1('CreateDomainName', regionalDomain('b.example.com', { tags: { 'aws:x': '' } })),
    'BadRequestException',
  );
});

test('[CP-29] a domain has its own tags only, and its mappings none', async () => {
  const control = domainControl();
  await control.v1('CreateDomainName', { ...api, tags: { team: 'pets' } });
  await assertRefused(
    control.v1('GetTags', {
      resourceArn: 'arn:aws:apigateway:eu-central-1::/domainnames/api.example.com/basepathmappings/x',
    }),
    'BadRequestException',
  );
});
