/** Web ACLs before stages of REST APIs: associated with the official client, asked before every other guard, on every form of address. */
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { after, before, test } from 'node:test';
import { ACMClient, RequestCertificateCommand } from '@aws-sdk/client-acm';
import {
  CreateStageCommand,
  DeleteStageCommand,
  GetStageCommand,
  PutGatewayResponseCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client, CreateApiMappingCommand, CreateDomainNameCommand } from '@aws-sdk/client-apigatewayv2';
import {
  AssociateWebACLCommand,
  CreateIPSetCommand,
  CreateRegexPatternSetCommand,
  CreateRuleGroupCommand,
  DeleteWebACLCommand,
  DisassociateWebACLCommand,
  GetIPSetCommand,
  GetRateBasedStatementManagedKeysCommand,
  GetWebACLCommand,
  GetWebACLForResourceCommand,
  ListResourcesForWebACLCommand,
  type Rule,
  UpdateIPSetCommand,
} from '@aws-sdk/client-wafv2';
import { type ApiUnderTest, createApi, createFunction, lambdaProxy, mock } from '../support/api-under-test.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { ask, type PlainReply } from '../support/plain-http.ts';
import {
  holdsBad,
  noTransformation,
  rule,
  stageArnOf,
  visibility,
  type WafUnderTest,
  wafUnderTest,
} from '../support/web-acls-under-test.ts';

let gatewright: TestGatewright;
let acls: WafUnderTest;
let functionArn: string;

before(async () => {
  gatewright = await startTestGatewright();
  acls = wafUnderTest(gatewright);
  functionArn = await createFunction(
    gatewright,
    'echo',
    'exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event.headers) })',
  );
});

after(async () => {
  acls.close();
  await gatewright.close();
});

async function protectedApi(
  rules: readonly Rule[],
  more: Parameters<WafUnderTest['protect']>[3] = {},
  methods: Parameters<typeof createApi>[1] = { 'GET /pets': mock('pets'), 'POST /pets': mock('made') },
): Promise<ApiUnderTest> {
  const api = await createApi(gatewright, methods);
  await api.deploy('prod');
  await acls.protect(api.id, 'prod', rules, more);
  return api;
}

interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
}

const callAs = (api: ApiUnderTest, path: string, asked: Asked = {}): Promise<PlainReply> =>
  ask({ port: gatewright.port, ...asked, path: `/_aws/execute-api/${api.id}/prod${path}` });

function assertBlocked(reply: PlainReply, label = ''): void {
  assert.deepEqual([reply.status, reply.text], [403, '{"message":"Forbidden"}'], label);
  assert.deepEqual(reply.all('x-amzn-ErrorType'), ['ForbiddenException'], label);
}

const bytes = (text: string): Uint8Array => Buffer.from(text);

test('[WAF-01] a web ACL stands before a stage, which shows it, until it is taken away', async () => {
  const api = await createApi(gatewright, { 'GET /pets': mock('pets') });
  await api.deploy('prod');
  const acl = await acls.create('shown');
  const ResourceArn = stageArnOf(api.id, 'prod');
  const stage = { restApiId: api.id, stageName: 'prod' };
  const shown = async () => (await gatewright.apigateway.send(new GetStageCommand(stage))).webAclArn;
  const resources = async (ResourceType?: 'API_GATEWAY') =>
    (await acls.waf.send(new ListResourcesForWebACLCommand({ WebACLArn: acl.arn, ResourceType }))).ResourceArns;
  assert.equal(await shown(), undefined);
  assert.deepEqual(await resources('API_GATEWAY'), []);

  await acls.waf.send(new AssociateWebACLCommand({ WebACLArn: acl.arn, ResourceArn }));
  assert.equal(await shown(), acl.arn);
  assert.deepEqual(await resources('API_GATEWAY'), [ResourceArn]);
  assert.deepEqual(await resources(), [], 'AWS lists load balancers unless asked for something else');
  const found = await acls.waf.send(new GetWebACLForResourceCommand({ ResourceArn }));
  assert.equal(found.WebACL?.ARN, acl.arn);
  const changed = { ...stage, patchOperations: [{ op: 'replace' as const, path: '/description', value: 'x' }] };
  await gatewright.apigateway.send(new UpdateStageCommand(changed));
  await api.deploy('prod');
  assert.equal(await shown(), acl.arn, 'neither a change nor a deployment takes it away');

  const { LockToken } = await acls.waf.send(new GetWebACLCommand({ ARN: acl.arn }));
  const deleting = new DeleteWebACLCommand({ Name: acl.name, Id: acl.id, Scope: 'REGIONAL', LockToken });
  await assert.rejects(acls.waf.send(deleting), { name: 'WAFAssociatedItemException' });
  await acls.waf.send(new DisassociateWebACLCommand({ ResourceArn }));
  assert.equal(await shown(), undefined);
  assert.equal((await acls.waf.send(new GetWebACLForResourceCommand({ ResourceArn }))).WebACL, undefined);
  await acls.waf.send(deleting);
});

