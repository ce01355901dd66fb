import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { permissionsOf } from '../../base/permissions.ts';
import { compilePolicy } from '../../base/policy.ts';
import { type AccessKey, rootAccessKey } from '../../ports/credentials.ts';
import { compileHttpApi } from '../compile-http.ts';
import type { Exchange } from '../exchange.ts';
import { functionsAnswering, planTools } from '../plan-fixture.ts';
import { runPlan } from '../run.ts';
import { type SignedRequest, signedExchange } from '../signed-exchange.ts';
import { httpSnapshot, httpStage, lambda2 } from './http-plan-fixture.ts';

function keyWith(Resource: string, account = '000000000000'): AccessKey {
  const root = rootAccessKey({ accessKeyId: 'AKIAANN', secretAccessKey: 'secret', account });
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource }] };
  const permissions = permissionsOf({ identity: [compilePolicy(document, 'identity')] });
  return { ...root, callerArn: `arn:aws:iam::${account}:user/ann`, userId: 'AIDAANN', permissions };
}

async function called(key: AccessKey, make: (key: AccessKey) => Promise<Exchange>) {
  const functions = functionsAnswering({ statusCode: 200, body: 'called' });
  const credentials = { accessKey: (id: string) => (id === key.accessKeyId ? key : undefined) };
  const snapshot = httpSnapshot({ 'ANY /pets/{id}': { ...lambda2, authorizationType: 'AWS_IAM' } });
  const plan = compileHttpApi(httpStage(snapshot), planTools({ functions, credentials }));
  const reply = await runPlan(plan, await make(key));
  return { reply, functions };
}

const signed =
  (words: SignedRequest = {}, change: Partial<AccessKey> = {}) =>
  (key: AccessKey) =>
    signedExchange({ ...key, ...change }, { path: '/pets/1', ...words });

test('[IAM-01] [IAM-04] a signed call whose policy allows it reaches the function, which learns who called and sees the signature', async () => {
  const { reply, functions } = await called(
    keyWith('arn:aws:execute-api:us-east-1:*:a1b2c3d4e5/*/GET/pets/*'),
    signed(),
  );
  assert.equal(reply.status, 200, reply.problem?.why ?? '');
  const event = JSON.parse(String(functions.calls[0]!.payload));
  assert.deepEqual(event.requestContext.authorizer.iam, {
    accessKey: 'AKIAANN',
    accountId: '000000000000',
    callerId: 'AIDAANN',
    cognitoIdentity: null,
    principalOrgId: 'aws:PrincipalOrgID',
    userArn: 'arn:aws:iam::000000000000:user/ann',
    userId: 'AIDAANN',
  });
  assert.match(event.headers.authorization, /^AWS4-HMAC-SHA256 /);
});

const allowed = keyWith('*');
const unsigned = async (key: AccessKey): Promise<Exchange> => {
  const x = await signed()(key);
  x.request.headers.splice(0, x.request.headers.length);
  return x;
};
const refused: readonly (readonly [string, AccessKey, (key: AccessKey) => Promise<Exchange>])[] = [
  ['unsigned', allowed, unsigned],
  ['a wrong secret', allowed, signed({}, { secretAccessKey: 'guessed' })],
  ['an unknown key', allowed, signed({}, { accessKeyId: 'AKIANOBODY' })],
  ['another region', allowed, signed({ region: 'eu-west-1' })],
  ['a policy that does not allow', keyWith('*/POST/*'), signed()],
  ['[POL-09] another account, which no policy of the API can let in', keyWith('*', '123456789012'), signed()],
];

for (const [what, key, make] of refused) {
  test(`[IAM-03] ${what}: 403 Forbidden and no call`, async () => {
    const { reply, functions } = await called(key, make);
    assert.deepEqual([reply.status, reply.body], [403, '{"message":"Forbidden"}']);
    assert.equal(functions.calls.length, 0);
  });
}
