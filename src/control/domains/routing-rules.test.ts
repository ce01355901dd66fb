import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  type DomainControl,
  domainControl,
  edgeCertificateArn,
  makeDeployedApi,
  makeV2Api,
  regionalDomain,
} from '../../../test/support/domains-under-test.ts';
import { assertRefused } from '../../../test/support/rest-control.ts';
import { checkConditions } from './routing-rule-rules.ts';

const DomainName = 'api.example.com';

async function ruled(options: Parameters<typeof domainControl>[0] = {}): Promise<DomainControl & { ApiId: string }> {
  const control = domainControl(options);
  await control.v1('CreateDomainName', regionalDomain(DomainName));
  return { ...control, ApiId: await makeDeployedApi(control) };
}

const to = (ApiId: string, Stage = 'prod') => [{ InvokeApi: { ApiId, Stage } }];

test('[V2-23] a routing rule is made, read, listed by priority, replaced and deleted', async () => {
  const control = await ruled();
  const { ApiId } = control;
  const Conditions = [
    { MatchHeaders: { AnyOf: [{ Header: 'X-Version', ValueGlob: 'beta-*' }] } },
    { MatchBasePaths: { AnyOf: ['PetStoreShopper'] } },
  ];
  const { RoutingRuleId, RoutingRuleArn, ...made } = await control.v2('CreateRoutingRule', {
    DomainName,
    Priority: 50,
    Conditions,
    Actions: to(ApiId),
  });
  assert.match(RoutingRuleId!, /^[a-z0-9]{6}$/);
  assert.equal(
    RoutingRuleArn,
    `arn:aws:apigateway:eu-central-1:123456789012:/domainnames/api.example.com/routingrules/${RoutingRuleId}`,
  );
  assert.deepEqual(made, {
    Actions: [{ InvokeApi: { ApiId, Stage: 'prod', StripBasePath: false } }],
    Conditions,
    Priority: 50,
  });
  const named = { DomainName, RoutingRuleId: RoutingRuleId! };
  assert.equal((await control.v2('GetRoutingRule', named)).Priority, 50);

  const catchAll = await control.v2('CreateRoutingRule', {
    DomainName,
    Priority: 9,
    Conditions: [],
    Actions: to(ApiId),
  });
  const first = await control.v2('ListRoutingRules', { DomainName, MaxResults: 1 });
  assert.deepEqual(
    first.RoutingRules?.map(({ Priority }) => Priority),
    [9],
  );
  const second = await control.v2('ListRoutingRules', { DomainName, MaxResults: 1, NextToken: first.NextToken! });
  assert.deepEqual(
    second.RoutingRules?.map(({ Priority }) => Priority),
    [50],
  );
  assert.equal(second.NextToken, undefined);

  const replaced = await control.v2('PutRoutingRule', {
    ...named,
    Priority: 1,
    Conditions: [],
    Actions: [{ InvokeApi: { ApiId, Stage: 'prod', StripBasePath: true } }],
  });
  assert.deepEqual([replaced.RoutingRuleId, replaced.Priority, replaced.Conditions], [RoutingRuleId, 1, []]);
  await control.v2('DeleteRoutingRule', { DomainName, RoutingRuleId: catchAll.RoutingRuleId! });
  const live = await control.live.liveDomain('eu-central-1', DomainName);
  assert.deepEqual(live?.rules, [
    {
      routingRuleId: RoutingRuleId,
      priority: 1,
      conditions: [],
      action: { apiId: ApiId, stage: 'prod', stripBasePath: true },
    },
  ]);
  assert.equal(control.changes.length, 5);
  const missing = ['NotFoundException', 'Invalid routing rule identifier specified'] as const;
  for (const gone of [
    control.v2('GetRoutingRule', { DomainName, RoutingRuleId: 'no' }),
    control.v2('PutRoutingRule', { DomainName, RoutingRuleId: 'no', Priority: 7, Conditions: [], Actions: to(ApiId) }),
  ]) {
    await assertRefused(gone, ...missing);
  }
});

test('[V2-23] a priority is had by one rule of a domain; a rule may keep its own', async () => {
  const control = await ruled();
  const rule = { DomainName, Priority: 5, Conditions: [], Actions: to(control.ApiId) };
  const { RoutingRuleId } = await control.v2('CreateRoutingRule', rule);
  await assertRefused(
    control.v2('CreateRoutingRule', rule),
    'ConflictException',
    'A routing rule with priority 5 already exists for this domain name',
  );
  await control.v2('PutRoutingRule', { ...rule, RoutingRuleId: RoutingRuleId! });
});

test('[V2-23] a rule invokes one stage of one REST API of the caller', async () => {
  const control = await ruled();
  const create = (Actions: { InvokeApi: { ApiId: string; Stage: string } }[], name = DomainName) =>
    control.v2('CreateRoutingRule', { DomainName: name, Priority: 5, Conditions: [], Actions });
  const one = 'A routing rule must have exactly one action.';
  await assertRefused(create([]), 'BadRequestException', one);
  await assertRefused(create([...to(control.ApiId), ...to(control.ApiId)]), 'BadRequestException', one);
  await assertRefused(
    create(to('nothere123')),
    'NotFoundException',
    'Invalid API identifier specified 123456789012:nothere123',
  );
  await assertRefused(create(to(control.ApiId, 'no')), 'BadRequestException', 'Invalid stage identifier specified');
  const http = await makeV2Api(control, 'HTTP');
  await assertRefused(create(to(http)), 'BadRequestException', 'Routing rules can only invoke REST APIs.');
  await control.v1('CreateDomainName', { domainName: 'edge.example.com', certificateArn: edgeCertificateArn });
  await assertRefused(
    create(to(control.ApiId), 'edge.example.com'),
    'BadRequestException',
    'Routing rules are only supported for REGIONAL and private custom domain names.',
  );
});