test('[WAF-01] stages of REST APIs alone can be protected', async () => {
  const api = await createApi(gatewright, { 'GET /pets': mock('pets') });
  await api.deploy('prod');
  const acl = await acls.create('refused');
  const associate = (ResourceArn: string, WebACLArn = acl.arn) =>
    acls.waf.send(new AssociateWebACLCommand({ WebACLArn, ResourceArn }));
  for (const arn of [
    `arn:aws:apigateway:us-east-1::/apis/${api.id}/stages/prod`,
    `arn:aws:apigateway:us-east-1::/restapis/${api.id}`,
    'arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/x/1',
  ]) {
    await assert.rejects(associate(arn), {
      name: 'WAFInvalidParameterException',
      message:
        "Error reason: The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons or slashes., " +
        `field: RESOURCE_ARN, parameter: ${arn}`,
      Field: 'RESOURCE_ARN',
    });
  }
  const missing = { name: 'WAFNonexistentItemException' };
  await assert.rejects(associate(stageArnOf(api.id, 'nosuch')), missing);
  await assert.rejects(associate(stageArnOf('nosuchapi1', 'prod')), missing);
  const other = acl.arn.replace(acl.id, '00000000-0000-4000-8000-000000000000');
  await assert.rejects(associate(stageArnOf(api.id, 'prod'), other), missing);
});

test('[WAF-02] it is asked first: before keys, policies and authorizers, and of paths that are not there, on every address', async () => {
  const api = await createApi(
    gatewright,
    { 'GET /pets': mock('pets'), 'GET /signed': { ...mock('signed'), authorization: 'AWS_IAM' } },
    {
      policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' }],
      }),
    },
  );
  await api.deploy('prod');
  await acls.protect(api.id, 'prod', [rule('no-bots', 1, holdsBad({ SingleHeader: { Name: 'User-Agent' } }))]);
  const bad = { headers: ['User-Agent', 'a bad bot'] };
  const { port } = gatewright;
  for (const path of ['/pets', '/signed', '/nowhere']) {
    assertBlocked(await callAs(api, path, bad), path);
    assertBlocked(await ask({ port, ...bad, path: `/restapis/${api.id}/prod/_user_request_${path}` }), path);
    assertBlocked(await ask({ port, ...bad, path: `/execute-api/${api.id}/prod${path}` }), path);
    const host = ['Host', `${api.id}.execute-api.us-east-1.amazonaws.com`];
    assertBlocked(await ask({ port, path: `/prod${path}`, headers: [...bad.headers, ...host] }), path);
    assertBlocked(await ask({ port, path: `/prod${path}`, headers: [...bad.headers, ...host], secure: true }), path);
  }
  assert.match((await callAs(api, '/pets')).text, /explicit deny in a resource-based policy/);
  assert.deepEqual((await callAs(api, '/signed')).all('x-amzn-ErrorType'), ['MissingAuthenticationTokenException']);
  assert.deepEqual((await callAs(api, '/nowhere')).all('x-amzn-ErrorType'), ['MissingAuthenticationTokenException']);
});

