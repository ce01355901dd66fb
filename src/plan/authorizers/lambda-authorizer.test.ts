import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { Problem } from '../../base/problem.ts';
import { restComplaints } from '../compile-rest.ts';
import { describePlan } from '../describe.ts';
import { mock200, restSnapshot, sentHeader } from '../plan-fixture.ts';
import {
  allowing,
  executeApi,
  guardAnswering,
  guardArn,
  guardedApi,
  guardUri,
  policyFor,
  tokenAuthorizer,
} from './authorizer-fixture.ts';

const withToken = (token: string, more: { method?: string; path?: string; headers?: string[] } = {}) => ({
  ...more,
  headers: ['Authorization', token, ...(more.headers ?? [])],
});

test('[LA-01] a TOKEN authorizer is asked with type, methodArn and authorizationToken, and nothing else', async () => {
  const guard = guardAnswering(allowing());
  const api = guardedApi(guard.functions, { methods: ['GET /token0'] });
  const { status, body } = await api.send(withToken('allow me', { path: '/token0' }));
  assert.equal(status, 200);
  assert.equal(body, '{"ok":true}');
  assert.equal(
    guard.asked[0]!.payload,
    `{"type":"TOKEN","methodArn":"${executeApi}/GET/token0","authorizationToken":"allow me"}`,
  );
  assert.equal(guard.asked[0]!.functionArn, guardArn);
  assert.equal(guard.asked[0]!.type, 'RequestResponse');
  assert.match(guard.asked[0]!.traceId, /^Root=1-.*;Parent=[0-9a-f]{16};Sampled=0;Lineage=1:[0-9a-f]{8}:0$/);
});

test('[LA-02] a REQUEST authorizer is told all of the request but its body; empty maps are {}', async () => {
  const guard = guardAnswering(allowing());
  const api = guardedApi(guard.functions, {
    authorizer: { type: 'REQUEST', identitySource: 'method.request.querystring.z' },
    methods: ['POST /pets/{id}'],
    stage: { variables: { color: 'red' } },
  });
  const headers = ['host', 'x.example', 'X-Own', '1', 'x-own', '2', 'Authorization', 't'];
  await api.send({ method: 'POST', path: '/pets/a%20b?z=1&a=2&z=3', headers, body: 'body' });
  const [event] = guard.events() as [Record<string, Record<string, unknown>>];
  assert.deepEqual(Object.keys(event), [
    ...['type', 'methodArn', 'resource', 'path', 'httpMethod', 'headers', 'multiValueHeaders'],
    ...[
      'queryStringParameters',
      'multiValueQueryStringParameters',
      'pathParameters',
      'stageVariables',
      'requestContext',
    ],
  ]);
  assert.equal(event['type'], 'REQUEST');
  assert.equal(event['methodArn'], `${executeApi}/POST/pets/a b`);
  assert.equal(event['resource'], '/pets/{id}');
  assert.equal(event['path'], '/pets/a%20b');
  assert.equal(event['httpMethod'], 'POST');
  assert.equal(event['headers']!['Authorization'], 't');
  assert.equal(event['headers']!['X-Own'], '2');
  assert.deepEqual(event['multiValueHeaders']!['X-Own'], ['1', '2']);
  assert.deepEqual(Object.entries(event['queryStringParameters']!), [
    ['z', '3'],
    ['a', '2'],
  ]);
  assert.deepEqual(event['multiValueQueryStringParameters'], { z: ['1', '3'], a: ['2'] });
  assert.deepEqual(event['pathParameters'], { id: 'a b' });
  assert.deepEqual(event['stageVariables'], { color: 'red' });
  assert.deepEqual(Object.keys(event['requestContext']!), [
    ...[
      'resourceId',
      'resourcePath',
      'httpMethod',
      'extendedRequestId',
      'requestTime',
      'path',
      'accountId',
      'protocol',
    ],
    ...['stage', 'domainPrefix', 'requestTimeEpoch', 'requestId', 'identity', 'domainName', 'deploymentId', 'apiId'],
  ]);

  const bare = guardedApi(guard.functions, {
    authorizer: { type: 'REQUEST', identitySource: 'context.identity.sourceIp' },
  });
  await bare.send();
  const second = guard.events()[1] as Record<string, unknown>;
  for (const empty of [
    'queryStringParameters',
    'multiValueQueryStringParameters',
    'pathParameters',
    'stageVariables',
  ]) {
    assert.deepEqual(second[empty], {}, empty);
  }
});

