/** The templates of resource policies that AWS's console offers, as they stand there; that of VPC endpoints is shown in private-apis.test.ts. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { type ApiUnderTest, createApi, type MethodUnderTest, mock } from '../support/api-under-test.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { allowInvoke, type IamUnderTest, iamUnderTest, policyOf, signedFetch } from '../support/iam-under-test.ts';
import { ask } from '../support/plain-http.ts';

const [owner, friend, stranger] = ['000000000000', '111111111111', '222222222222'] as const;
let gatewright: TestGatewright;
const people: IamUnderTest[] = [];

before(async () => {
  gatewright = await startTestGatewright({ trustedProxies: ['127.0.0.1/32'] });
});

after(async () => {
  for (const each of people) each.close();
  await gatewright.close();
});

function peopleOf(account: string): IamUnderTest {
  const those = iamUnderTest(gatewright, account);
  people.push(those);
  return those;
}

async function deployed(method: Partial<MethodUnderTest>, policy: string): Promise<ApiUnderTest> {
  const api = await createApi(gatewright, { 'GET /pets': { ...mock('pets'), ...method } }, { policy });
  await api.deploy('prod');
  return api;
}

test('[POL-08] the template for other accounts lets their users and roles in, whom their own policies let, and nobody else', async () => {
  const api = await deployed(
    { authorization: 'AWS_IAM' },
    policyOf({
      Effect: 'Allow',
      Principal: { AWS: [`arn:aws:iam::${friend}:root`, `arn:aws:iam::${stranger}:user/guest`] },
      Action: 'execute-api:Invoke',
      Resource: ['execute-api:/prod/GET/pets'],
    }),
  );
  const url = api.url('prod', '/pets');
  const everything = policyOf(allowInvoke());
  const [friends, strangers, owners] = [peopleOf(friend), peopleOf(stranger), peopleOf(owner)];
  const statusOf = async (keys: Parameters<typeof signedFetch>[1]) => (await signedFetch(url, keys)).status;
  assert.equal(await statusOf(await friends.user('ann', everything)), 200);
  assert.equal(await statusOf(await friends.user('bob')), 403);
  assert.equal(await statusOf(await strangers.user('guest', everything)), 200);
  assert.equal(await statusOf(await strangers.user('other', everything)), 403);
  // Of the owner's account one of the two suffices.
  assert.equal(await statusOf(await owners.user('own', everything)), 200);
  assert.equal(await statusOf(await owners.user('poor')), 403);
  assert.equal((await fetch(url)).status, 403);
});

test('[POL-08] the template for source IP ranges keeps the listed addresses out, and turned round lets only them in', async () => {
  const everybody = { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*/*/*' };
  const listed = ['203.0.113.0/24', '198.51.100.7', '2001:db8::/32'];
  const denyList = await deployed(
    {},
    policyOf(everybody, { ...everybody, Effect: 'Deny', Condition: { IpAddress: { 'aws:SourceIp': listed } } }),
  );
  const allowList = await deployed(
    {},
    policyOf(everybody, { ...everybody, Effect: 'Deny', Condition: { NotIpAddress: { 'aws:SourceIp': listed } } }),
  );
  const statusFrom = async (api: ApiUnderTest, address: string): Promise<number> => {
    const path = new URL(api.url('prod', '/pets')).pathname;
    return (await ask({ port: gatewright.port, path, headers: ['X-Forwarded-For', address] })).status;
  };
  for (const [address, isListed] of [
    ['203.0.113.0', true],
    ['203.0.113.255', true],
    ['203.0.114.0', false],
    ['198.51.100.7', true],
    ['198.51.100.8', false],
    ['2001:db8::1', true],
    ['2001:db9::1', false],
    // The nearest address is the client's; what it wrote before that is nobody's word.
    ['203.0.113.9, 192.0.2.1', false],
    ['192.0.2.1, 203.0.113.9', true],
  ] as const) {
    assert.equal(await statusFrom(denyList, address), isListed ? 403 : 200, address);
    assert.equal(await statusFrom(allowList, address), isListed ? 200 : 403, address);
  }
});