test('[WAF-02] changes act at once, and a stage that is gone leaves nothing behind', async () => {
  const api = await createApi(gatewright, { 'GET /pets': mock('pets') });
  const deploymentId = await api.deploy('prod');
  const acl = await acls.protect(api.id, 'prod', []);
  assert.equal((await callAs(api, '/pets')).text, 'pets');
  await acls.update(acl, [rule('all', 1, holdsBad({ QueryString: {} }))]);
  assertBlocked(await callAs(api, '/pets?q=bad'));
  assert.equal((await callAs(api, '/pets?q=good')).text, 'pets');
  await acls.update(acl, [], { DefaultAction: { Block: {} } });
  assertBlocked(await callAs(api, '/pets'));
  const stage = { restApiId: api.id, stageName: 'prod' };
  await gatewright.apigateway.send(new DeleteStageCommand(stage));
  await gatewright.apigateway.send(new CreateStageCommand({ ...stage, deploymentId }));
  assert.equal((await callAs(api, '/pets')).text, 'pets');
});

test('[WAF-03] IP sets know addresses of both versions, and change without a deployment', async () => {
  const create = async (Name: string, IPAddressVersion: 'IPV4' | 'IPV6', Addresses: string[]) =>
    (await acls.waf.send(new CreateIPSetCommand({ Name, Scope: 'REGIONAL', IPAddressVersion, Addresses }))).Summary!;
  const set = await create('callers', 'IPV4', ['192.0.2.0/24']);
  const set6 = await create('callers6', 'IPV6', ['2001:db8::/32']);
  const forwarded = (ARN: string, Position: 'FIRST' | 'LAST' | 'ANY', FallbackBehavior: 'MATCH' | 'NO_MATCH') => ({
    IPSetReferenceStatement: {
      ARN,
      IPSetForwardedIPConfig: { HeaderName: 'X-Client', Position, FallbackBehavior },
    },
  });
  const api = await protectedApi([
    rule('direct', 1, { IPSetReferenceStatement: { ARN: set.ARN } }),
    rule('first', 2, forwarded(set.ARN!, 'FIRST', 'MATCH')),
    rule('six', 3, forwarded(set6.ARN!, 'LAST', 'NO_MATCH')),
  ]);
  const from = async (client?: string) =>
    (await callAs(api, '/pets', client === undefined ? {} : { headers: ['X-Client', client] })).status;
  assert.equal(await from(), 200, 'no header, no rule');
  assert.equal(await from('192.0.2.7'), 403);
  assert.equal(await from('192.0.2.7, 10.0.0.1'), 403);
  assert.equal(await from('10.0.0.1, 192.0.2.7'), 200);
  assert.equal(await from('10.0.0.1, 2001:db8::7'), 403);
  assert.equal(await from('nonsense'), 403, 'what is no address does as the rule says');

  const named = { Name: 'callers', Id: set.Id, Scope: 'REGIONAL' as const };
  const { LockToken } = await acls.waf.send(new GetIPSetCommand(named));
  const update = new UpdateIPSetCommand({ ...named, Addresses: ['127.0.0.0/8'], LockToken });
  await acls.waf.send(update);
  assert.equal(await from(), 403, 'the caller’s own address now');
  await assert.rejects(acls.waf.send(update), {
    name: 'WAFOptimisticLockException',
    message:
      'AWS WAF couldn’t save your changes because someone changed the resource after you started to edit it. Reapply your changes.',
  });
});