test('[V2-23] rules and mappings to HTTP APIs exclude each other', async () => {
  const control = await ruled();
  const ApiId = await makeV2Api(control, 'HTTP');
  const { ApiMappingId } = await control.v2('CreateApiMapping', { DomainName, ApiId, Stage: 'prod' });
  const rule = { DomainName, Priority: 5, Conditions: [], Actions: to(control.ApiId) };
  const apart =
    'Routing rules are not supported for a domain name that has API mappings to HTTP APIs or WebSocket APIs.';
  await assertRefused(control.v2('CreateRoutingRule', rule), 'BadRequestException', apart);
  await control.v2('DeleteApiMapping', { DomainName, ApiMappingId: ApiMappingId! });
  await control.v2('CreateRoutingRule', rule);
  await assertRefused(
    control.v2('CreateApiMapping', { DomainName, ApiId, Stage: 'prod' }),
    'BadRequestException',
    apart,
  );
});

test('[V1-06] an API a rule leads to is not deleted', async () => {
  const control = await ruled();
  const { ApiId } = control;
  await control.v2('CreateRoutingRule', { DomainName, Priority: 5, Conditions: [], Actions: to(ApiId) });
  await assertRefused(
    control.v1('DeleteRestApi', { restApiId: ApiId }),
    'BadRequestException',
    /in your domains: api\.example\.com$/,
  );
});

test('[LIM-02] [LIM-06] rules of a domain are counted; the number is a setting', async () => {
  const control = await ruled({ limits: { routingRulesPerDomain: 1 } });
  const rule = { DomainName, Conditions: [], Actions: to(control.ApiId) };
  await control.v2('CreateRoutingRule', { ...rule, Priority: 1 });
  await assertRefused(control.v2('CreateRoutingRule', { ...rule, Priority: 2 }), 'TooManyRequestsException');
});

test('[DOM-24] the routing mode is the domain’s, by v1’s names and v2’s', async () => {
  const control = await ruled();
  for (const [v2, v1] of [
    ['ROUTING_RULE_ONLY', 'ROUTING_RULE_ONLY'],
    ['ROUTING_RULE_THEN_API_MAPPING', 'ROUTING_RULE_THEN_BASE_PATH_MAPPING'],
    ['API_MAPPING_ONLY', 'BASE_PATH_MAPPING_ONLY'],
  ] as const) {
    await control.v2('UpdateDomainName', { DomainName, RoutingMode: v2 });
    assert.equal((await control.v1('GetDomainName', { domainName: DomainName })).routingMode, v1);
    assert.equal((await control.live.liveDomain('eu-central-1', DomainName))?.domain.routingMode, v2);
  }
});

const header = (name: string, valueGlob = 'x') => ({ matchHeaders: [{ header: name, valueGlob }] });
const basePath = (...matchBasePaths: string[]) => ({ matchBasePaths });

for (const conditions of [
  [],
  [header('X-Version', 'beta')],
  [header('x-a', 'a*'), header('x-b', '*b')],
  [header('x-a', '*a*'), basePath('users/v1')],
  [header('x-a', '*')],
  [header('x-a', `*${'a'.repeat(38)}*`)],
]) {
  test(`[DOM-22] [DOM-23] the conditions ${JSON.stringify(conditions).slice(0, 70)} will do`, () => {
    checkConditions(conditions);
  });
}

for (const conditions of [
  [{}],
  [{ ...header('x-a'), ...basePath('a') }],
  [basePath('a'), basePath('b')],
  [basePath('a', 'b')],
  [{ matchHeaders: [...header('x-a').matchHeaders, ...header('x-b').matchHeaders] }],
  [header('x-a'), header('x-b'), header('x-c')],
  [header('x-a', 'a*b')],
  [header('x-a', '**')],
  [header('x-a', '*a*b*')],
  [header('x-a', 'a b')],
  [header('x-a', '')],
  [header('x-a', 'a'.repeat(128))],
  [header('x-a', `*${'a'.repeat(39)}*`)],
  [header('x-*')],
  [header('a'.repeat(40))],
  [header('')],
  [header('Authorization')],
  [header('X-Amz-Date')],
  [header('access-control-request-method')],
  [header('x-forwarded-FOR')],
  [basePath('/users')],
  [basePath('users/')],
  [basePath('us ers')],
  [basePath('')],
  [basePath('a'.repeat(128))],
]) {
  test(`[DOM-22] [DOM-23] the conditions ${JSON.stringify(conditions).slice(0, 70)} are refused`, () => {
    assert.throws(() => checkConditions(conditions), /^Problem: Invalid routing rule condition specified: /);
  });
}
