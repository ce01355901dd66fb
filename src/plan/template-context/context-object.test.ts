import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { answer, type MethodInWords, mock200, planOf, type RequestInWords } from '../plan-fixture.ts';

const saying = (template: string): MethodInWords => ({
  ...mock200,
  operationName: 'getPet',
  integration: {
    ...mock200.integration!,
    integrationResponses: { '200': { statusCode: '200', responseTemplates: { 'application/json': template } } },
  },
});

async function rendered(template: string, request: RequestInWords = {}): Promise<unknown> {
  const plan = planOf({ 'GET /pets/{id}': saying(template) }, {}, { variables: { color: 'blue', url: 'http://b' } });
  const reply = await answer(plan, { path: '/pets/7', ...request });
  assert.equal(reply.status, 200, reply.problem?.why ?? '');
  return reply.body;
}

test('[MAP-14] a template reads every $context variable, by name, by index and by get', async () => {
  const names = [
    ...['accountId', 'apiId', 'deploymentId', 'domainName', 'domainPrefix', 'extendedRequestId', 'httpMethod'],
    ...['identity.sourceIp', 'identity.userAgent', 'operationName', 'path', 'protocol', 'requestId', 'requestTime'],
    ...['requestTimeEpoch', 'resourceId', 'resourcePath', 'stage'],
  ];
  const template = names.map((name) => `$context.${name}`).join('\n');
  assert.deepEqual(String(await rendered(template, { headers: ['User-Agent', 'me'] })).split('\n'), [
    ...[
      '000000000000',
      'a1b2c3d4e5',
      'dep001',
      'a1b2c3d4e5.execute-api.localhost',
      'a1b2c3d4e5',
      'JJ1CUEWfoAMFzDA=',
      'GET',
    ],
    ...['127.0.0.1', 'me', 'getPet', '/dev/pets/7', 'HTTP/1.1', '11111111-2222-4333-8444-555555555555'],
    ...['24/Sep/2026:20:16:28 +0000', '1790280988123', 'res000', '/pets/{id}', 'dev'],
  ]);
  assert.equal(await rendered("$context['stage'] $context.get('identity').get('sourceIp')"), 'dev 127.0.0.1');
});

test('the time of a request is a number a template can compute with', async () => {
  assert.equal(await rendered('#set($later = $context.requestTimeEpoch + 1)$later'), '1790280988124');
});

test('a variable without a value is empty text, an unknown name prints itself', async () => {
  const template =
    '<$context.identity.caller$context.authorizer.principalId$context.authorizer.claims.sub$context.error.message>';
  assert.equal(await rendered(template), '<>');
  assert.equal(await rendered('$context.nothing $!context.nothing'), '$context.nothing ');
  assert.equal(await rendered('$stageVariables.nothing'), '$stageVariables.nothing');
});

test('[MAP-14] the caller’s identity can be gone through, empty members and all, as the Serverless Framework’s template does', async () => {
  const template =
    '#set($map = $context.identity)#foreach($key in $map.keySet())$key=$map.get($key)#if($foreach.hasNext),#end#end';
  assert.equal(
    await rendered(template, { headers: ['User-Agent', 'me'] }),
    'cognitoIdentityPoolId=,accountId=,cognitoIdentityId=,caller=,apiKey=,sourceIp=127.0.0.1,accessKey=,' +
      'cognitoAuthenticationType=,cognitoAuthenticationProvider=,userArn=,userAgent=me,user=',
  );
  const sizes = '$context.identity.size() $context.authorizer.keySet() $context.authorizer.claims.isEmpty()';
  assert.equal(await rendered(`${sizes} $context.identity.containsKey('user')`), '12 [] true true');
});

test('[SV-02] stage variables are a map', async () => {
  const template =
    "$stageVariables.color ${stageVariables.color} $stageVariables['url'] $stageVariables.get('url') $stageVariables.size()";
  assert.equal(await rendered(template), 'blue blue http://b http://b 2');
});

test('what a template puts into $stageVariables is gone with the request', async () => {
  const plan = planOf({
    'GET /': saying('$stageVariables.size() #set($stageVariables.more = 1)$stageVariables.size()'),
  });
  assert.equal((await answer(plan)).body, '01');
  assert.equal((await answer(plan)).body, '01');
});