for (const [what, headers] of [
  ['missing', []],
  ['empty', ['Authorization', '']],
] as const) {
  test(`[LA-03] a token that is ${what} is 401, and nobody is asked`, async () => {
    const guard = guardAnswering(allowing());
    const { reply, status, body } = await guardedApi(guard.functions).send({ headers: [...headers] });
    assert.equal(status, 401);
    assert.equal(body, '{"message":"Unauthorized"}');
    assert.equal(sentHeader(reply, 'x-amzn-ErrorType'), 'UnauthorizedException');
    assert.equal(sentHeader(reply, 'WWW-Authenticate'), undefined);
    assert.equal(guard.asked.length, 0);
  });
}

for (const ttl of [0, 300]) {
  test(`[LA-03] any identity source that is missing or empty is 401 without a call, with TTL ${ttl}`, async () => {
    const guard = guardAnswering(allowing());
    const api = guardedApi(guard.functions, {
      authorizer: {
        type: 'REQUEST',
        identitySource: 'method.request.header.a, method.request.querystring.b, stageVariables.c, context.httpMethod',
        authorizerResultTtlInSeconds: ttl,
      },
      stage: { variables: { c: '1' } },
    });
    const statusOf = async (path: string, ...headers: string[]) => (await api.send({ path, headers })).status;
    assert.equal(await statusOf('/?b=2', 'A', '1'), 200);
    assert.equal(guard.asked.length, 1);
    assert.equal(await statusOf('/?b=2'), 401);
    assert.equal(await statusOf('/?b=2', 'a', ''), 401);
    assert.equal(await statusOf('/?b=', 'a', '1'), 401);
    assert.equal(await statusOf('/?B=2', 'a', '1'), 401);
    assert.equal(await statusOf('/', 'a', '1'), 401);
    assert.equal(guard.asked.length, 1);
  });
}

test('[LA-03] a stage variable the stage lacks is a missing source', async () => {
  const guard = guardAnswering(allowing());
  const authorizer = { type: 'REQUEST', identitySource: 'stageVariables.c' } as const;
  assert.equal((await guardedApi(guard.functions, { authorizer }).send()).status, 401);
  assert.equal(guard.asked.length, 0);
});

test('without identity sources the function decides, every time', async () => {
  const guard = guardAnswering(allowing());
  const { identitySource: _, ...rest } = tokenAuthorizer;
  const authorizer = { ...rest, type: 'REQUEST', identitySource: '', authorizerResultTtlInSeconds: 0 } as const;
  const api = guardedApi(guard.functions, { authorizer });
  assert.equal((await api.send()).status, 200);
  assert.equal((await api.send()).status, 200);
  assert.equal(guard.asked.length, 2);
});

test('[LA-04] a token that does not match the expression as a whole is 401, and nobody is asked', async () => {
  const guard = guardAnswering(allowing());
  const api = guardedApi(guard.functions, { authorizer: { identityValidationExpression: '^Bearer [a-z]+' } });
  assert.equal((await api.send(withToken('Bearer abc'))).status, 200);
  for (const wrong of ['Bearer ABC', 'Bearer abc1', 'abc', 'xBearer abc']) {
    assert.equal((await api.send(withToken(wrong))).status, 401, wrong);
  }
  assert.equal(guard.asked.length, 1);
});