test('[WAF-03] texts are looked for in header, query, URI, method, body, cookies and JSON', async () => {
  const all = { MatchPattern: { All: {} }, MatchScope: 'ALL' as const, OversizeHandling: 'CONTINUE' as const };
  const cases: [string, object, Asked & { readonly query?: string }, Asked & { readonly query?: string }][] = [
    [
      'single header',
      { SingleHeader: { Name: 'X-Thing' } },
      { headers: ['x-thing', 'a bad one'] },
      { headers: ['other', 'bad'] },
    ],
    ['single argument', { SingleQueryArgument: { Name: 'Q' } }, { query: '?q=bad' }, { query: '?r=bad' }],
    ['all arguments', { AllQueryArguments: {} }, { query: '?a=1&b=bad' }, { query: '?bad=1' }],
    ['query string', { QueryString: {} }, { query: '?bad=1' }, { query: '?good=1' }],
    ['method', { Method: {} }, {}, {}],
    ['body', { Body: {} }, { method: 'POST', body: 'so bad' }, { method: 'POST', body: 'so good' }],
    ['cookies', { Cookies: all }, { headers: ['Cookie', 'a=1; b=bad'] }, { headers: ['Cookie', 'a=1'] }],
    ['headers', { Headers: all }, { headers: ['X-Any', 'bad'] }, { headers: ['X-Any', 'good'] }],
    [
      'JSON values',
      { JsonBody: { MatchPattern: { IncludedPaths: ['/a'] }, MatchScope: 'VALUE' } },
      { method: 'POST', body: '{"a": {"b": ["b\\u0061d"]}}' },
      { method: 'POST', body: '{"bad": 1, "c": "bad"}' },
    ],
  ];
  const api = await createApi(gatewright, { 'GET /pets': mock('pets'), 'POST /pets': mock('made') });
  await api.deploy('prod');
  const acl = await acls.protect(api.id, 'prod', []);
  for (const [label, field, matching, passing] of cases) {
    if (label === 'method') continue;
    await acls.update(acl, [rule('only', 1, holdsBad(field))]);
    assertBlocked(await callAs(api, `/pets${matching.query ?? ''}`, matching), label);
    assert.equal((await callAs(api, `/pets${passing.query ?? ''}`, passing)).status, 200, label);
  }
  await acls.update(acl, [
    rule('method', 1, holdsBad({ Method: {} }, { SearchString: bytes('POST'), PositionalConstraint: 'EXACTLY' })),
    rule('path', 2, holdsBad({ UriPath: {} }, { SearchString: bytes('/prod/'), PositionalConstraint: 'STARTS_WITH' })),
  ]);
  assertBlocked(await callAs(api, '/pets', { method: 'POST' }));
  assertBlocked(await callAs(api, '/pets'), 'the stage is part of the path');
});

test('[WAF-03] of a body the first 8 KB are read, and what is longer does as the rule says', async () => {
  const late = `${'a'.repeat(8_192)}bad`;
  const api = await createApi(gatewright, { 'POST /pets': mock('made') });
  await api.deploy('prod');
  const acl = await acls.protect(api.id, 'prod', []);
  const answers = async (field: object, body: string, more = {}) => {
    await acls.update(acl, [rule('body', 1, holdsBad(field))], more);
    return (await callAs(api, '/pets', { method: 'POST', body })).status;
  };
  assert.equal(await answers({ Body: { OversizeHandling: 'CONTINUE' } }, late), 200);
  assert.equal(await answers({ Body: { OversizeHandling: 'MATCH' } }, late), 403);
  assert.equal(await answers({ Body: { OversizeHandling: 'NO_MATCH' } }, `bad${late}`), 200);
  const more = {
    AssociationConfig: { RequestBody: { API_GATEWAY: { DefaultSizeInspectionLimit: 'KB_16' as const } } },
  };
  assert.equal(await answers({ Body: { OversizeHandling: 'CONTINUE' } }, late, more), 403);
});

