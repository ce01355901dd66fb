/** Private REST APIs: reached through VPC endpoints only, by every address there is, and what policies, functions and logs learn of the way. */
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { after, before, describe, test } from 'node:test';
import { connect as tlsConnect } from 'node:tls';
import { GetRestApiCommand, TestInvokeMethodCommand, UpdateRestApiCommand } from '@aws-sdk/client-api-gateway';
import { type ApiUnderTest, createApi, createFunction, lambdaProxy, mock } from '../support/api-under-test.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { allowInvoke, iamUnderTest, policyOf, signedFetch } from '../support/iam-under-test.ts';
import { ask, type PlainReply } from '../support/plain-http.ts';

const own = 'vpce-0aaaaaaaaaaaaaaa1';
const other = 'vpce-0aaaaaaaaaaaaaaa2';
const shared = 'vpce-0aaaaaaaaaaaaaaa3';
const quiet = 'vpce-0aaaaaaaaaaaaaaa4';
const vpcId = 'vpc-0bbbbbbbbbbbbbbb1';
const otherVpcId = 'vpc-0bbbbbbbbbbbbbbb2';
const region = 'us-east-1.amazonaws.com';

const everybody = { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' };
const denied = (Condition: object) => ({ ...everybody, Effect: 'Deny', Condition });

let gatewright: TestGatewright;
let open: ApiUnderTest;
let publicApi: ApiUnderTest;

before(async () => {
  gatewright = await startTestGatewright({
    vpcEndpoints: {
      [own]: { vpcId, accountId: '123456789012', listen: '127.0.0.1:0' },
      [other]: { vpcId: otherVpcId, listen: '127.0.0.1:0' },
      [shared]: { vpcId, sourceRanges: ['127.0.0.77'] },
      [quiet]: { vpcId, sourceRanges: ['127.0.0.78'], privateDns: false },
    },
  });
  const echo = await createFunction(
    gatewright,
    'echo',
    `exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) })`,
  );
  open = await privateApi({ 'GET /pets': mock('pets'), 'GET /who': lambdaProxy(echo) }, policyOf(everybody), [own]);
  publicApi = await createApi(gatewright, { 'GET /pets': mock('public pets') });
  await publicApi.deploy('test');
});

after(async () => {
  await gatewright.close();
});

async function privateApi(
  methods: Parameters<typeof createApi>[1],
  policy: string | undefined,
  vpcEndpointIds: string[] = [],
): Promise<ApiUnderTest> {
  const endpointConfiguration = { types: ['PRIVATE' as const], vpcEndpointIds };
  const api = await createApi(gatewright, methods, { endpointConfiguration, ...(policy !== undefined && { policy }) });
  if (policy !== undefined) await api.deploy('test');
  return api;
}

interface Way {
  /** A VPC endpoint's own port; the common one unless given. */
  readonly by?: string;
  readonly from?: string;
  readonly host?: string;
  readonly path?: string;
  readonly headers?: readonly string[];
  readonly secure?: boolean;
}

function go({ by, from, host, path = '/test/pets', headers = [], secure = false }: Way): Promise<PlainReply> {
  const port = by === undefined ? gatewright.port : gatewright.vpcEndpointPort(by);
  const named = host === undefined ? [] : ['Host', host];
  return ask({ port, path, headers: [...named, ...headers], secure, ...(from !== undefined && { from }) });
}

const hostOf = (api: ApiUnderTest): string => `${api.id}.execute-api.${region}`;

function assertForbidden(reply: PlainReply, label = ''): void {
  assert.deepEqual([reply.status, reply.text], [403, '{"message":"Forbidden"}'], label);
  assert.deepEqual(reply.all('x-amzn-ErrorType'), ['ForbiddenException'], label);
}

/** What the resource policy, or the endpoint's, refused. */
function assertDenied(reply: PlainReply, api: ApiUnderTest, because: string): void {
  const arn = `arn:aws:execute-api:us-east-1:********0000:${api.id}/test/GET/pets`;
  assert.deepEqual(
    [reply.status, reply.json],
    [
      403,
      { Message: `User: anonymous is not authorized to perform: execute-api:Invoke on resource: ${arn} ${because}` },
    ],
  );
  assert.deepEqual(reply.all('x-amzn-ErrorType'), ['AccessDeniedException']);
}

describe('the way to a private API', () => {
  test('[EP-05] [PRV-01] four forms of address lead to it through a VPC endpoint', async () => {
    const dnsName = `${own}-0abcdef1.execute-api.us-east-1.vpce.amazonaws.com`;
    const ways: Way[] = [
      { host: hostOf(open) },
      { host: `${open.id}-${own}.execute-api.${region}` },
      { host: dnsName, headers: ['x-apigw-api-id', open.id] },
      { host: 'internal.example.com', headers: ['x-apigw-api-id', open.id] },
      { path: `/_aws/execute-api/${open.id}/test/pets` },
      { path: `/restapis/${open.id}/test/_user_request_/pets` },
    ];
    for (const way of ways) {
      const reply = await go({ ...way, by: own });
      assert.deepEqual([reply.status, reply.text], [200, 'pets'], JSON.stringify(way));
      assert.equal((await go({ ...way, by: own, secure: true })).status, 200);
    }
  });

  test('[EP-05] nobody else reaches it: no host, path or header makes a request private', async () => {
    const claims = [
      ...['x-amzn-vpce-id', own, 'x-amzn-vpc-id', vpcId, 'X-Forwarded-For', '127.0.0.77', 'x-apigw-api-id', open.id],
      ...['Forwarded', 'for=127.0.0.77', 'X-Real-IP', '127.0.0.77', 'x-amzn-vpce-config', '1'],
    ];
    const dnsName = `${own}-0abcdef1.execute-api.us-east-1.vpce.amazonaws.com`;
    const ways: Way[] = [
      { host: hostOf(open) },
      { host: hostOf(open).toUpperCase() },
      { host: `${open.id}-${own}.execute-api.${region}` },
      { host: dnsName, headers: ['x-apigw-api-id', open.id] },
      { path: `/_aws/execute-api/${open.id}/test/pets` },
      { path: `/execute-api/${open.id}/test/pets` },
      { path: `/restapis/${open.id}/test/_user_request_/pets` },
      { host: hostOf(open), path: '//test/pets' },
      { host: hostOf(open), path: '/test/none' },
    ];
    for (const way of ways) {
      const label = JSON.stringify(way);
      assertForbidden(await go(way), label);
      assertForbidden(await go({ ...way, headers: [...(way.headers ?? []), ...claims] }), label);
      assertForbidden(await go({ ...way, secure: true }), label);
    }
    assert.notEqual((await go({ host: 'internal.example.com', headers: ['x-apigw-api-id', open.id] })).text, 'pets');
  });

  test('[PRV-01] an endpoint can be a range of addresses on the common port', async () => {
    assert.equal((await go({ from: '127.0.0.77', host: hostOf(open) })).text, 'pets');
    assert.equal((await go({ from: '127.0.0.77', path: `/_aws/execute-api/${open.id}/test/pets` })).text, 'pets');
    const byHeader = { host: 'internal.example.com', headers: ['x-apigw-api-id', open.id] };
    assert.equal((await go({ from: '127.0.0.77', ...byHeader })).text, 'pets');
    assertForbidden(await go({ from: '127.0.0.79', host: hostOf(open) }));
    const asEndpoint = { ...byHeader, headers: [...byHeader.headers, 'X-Forwarded-For', '127.0.0.77'] };
    assert.notEqual((await go({ from: '127.0.0.79', ...asEndpoint })).text, 'pets');
  });

  test('[EP-05] [PRV-01] HTTP/2 goes the same ways', async () => {
    const status = async (port: number, authority: string): Promise<unknown> => {
      const session = connectHttp2(`http://127.0.0.1:${port}`);
      const stream = session.request({ ':path': '/test/pets', ':authority': authority, 'x-amzn-vpce-id': own });
      const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
      stream.resume();
      session.close();
      return headers[':status'];
    };
    const alias = `${open.id}-${own}.execute-api.${region}`;
    for (const host of [hostOf(open), alias]) {
      assert.equal(await status(gatewright.vpcEndpointPort(own), host), 200);
      assert.equal(await status(gatewright.port, host), 403);
    }
  });

  test('[PRV-01] what an endpoint of its own gets beside invocations is refused: no AWS calls, no pages', async () => {
    for (const path of ['/restapis', '/_/health', '/_/plans', '/metrics', '/2015-03-31/functions', '/']) {
      assertForbidden(await go({ by: own, host: 'localhost', path }), path);
    }
    assertForbidden(await go({ by: own, host: `apigateway.${region}`, path: '/restapis' }));
    assertForbidden(await go({ by: own, host: 'localhost', headers: ['x-apigw-api-id', 'nosuch'] }));
  });

  test('[PRV-04] the alias host is there for associated endpoints, and leads nowhere but to its endpoint', async () => {
    const alias = (id: string): string => `${open.id}-${id}.execute-api.${region}`;
    assertForbidden(await go({ by: other, host: alias(other) }), 'not associated');
    assertForbidden(await go({ by: other, host: alias(own) }), 'another way than the name says');
    const update = (op: 'add' | 'remove', value: string) =>
      gatewright.apigateway.send(
        new UpdateRestApiCommand({
          restApiId: open.id,
          patchOperations: [{ op, path: '/endpointConfiguration/vpcEndpointIds', value }],
        }),
      );
    const added = await update('add', other);
    assert.deepEqual(added.endpointConfiguration?.vpcEndpointIds, [own, other]);
    assert.equal((await go({ by: other, host: alias(other) })).text, 'pets', 'at once, without a deployment');
    const removed = await update('remove', other);
    assert.deepEqual(removed.endpointConfiguration?.vpcEndpointIds, [own]);
    assertForbidden(await go({ by: other, host: alias(other) }));
    assert.equal((await go({ by: other, host: hostOf(open) })).text, 'pets', 'by its plain host it needs no alias');
  });

  test('[PRV-05] private DNS captures the hosts of public APIs, which no endpoint reaches', async () => {
    const host = hostOf(publicApi);
    assert.equal((await go({ host })).text, 'public pets');
    assertForbidden(await go({ by: own, host }));
    assertForbidden(await go({ by: own, path: `/_aws/execute-api/${publicApi.id}/test/pets` }));
    assertForbidden(await go({ from: '127.0.0.77', host }));
    assert.equal((await go({ from: '127.0.0.78', host })).text, 'public pets', 'without private DNS');
    assert.equal((await go({ from: '127.0.0.78', host: hostOf(open) })).text, 'pets');
    assertForbidden(await go({ from: '127.0.0.78', host: `${publicApi.id}-${quiet}.execute-api.${region}` }));
    assertForbidden(await go({ host: `${publicApi.id}-${own}.execute-api.${region}` }), 'no such host');
  });

  test('[PRV-06] an endpoint takes TLS 1.2 and nothing older', async () => {
    const port = gatewright.vpcEndpointPort(own);
    const speak = async (version: 'TLSv1.1' | 'TLSv1.2'): Promise<string | null> => {
      const socket = tlsConnect({
        port,
        host: '127.0.0.1',
        rejectUnauthorized: false,
        minVersion: version,
        maxVersion: version,
        ciphers: 'DEFAULT@SECLEVEL=0',
      });
      const ended = await once(socket, 'secureConnect').then(
        () => socket.getProtocol(),
        () => null,
      );
      socket.destroy();
      return ended;
    };
    assert.equal(await speak('TLSv1.2'), 'TLSv1.2');
    assert.equal(await speak('TLSv1.1'), null);
  });
});

describe('what policies say of it', () => {
  test('[PRV-02] it is not deployed without a resource policy; one made private later refuses everybody until it has one', async () => {
    const bare = await privateApi({ 'GET /pets': mock('pets') }, undefined);
    await assert.rejects(bare.deploy('test'), {
      name: 'BadRequestException',
      message: "Private REST API doesn't have a resource policy attached to it",
    });
    const turned = await createApi(
      gatewright,
      { 'GET /pets': mock('pets') },
      {
        endpointConfiguration: { types: ['REGIONAL'] },
      },
    );
    await turned.deploy('test');
    assert.equal((await go({ host: hostOf(turned) })).text, 'pets');
    await setType(turned, 'REGIONAL', 'PRIVATE');
    assertForbidden(await go({ host: hostOf(turned) }), 'private at once, without a deployment');
    const because = 'because no resource-based policy allows the execute-api:Invoke action';
    assertDenied(await go({ by: own, host: hostOf(turned) }), turned, because);
    await setType(turned, 'PRIVATE', 'REGIONAL');
    assert.equal((await go({ host: hostOf(turned) })).text, 'pets');
  });

  test('[POL-08] [PRV-02] [POL-07] the templates that allow VPCs and VPC endpoints select who may call', async () => {
    const explicit = 'with an explicit deny in a resource-based policy';
    const cases: [object, readonly string[], readonly string[]][] = [
      [{ StringNotEquals: { 'aws:SourceVpce': own } }, [own], [other]],
      [{ StringNotEquals: { 'aws:sourceVpce': [own, other] } }, [own, other], []],
      [{ StringNotEquals: { 'aws:SourceVpc': otherVpcId } }, [other], [own]],
      [{ IpAddress: { 'aws:VpcSourceIp': ['127.0.0.0/8'] } }, [], [own, other]],
      [{ NotIpAddress: { 'aws:VpcSourceIp': ['127.0.0.1/32'] } }, [own, other], []],
      // What comes through an endpoint has no public address.
      [{ NotIpAddress: { 'aws:SourceIp': ['127.0.0.1/32'] } }, [], [own, other]],
      [{ StringNotEquals: { 'aws:VpceAccount': '123456789012' } }, [own], [other]],
    ];
    for (const [condition, allowed, refused] of cases) {
      const api = await privateApi({ 'GET /pets': mock('pets') }, policyOf(everybody, denied(condition)));
      for (const by of allowed)
        assert.equal((await go({ by, host: hostOf(api) })).text, 'pets', JSON.stringify(condition));
      for (const by of refused) assertDenied(await go({ by, host: hostOf(api) }), api, explicit);
      assertForbidden(await go({ host: hostOf(api) }));
    }
    const silent = await privateApi(
      { 'GET /pets': mock('pets') },
      policyOf({ ...everybody, Condition: { StringEquals: { 'aws:SourceVpce': own } } }),
    );
    assert.equal((await go({ by: own, host: hostOf(silent) })).text, 'pets');
    const because = 'because no resource-based policy allows the execute-api:Invoke action';
    assertDenied(await go({ by: other, host: hostOf(silent) }), silent, because);
  });

  test('[POL-07] a public API has no VPC keys, whatever its caller writes', async () => {
    const api = await createApi(
      gatewright,
      { 'GET /pets': mock('pets') },
      {
        endpointConfiguration: { types: ['REGIONAL'] },
        policy: policyOf({ ...everybody, Condition: { StringEquals: { 'aws:SourceVpce': quiet } } }),
      },
    );
    await api.deploy('test');
    assert.equal((await go({ host: hostOf(api), headers: ['x-amzn-vpce-id', quiet] })).status, 403);
    assert.equal((await go({ from: '127.0.0.78', host: hostOf(api) })).status, 403, 'reached over the internet');
  });
});

async function setType(api: ApiUnderTest, from: string, to: string): Promise<void> {
  const patchOperations = [{ op: 'replace' as const, path: `/endpointConfiguration/types/${from}`, value: to }];
  await gatewright.apigateway.send(new UpdateRestApiCommand({ restApiId: api.id, patchOperations }));
  const { endpointConfiguration } = await gatewright.apigateway.send(new GetRestApiCommand({ restApiId: api.id }));
  assert.deepEqual(endpointConfiguration?.types, [to]);
}

test('[PRV-01] functions see the endpoint and its VPC, and the caller’s own address', async () => {
  const event = (await go({ by: own, host: `${open.id}-${own}.execute-api.${region}`, path: '/test/who' })).json as {
    requestContext: { identity: Record<string, unknown>; domainName: string; domainPrefix: string };
  };
  const { identity, domainName, domainPrefix } = event.requestContext;
  assert.deepEqual(Object.keys(identity), [
    ...['cognitoIdentityPoolId', 'cognitoIdentityId', 'vpceId', 'principalOrgId', 'cognitoAuthenticationType'],
    ...['userArn', 'userAgent', 'accountId', 'caller', 'sourceIp', 'accessKey', 'vpcId'],
    ...['cognitoAuthenticationProvider', 'user'],
  ]);
  assert.deepEqual([identity['vpceId'], identity['vpcId'], identity['sourceIp']], [own, vpcId, '127.0.0.1']);
  assert.equal(domainName, `${open.id}-${own}.execute-api.${region}`);
  assert.equal(domainPrefix, `${open.id}-${own}`);
});

test('[PRV-01] mapping templates see them as $context.identity.vpcId and vpceId', async () => {
  const api = await privateApi(
    {
      'GET /pets': {
        ...mock(''),
        responses: [
          {
            statusCode: '200',
            responseTemplates: {
              'application/json': '$context.identity.vpcId $context.identity.vpceId',
            },
          },
        ],
      },
    },
    policyOf(everybody),
  );
  assert.equal((await go({ by: other, host: hostOf(api) })).text, `${otherVpcId} ${other}`);
  const tested = await gatewright.apigateway.send(new TestInvokeMethodCommand(api.method('GET /pets')));
  assert.equal(tested.status, 200, 'a test needs no way');
});

test('[PRV-03] the policy of the VPC endpoint is asked too, of the signer where the request is signed', async () => {
  const guarded = await startTestGatewright({
    vpcEndpoints: {
      [own]: {
        vpcId,
        listen: '127.0.0.1:0',
        policy: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: '*',
              Action: 'execute-api:Invoke',
              Resource: 'arn:aws:execute-api:*:*:*/test/GET/open',
            },
            {
              Effect: 'Allow',
              Principal: { AWS: 'arn:aws:iam::000000000000:user/ann' },
              Action: 'execute-api:Invoke',
              Resource: '*',
            },
            { Effect: 'Deny', Principal: '*', Action: '*', Resource: 'arn:aws:execute-api:*:*:*/test/GET/shut' },
          ],
        },
      },
    },
  });
  try {
    const theirs = iamUnderTest(guarded);
    const annKeys = await theirs.user('ann', policyOf(allowInvoke()));
    const bobKeys = await theirs.user('bob', policyOf(allowInvoke()));
    const api = await createApi(
      guarded,
      {
        'GET /open': mock('open'),
        'GET /shut': mock('shut'),
        'GET /pets': mock('pets'),
        'GET /signed': { ...mock('signed'), authorization: 'AWS_IAM' },
      },
      { endpointConfiguration: { types: ['PRIVATE'] }, policy: policyOf(everybody) },
    );
    await api.deploy('test');
    const port = guarded.vpcEndpointPort(own);
    const plain = (path: string, headers: string[] = []) =>
      ask({ port, path: `/test${path}`, headers: ['Host', hostOf(api), ...headers] });
    assert.equal((await plain('/open')).text, 'open');
    assert.equal((await plain('/open', ['Authorization', 'Bearer token'])).text, 'open', 'a token makes nobody known');
    assertDenied(await plain('/pets'), api, 'because no VPC endpoint policy allows the execute-api:Invoke action');
    const shut = await plain('/shut');
    assert.match(shut.text, /with an explicit deny in a VPC endpoint policy"\}$/);
    const forged =
      'AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=00';
    assert.equal((await plain('/open', ['Authorization', forged])).status, 403, 'a bad signature is nobody’s');
    const url = (path: string): string => `http://127.0.0.1:${port}/_aws/execute-api/${api.id}/test${path}`;
    assert.equal((await signedFetch(url('/signed'), annKeys)).body, 'signed');
    assert.equal((await signedFetch(url('/pets'), annKeys)).body, 'pets', 'signed for a method that asks for none');
    const refused = await signedFetch(url('/signed'), bobKeys);
    assert.equal(refused.status, 403);
    assert.match(
      refused.body,
      /User: arn:aws:iam::000000000000:user\/bob is not authorized .* because no VPC endpoint policy allows/,
    );
    theirs.close();
  } finally {
    await guarded.close();
  }
});