const malformed: [string, unknown][] = [
  ['no JSON', 'allow'],
  ['no object', ['allow']],
  ['no principalId', { policyDocument: policyFor('Allow') }],
  ['no policyDocument', { principalId: 'ann' }],
  ['no Statement', allowing({ policyDocument: { Version: '2012-10-17' } })],
  ['another Effect', allowing({ policyDocument: policyFor('allow') })],
  ['no Resource', allowing({ policyDocument: policyFor('Allow', null) })],
  ['a statement that is text', allowing({ policyDocument: { Statement: ['Allow'] } })],
  ['a nested context', allowing({ context: { a: { b: 1 } } })],
  ['a list in the context', allowing({ context: { a: [1] } })],
  ['a context that is text', allowing({ context: 'a' })],
  ['a usageIdentifierKey that is a number', allowing({ usageIdentifierKey: 7 })],
];
for (const [what, answer] of malformed) {
  test(`[LA-05] an answer with ${what} is 500 with a null message, and not kept`, async () => {
    const guard = guardAnswering(answer);
    const api = guardedApi(guard.functions);
    const { reply, status, body } = await api.send(withToken('t'));
    assert.equal(status, 500);
    assert.equal(body, '{"message":null}');
    assert.equal(sentHeader(reply, 'x-amzn-ErrorType'), 'AuthorizerConfigurationException');
    assert.equal(reply.problem?.kind, 'AUTHORIZER_CONFIGURATION_ERROR');
    await api.send(withToken('t'));
    assert.equal(guard.asked.length, 2);
  });
}

test('[LA-05] principal, context and usage key are there for whoever comes after', async () => {
  const guard = guardAnswering(
    allowing({ context: { a: 'x', n: 1.5, zero: 0, yes: true, no: null }, usageIdentifierKey: 'key' }),
  );
  const { x } = await guardedApi(guard.functions).send(withToken('t'));
  assert.equal(x.authorizer?.principalId, 'ann');
  assert.deepEqual(x.authorizer?.context, { a: 'x', n: 1.5, zero: 0, yes: true });
  assert.equal(x.authorizer?.usageIdentifierKey, 'key');
  assert.equal(x.authorizer?.claims, null);
});

const refusals: [string, unknown, string][] = [
  [
    'an explicit deny',
    policyFor('Deny'),
    'User is not authorized to access this resource with an explicit deny in an identity-based policy',
  ],
  [
    'nothing that allows',
    policyFor('Allow', `${executeApi}/POST/*`),
    'User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action',
  ],
  [
    'an empty policy',
    { Version: '2012-10-17', Statement: [] },
    'User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action',
  ],
];
for (const [what, policyDocument, message] of refusals) {
  test(`[LA-06] ${what} is 403 in AWS’s words, with a capital Message`, async () => {
    const { reply, status, body } = await guardedApi(guardAnswering(allowing({ policyDocument })).functions).send(
      withToken('t'),
    );
    assert.equal(status, 403);
    assert.equal(body, JSON.stringify({ Message: message }));
    assert.equal(sentHeader(reply, 'x-amzn-ErrorType'), 'AccessDeniedException');
    assert.match(
      reply.problem!.why,
      /authorizer guard, asked just now: (?:explicit deny by statement 1|implicit deny) of arn:.*\/GET\/ to ann/,
    );
  });
}

test('[LA-06] a denial holds in every spelling of the path', async () => {
  const policyDocument = {
    Statement: [
      { Action: '*', Effect: 'Allow', Resource: '*' },
      {
        Action: 'execute-api:Invoke',
        Effect: 'Deny',
        Resource: [`${executeApi}/GET/admin`, `${executeApi}/GET/pets/7`],
      },
    ],
  };
  const guard = guardAnswering(allowing({ policyDocument }));
  const api = guardedApi(guard.functions, { methods: ['GET /admin', 'GET /pets/{id}'] });
  for (const path of ['/admin', '/admin/', '//admin', '/admin?x=1', '/pets/7', '/pets/%37', '/pets/7/']) {
    const { status } = await api.send(withToken('t', { path }));
    assert.equal(status, 403, path);
  }
  assert.equal((await api.send(withToken('t', { path: '/pets/8' }))).status, 200);
});

test('[LA-07] a function that fails with the word Unauthorized is 401, and asked again next time', async () => {
  const guard = guardAnswering(new Error('Unauthorized'));
  const api = guardedApi(guard.functions);
  const { reply, status, body } = await api.send(withToken('t'));
  assert.equal(status, 401);
  assert.equal(body, '{"message":"Unauthorized"}');
  assert.equal(sentHeader(reply, 'x-amzn-ErrorType'), 'UnauthorizedException');
  await api.send(withToken('t'));
  assert.equal(guard.asked.length, 2);
});