test('[WAF-03] SQL, scripts, sizes, patterns and sets of patterns; statements joined; texts transformed', async () => {
  const set = await acls.waf.send(
    new CreateRegexPatternSetCommand({
      Name: 'patterns',
      Scope: 'REGIONAL',
      RegularExpressionList: [{ RegexString: '^/prod/admin' }, { RegexString: '(?i)\\.PHP$' }],
    }),
  );
  const decoded = [
    { Priority: 0, Type: 'URL_DECODE' as const },
    { Priority: 1, Type: 'LOWERCASE' as const },
  ];
  const query = { FieldToMatch: { QueryString: {} }, TextTransformations: decoded };
  const argument = (Name: string) => ({
    FieldToMatch: { SingleQueryArgument: { Name } },
    TextTransformations: decoded,
  });
  const api = await protectedApi([
    rule('sql', 1, { SqliMatchStatement: { FieldToMatch: { AllQueryArguments: {} }, TextTransformations: decoded } }),
    rule('xss', 2, { XssMatchStatement: query }),
    rule('long', 3, { SizeConstraintStatement: { ...query, ComparisonOperator: 'GT', Size: 200 } }),
    rule('set', 4, {
      RegexPatternSetReferenceStatement: {
        ARN: set.Summary!.ARN,
        FieldToMatch: { UriPath: {} },
        TextTransformations: noTransformation,
      },
    }),
    rule('pattern', 5, { RegexMatchStatement: { RegexString: 'b[ao]d+guy', ...query } }),
    rule('joined', 6, {
      AndStatement: {
        Statements: [
          holdsBad({ SingleQueryArgument: { Name: 'x' } }),
          { NotStatement: { Statement: holdsBad({ SingleQueryArgument: { Name: 'y' } }) } },
          {
            OrStatement: {
              Statements: [
                { SizeConstraintStatement: { ...argument('x'), ComparisonOperator: 'EQ', Size: 3 } },
                holdsBad({ SingleQueryArgument: { Name: 'z' } }),
              ],
            },
          },
        ],
      },
    }),
  ]);
  for (const path of [
    '/pets?id=1%27%20OR%20%271%27=%271',
    '/pets?id=%3CScRiPt%3Ealert(1)%3C/script%3E',
    `/pets?q=${'a'.repeat(300)}`,
    '/admin/users',
    '/index.php',
    '/pets?q=BODDGUY',
    '/pets?x=bad',
    '/pets?x=badder&z=bad',
  ]) {
    assertBlocked(await callAs(api, path), path);
  }
  for (const path of ['/pets', '/pets?id=1', '/pets?x=badder', '/pets?x=bad&y=bad', '/pets?name=O%27Brien']) {
    assert.equal((await callAs(api, path)).text, 'pets', path);
  }
});

test('[WAF-03] a rate-based rule blocks who asks more often than it says, and nobody else', async () => {
  const api = await protectedApi([
    rule('rate', 1, {
      RateBasedStatement: {
        Limit: 10,
        AggregateKeyType: 'CUSTOM_KEYS',
        CustomKeys: [{ Header: { Name: 'X-Who', TextTransformations: noTransformation } }],
        ScopeDownStatement: holdsBad({ QueryString: {} }, { SearchString: bytes('count') }),
      },
    }),
  ]);
  const as = (who: string, path = '/pets?count') => callAs(api, path, { headers: ['X-Who', who] });
  for (let i = 0; i < 10; i++) assert.equal((await as('ann')).status, 200);
  assertBlocked(await as('ann'));
  await api.deploy('prod');
  assertBlocked(await as('ann'), 'a deployment forgives nobody');
  assert.equal((await as('ann', '/pets')).status, 200, 'not counted');
  assert.equal((await as('bob')).status, 200);
});

test('[WAF-03] the addresses that a rate-based rule limits are told', async () => {
  const api = await createApi(gatewright, { 'GET /pets': mock('pets') });
  await api.deploy('prod');
  const acl = await acls.protect(api.id, 'prod', [
    rule('rate', 1, {
      RateBasedStatement: {
        ...{ Limit: 10, AggregateKeyType: 'FORWARDED_IP' },
        ForwardedIPConfig: { HeaderName: 'X-Client', FallbackBehavior: 'NO_MATCH' },
      },
    }),
  ]);
  for (let i = 0; i < 12; i++) {
    for (const client of ['192.0.2.1', '2001:db8::1', ...(i < 5 ? ['192.0.2.2'] : []), 'nonsense']) {
      await callAs(api, '/pets', { headers: ['X-Client', client] });
    }
  }
  const ask = (RuleName: string) =>
    acls.waf.send(
      new GetRateBasedStatementManagedKeysCommand({
        ...{ Scope: 'REGIONAL', WebACLName: acl.name, WebACLId: acl.id, RuleName },
      }),
    );
  const { ManagedKeysIPV4, ManagedKeysIPV6 } = await ask('rate');
  assert.deepEqual(ManagedKeysIPV4, { IPAddressVersion: 'IPV4', Addresses: ['192.0.2.1/32'] });
  assert.deepEqual(ManagedKeysIPV6, { IPAddressVersion: 'IPV6', Addresses: ['2001:db8::1/128'] });
  await assert.rejects(ask('none'), { name: 'WAFNonexistentItemException' });
});