test('[LA-07] any other failure is 500 with a null message: an error, no function, too many calls', async () => {
  const unknown = {
    mayInvoke: () => true,
    invoke: () => Promise.reject(new Problem('ResourceNotFoundException', 'Function not found')),
  };
  for (const functions of [guardAnswering(new Error('unauthorized')).functions, unknown]) {
    const { reply, status, body } = await guardedApi(functions).send(withToken('t'));
    assert.equal(status, 500);
    assert.equal(body, '{"message":null}');
    assert.equal(sentHeader(reply, 'x-amzn-ErrorType'), 'AuthorizerConfigurationException');
    assert.equal(reply.problem?.kind, 'AUTHORIZER_FAILURE');
  }
});

test('[LA-07] a function that has not answered after 29 seconds is 500', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const functions = { mayInvoke: () => true, invoke: () => new Promise<never>(() => {}) };
  const pending = guardedApi(functions).send(withToken('t'));
  for (let i = 0; i < 20; i++) await Promise.resolve();
  t.mock.timers.tick(29_000);
  const { reply, status, body } = await pending;
  assert.deepEqual([status, body], [500, '{"message":null}']);
  assert.match(reply.problem!.why, /has not answered within 29000 ms/);
});

test('[LA-08] a result is kept for 300 s unless told otherwise, refusals too, and 0 keeps nothing', async () => {
  const guard = guardAnswering({ principalId: 'ann', policyDocument: policyFor('Deny') });
  const api = guardedApi(guard.functions);
  for (const [afterMs, calls] of [
    [0, 1],
    [299_999, 1],
    [1, 2],
  ] as const) {
    api.clock.advance(afterMs);
    assert.equal((await api.send(withToken('t'))).status, 403);
    assert.equal(guard.asked.length, calls);
  }
  assert.equal((await api.send(withToken('other'))).status, 403);
  assert.equal(guard.asked.length, 3);

  const unkept = guardAnswering(allowing());
  const second = guardedApi(unkept.functions, { authorizer: { authorizerResultTtlInSeconds: 0 } });
  await second.send(withToken('t'));
  await second.send(withToken('t'));
  assert.equal(unkept.asked.length, 2);
});

test('[LA-08] the key is the identity sources: other headers, the method and the path make no new call', async () => {
  const guard = guardAnswering(allowing());
  const api = guardedApi(guard.functions, {
    authorizer: { type: 'REQUEST', identitySource: 'method.request.header.a,method.request.querystring.b' },
    methods: ['GET /', 'PUT /pets'],
  });
  await api.send({ path: '/?b=2', headers: ['a', '1'] });
  await api.send({ path: '/?b=2&c=3', headers: ['a', '1', 'x', 'y'] });
  await api.send({ method: 'PUT', path: '/pets?b=2', headers: ['a', '1'] });
  assert.equal(guard.asked.length, 1);
  await api.send({ path: '/?b=3', headers: ['a', '1'] });
  await api.send({ path: '/?b=2', headers: ['a', '2'] });
  // One text cut in two ways is two identities.
  await api.send({ path: '/?b=12', headers: ['a', '1'] });
  await api.send({ path: '/?b=2', headers: ['a', '11'] });
  assert.equal(guard.asked.length, 5);
});

test('[LA-08] the policy is kept, not the verdict: one kept from another method refuses what it does not name', async () => {
  const guard = guardAnswering((event: Record<string, unknown>) =>
    allowing({ policyDocument: policyFor('Allow', event['methodArn']) }),
  );
  const api = guardedApi(guard.functions, { methods: ['GET /one', 'GET /two'] });
  assert.equal((await api.send(withToken('t', { path: '/one' }))).status, 200);
  const second = await api.send(withToken('t', { path: '/two' }));
  assert.equal(second.status, 403);
  assert.match(second.reply.problem!.why, /asked before/);
  assert.equal(guard.asked.length, 1);
});