test('[WAF-03] a rule group counts for all who use it, its labels too', async () => {
  const { Summary: group } = await acls.waf.send(
    new CreateRuleGroupCommand({
      Name: 'common',
      Scope: 'REGIONAL',
      Capacity: 50,
      VisibilityConfig: visibility('common'),
      Rules: [
        rule('suspect', 1, holdsBad({ QueryString: {} }), {
          Action: { Count: {} },
          RuleLabels: [{ Name: 'q:suspect' }],
        }),
        rule('worse', 2, holdsBad({ QueryString: {} }, { SearchString: bytes('worse') })),
      ],
    }),
  );
  const use = (Priority: number, more: object = {}, OverrideAction: object = { None: {} }) =>
    rule('group', Priority, { RuleGroupReferenceStatement: { ARN: group!.ARN, ...more } }, { OverrideAction });
  const api = await createApi(gatewright, { 'GET /pets': mock('pets') });
  await api.deploy('prod');
  const acl = await acls.protect(api.id, 'prod', [use(1)]);
  assertBlocked(await callAs(api, '/pets?worse'));
  assert.equal((await callAs(api, '/pets?bad')).text, 'pets', 'counted only');
  await acls.update(acl, [use(1, {}, { Count: {} })]);
  assert.equal((await callAs(api, '/pets?worse')).text, 'pets');
  await acls.update(acl, [use(1, { RuleActionOverrides: [{ Name: 'worse', ActionToUse: { Count: {} } }] })]);
  assert.equal((await callAs(api, '/pets?worse')).text, 'pets');
  const labelled = (Scope: 'LABEL' | 'NAMESPACE', Key: string) =>
    rule('labelled', 2, { LabelMatchStatement: { Scope, Key } });
  for (const [scope, key] of [
    ['LABEL', 'awswaf:000000000000:rulegroup:common:q:suspect'],
    ['LABEL', 'q:suspect'],
    ['NAMESPACE', 'awswaf:000000000000:rulegroup:common:q:'],
    ['NAMESPACE', 'q:'],
  ] as const) {
    await acls.update(acl, [use(1), labelled(scope, key)]);
    assertBlocked(await callAs(api, '/pets?bad'), key);
    assert.equal((await callAs(api, '/pets?fine')).text, 'pets');
  }
});

test('[GWR-10] a block of the web ACL’s own goes before the gateway response, which is answered otherwise', async () => {
  const api = await createApi(gatewright, { 'GET /pets': mock('pets') });
  await gatewright.apigateway.send(
    new PutGatewayResponseCommand({
      restApiId: api.id,
      responseType: 'WAF_FILTERED',
      statusCode: '418',
      responseTemplates: { 'application/json': '{"from":"gateway response"}' },
    }),
  );
  await api.deploy('prod');
  await acls.protect(
    api.id,
    'prod',
    [
      rule('own', 1, holdsBad({ QueryString: {} }, { SearchString: bytes('own') }), {
        Action: {
          Block: {
            CustomResponse: {
              ResponseCode: 451,
              CustomResponseBodyKey: 'sorry',
              ResponseHeaders: [{ Name: 'X-Why', Value: 'law' }],
            },
          },
        },
      }),
      rule('plain', 2, holdsBad({ QueryString: {} })),
    ],
    { CustomResponseBodies: { sorry: { ContentType: 'TEXT_HTML', Content: '<p>no</p>' } } },
  );
  const own = await callAs(api, '/pets?own');
  assert.deepEqual(
    [own.status, own.text, own.all('x-why'), own.all('content-type')],
    [451, '<p>no</p>', ['law'], ['text/html']],
  );
  const plain = await callAs(api, '/pets?bad');
  assert.deepEqual([plain.status, plain.text], [418, '{"from":"gateway response"}']);
});