test('[LA-08] a flush empties the stage’s caches; a setting of the stage does not, a deployment and a change do', async () => {
  const guard = guardAnswering(allowing());
  const first = guardedApi(guard.functions);
  const { tools } = first;
  const again = async (words: Parameters<typeof guardedApi>[1]) => {
    await guardedApi(guard.functions, { ...words, tools }).send(withToken('t'));
    return guard.asked.length;
  };
  await first.send(withToken('t'));
  assert.equal(await again({}), 1);
  assert.equal(await again({ stage: { tracingEnabled: true } }), 1);
  assert.equal(await again({ deploymentId: 'dep002' }), 2);
  // The canary's deployment has its own, beside the stage's.
  assert.equal(await again({}), 2);
  assert.equal(await again({ authorizer: { authorizerResultTtlInSeconds: 60 } }), 3);
  assert.equal(await again({ authorizer: { authorizerResultTtlInSeconds: 60 } }), 3);
  tools.authorizerCaches.flush('a1b2c3d4e5', 'other');
  assert.equal(await again({ authorizer: { authorizerResultTtlInSeconds: 60 } }), 3);
  tools.authorizerCaches.flush('a1b2c3d4e5', 'dev');
  assert.equal(await again({ authorizer: { authorizerResultTtlInSeconds: 60 } }), 4);
});

test('[LA-09] [LPV1-08] a proxied function sees context as strings, principalId and the time it took, 0 when kept', async () => {
  const guard = guardAnswering((event: Record<string, unknown>) =>
    'authorizationToken' in event ? allowing({ context: { n: 1.5, zero: 0, yes: true, s: 'x' } }) : { statusCode: 200 },
  );
  const api = guardedApi(guard.functions, {
    method: {
      integration: { type: 'AWS_PROXY', httpMethod: 'POST', uri: guardUri.replace(':guard/', ':backend/') },
    },
  });
  for (const calls of [2, 3]) {
    assert.equal((await api.send(withToken('t'))).status, 200);
    assert.equal(guard.asked.length, calls);
    const event = guard.events().at(-1) as { requestContext: Record<string, unknown> };
    assert.deepEqual(Object.keys(event.requestContext).slice(0, 3), ['resourceId', 'authorizer', 'resourcePath']);
    assert.deepEqual(event.requestContext['authorizer'], {
      ...{ n: '1.5', zero: '0', yes: 'true', s: 'x' },
      principalId: 'ann',
      integrationLatency: 0,
    });
  }
});

test('[LA-09] templates and mappings see context as texts', async () => {
  const guard = guardAnswering(allowing({ context: { n: 123, yes: true, 'custom:x': 'c' } }));
  const template =
    "$context.authorizer.n/$context.authorizer.yes/$context.authorizer['custom:x']/$context.authorizer.principalId/$context.authorizer.nope|" +
    '#foreach($key in $context.authorizer.keySet())$key=$context.authorizer.get($key),#end';
  const api = guardedApi(guard.functions, {
    method: {
      integration: {
        ...mock200.integration!,
        integrationResponses: {
          '200': {
            statusCode: '200',
            responseParameters: { 'method.response.header.n': 'context.authorizer.n' },
            responseTemplates: { 'application/json': template },
          },
        },
      },
      methodResponses: { '200': { statusCode: '200', responseParameters: { 'method.response.header.n': true } } },
    },
  });
  const { reply, body } = await api.send(withToken('t'));
  assert.equal(body, '123/true/c/ann/|principalId=ann,n=123,yes=true,custom:x=c,integrationLatency=0,');
  assert.equal(sentHeader(reply, 'n'), '123');
});

test('[LA-10] a resource of more than 512 characters and an answer of more than 8 KB are 500', async () => {
  const long = `${executeApi}/GET/${'a'.repeat(512)}`;
  for (const answer of [
    allowing({ policyDocument: policyFor('Allow', [`${executeApi}/*`, long]) }),
    allowing({ context: { a: 'x'.repeat(8192) } }),
  ]) {
    const { status, body } = await guardedApi(guardAnswering(answer).functions).send(withToken('t'));
    assert.equal(status, 500);
    assert.equal(body, '{"message":null}');
  }
});

test('[LA-11] a function that does not permit the authorizer is 500 and not called; with a role it is', async () => {
  const closed = guardAnswering(allowing(), false);
  const { status, body, reply } = await guardedApi(closed.functions).send(withToken('t'));
  assert.equal(status, 500);
  assert.equal(body, '{"message":null}');
  assert.equal(closed.asked.length, 0);
  assert.deepEqual(closed.permissions, [
    {
      functionArn: guardArn,
      principal: 'apigateway.amazonaws.com',
      sourceArn: 'arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5/authorizers/auth01',
      sourceAccount: '000000000000',
    },
  ]);
  assert.match(reply.problem!.why, /add-permission --function-name .* --source-arn '[^']*\/authorizers\/auth01'/);
  const authorizerCredentials = 'arn:aws:iam::000000000000:role/caller';
  const byRole = guardedApi(closed.functions, { authorizer: { authorizerCredentials } });
  assert.equal((await byRole.send(withToken('t'))).status, 200);
  assert.equal(closed.permissions.length, 1);
});

test('[LA-14] a function of another account is asked for its permission even with a role', async () => {
  const authorizerCredentials = 'arn:aws:iam::000000000000:role/caller';
  const authorizerUri = guardUri.replace('000000000000', '111111111111');
  for (const [mayInvoke, status] of [
    [true, 200],
    [false, 500],
  ] as const) {
    const guard = guardAnswering(allowing(), mayInvoke);
    const api = guardedApi(guard.functions, { authorizer: { authorizerCredentials, authorizerUri } });
    assert.equal((await api.send(withToken('t'))).status, status);
    assert.equal(guard.permissions[0]!.functionArn, guardArn.replace('000000000000', '111111111111'));
  }
});

test('[LA-13] conditions of the answered policy are looked at, of a kept one too', async () => {
  const when = (address: string) => ({
    Statement: [
      {
        ...{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: '*' },
        Condition: { IpAddress: { 'aws:SourceIp': address }, Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  });
  for (const [address, status] of [
    ['127.0.0.0/8', 200],
    ['10.0.0.0/8', 403],
  ] as const) {
    const guard = guardAnswering(allowing({ policyDocument: when(address) }));
    const api = guardedApi(guard.functions);
    assert.equal((await api.send(withToken('t'))).status, status);
    assert.equal((await api.send(withToken('t'))).status, status);
    assert.equal(guard.asked.length, 1);
  }
});

test('a method ARN of more than 1600 bytes is 414', async () => {
  const guard = guardAnswering(allowing());
  const api = guardedApi(guard.functions, { methods: ['GET /{id}'] });
  const { status, body } = await api.send(withToken('t', { path: `/${'a'.repeat(1600)}` }));
  assert.equal(status, 414);
  assert.equal(body, '{"message":"Request URI too long"}');
});

test('[SV-07] the function may be named by a stage variable', async () => {
  const guard = guardAnswering(allowing());
  const authorizerUri = guardUri.replace(':guard/', ':${stageVariables.guard}/');
  await guardedApi(guard.functions, {
    authorizer: { authorizerUri },
    stage: { variables: { guard: 'red' } },
  }).send(withToken('t'));
  assert.equal(guard.asked[0]!.functionArn, guardArn.replace('guard', 'red'));
});

test('a plan tells whom it asks and for how long it remembers', () => {
  const api = guardedApi(guardAnswering(allowing()).functions);
  assert.match(
    describePlan(api.plan),
    /GET \/: authorizer guard \(TOKEN arn:aws:lambda:.*:guard kept 300 s\) · mock 200/,
  );
});

test('an authorizer that cannot be asked refuses the deployment, and the method where it is deployed all the same', async () => {
  const method = { ...mock200, authorizationType: 'CUSTOM', authorizerId: 'auth01' };
  const snapshot = restSnapshot({ 'GET /': method });
  assert.deepEqual(restComplaints(snapshot), ['GET /: there is no authorizer auth01']);
  for (const [authorizer, complaint] of [
    [{ authorizerUri: 'x' }, 'the authorizer guard needs the URI of a Lambda invocation, not x'],
    [{ identitySource: 'method.request.body' }, 'the authorizer guard has no identity source in method.request.body'],
    [{ identitySource: '' }, 'the authorizer guard has no identity source in '],
    [
      { type: 'REQUEST', identitySource: 'context.nonsense' },
      'the authorizer guard: there is no context variable nonsense',
    ],
    [{ type: 'COGNITO_USER_POOLS' }, "the authorizer guard is of type COGNITO_USER_POOLS, the method's is CUSTOM"],
  ] as const) {
    const broken = { ...snapshot, authorizers: [{ ...tokenAuthorizer, ...authorizer }] };
    assert.deepEqual(restComplaints(broken), [`GET /: ${complaint}`]);
  }
  const api = guardedApi(guardAnswering(allowing()).functions, { authorizer: { authorizerUri: 'x' } });
  assert.equal((await api.send(withToken('t'))).status, 500);
});