test('[WAF-03] headers that a rule inserts reach the backend in place of the client’s own', async () => {
  const insert = { CustomRequestHandling: { InsertHeaders: [{ Name: 'seen', Value: 'yes' }] } };
  const api = await protectedApi(
    [rule('count', 1, holdsBad({ QueryString: {} }), { Action: { Count: insert } })],
    {},
    { 'GET /pets': lambdaProxy(functionArn) },
  );
  const seen = async (path: string) => {
    const reply = await callAs(api, path, { headers: ['x-amzn-waf-seen', 'forged'] });
    return (reply.json as Record<string, string>)['x-amzn-waf-seen'];
  };
  assert.equal(await seen('/pets?bad'), 'yes');
});

test('[WAF-03] what cannot be enforced is refused where it would stand before a stage, and never skipped', async () => {
  const api = await createApi(gatewright, { 'GET /pets': mock('pets') });
  await api.deploy('prod');
  const managed = { ManagedRuleGroupStatement: { VendorName: 'AWS', Name: 'AWSManagedRulesCommonRuleSet' } };
  const cases: [Rule, RegExp][] = [
    [
      rule('managed', 1, managed, { OverrideAction: { None: {} } }),
      /the managed rule group AWS AWSManagedRulesCommonRuleSet .* is not here/,
    ],
    [rule('geo', 1, { GeoMatchStatement: { CountryCodes: ['DE'] } }), /geo match needs a file/],
    [
      rule('captcha', 1, holdsBad({ QueryString: {} }), { Action: { Captcha: {} } }),
      /the action Captcha cannot be taken here/,
    ],
    [
      rule('ja3', 1, holdsBad({ JA3Fingerprint: { FallbackBehavior: 'NO_MATCH' } })),
      /JA3Fingerprint cannot be inspected/,
    ],
    [
      rule('regex', 1, {
        RegexMatchStatement: {
          RegexString: '(?=a)b',
          FieldToMatch: { UriPath: {} },
          TextTransformations: noTransformation,
        },
      }),
      /the pattern .* cannot be used/,
    ],
  ];
  for (const [each, why] of cases) {
    const acl = await acls.create(`unenforceable-${each.Name}`, [each]);
    const associate = new AssociateWebACLCommand({ WebACLArn: acl.arn, ResourceArn: stageArnOf(api.id, 'prod') });
    await assert.rejects(acls.waf.send(associate), { name: 'WAFInvalidOperationException', message: why });
  }
  assert.equal((await callAs(api, '/pets')).text, 'pets');
  const acl = await acls.protect(api.id, 'prod', [rule('fine', 1, holdsBad({ QueryString: {} }))]);
  await assert.rejects(acls.update(acl, [cases[1]![0]]), { name: 'WAFInvalidOperationException' });
  assertBlocked(await callAs(api, '/pets?bad'), 'the old rules stay');
});

test('[WAF-02] a custom domain and HTTP/2 lead past no web ACL', async () => {
  const api = await protectedApi([rule('no-bad', 1, holdsBad({ QueryString: {} }))]);
  const v2 = new ApiGatewayV2Client(clientConfig(gatewright.endpoint));
  const acm = new ACMClient(clientConfig(gatewright.endpoint));
  const DomainName = 'guarded.example.com';
  const { CertificateArn } = await acm.send(new RequestCertificateCommand({ DomainName }));
  const DomainNameConfigurations = [{ CertificateArn, EndpointType: 'REGIONAL' as const }];
  await v2.send(new CreateDomainNameCommand({ DomainName, DomainNameConfigurations }));
  await v2.send(new CreateApiMappingCommand({ DomainName, ApiMappingKey: 'shop', ApiId: api.id, Stage: 'prod' }));
  const byDomain = (path: string) => ask({ port: gatewright.port, path, headers: ['Host', DomainName] });
  assert.equal((await byDomain('/shop/pets')).text, 'pets');
  assertBlocked(await byDomain('/shop/pets?bad'));
  assertBlocked(await byDomain('/shop/nowhere?bad'));
  v2.destroy();
  acm.destroy();

  const session = connectHttp2(gatewright.endpoint);
  const status = async (path: string): Promise<unknown> => {
    const stream = session.request({ ':path': `/_aws/execute-api/${api.id}/prod${path}` });
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    stream.resume();
    return headers[':status'];
  };
  assert.equal(await status('/pets'), 200);
  assert.equal(await status('/pets?bad'), 403);
  session.close();
});
