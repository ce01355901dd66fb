/** `gatewright credentials …` against a Gatewright in secure mode: the users and keys it makes are IAM's. */
import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { APIGatewayClient, GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import type { Keys } from '../support/iam-under-test.ts';

const main = join(import.meta.dirname, '../../bin/gatewright.mjs');
const root = { accessKeyId: 'AKIAROOT', secretAccessKey: 'the secret of the root', account: '000000000000' };
let gatewright: TestGatewright;
before(async () => {
  gatewright = await startTestGatewright({ mode: 'secure', credentials: [root] });
});
after(() => gatewright.close());

async function credentials(args: readonly string[], keys: Keys = root): Promise<string> {
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: gatewright.endpoint,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  };
  return (await promisify(execFile)(process.execPath, [main, 'credentials', ...args], { env })).stdout;
}

const keysIn = (output: string): Keys => ({
  accessKeyId: /^AWS_ACCESS_KEY_ID=(.+)$/m.exec(output)![1]!,
  secretAccessKey: /^AWS_SECRET_ACCESS_KEY=(.+)$/m.exec(output)![1]!,
});

async function apisAs(credentialsOfUser: Keys): Promise<unknown> {
  const config = { endpoint: gatewright.endpoint, region: 'us-east-1', maxAttempts: 1 };
  const client = new APIGatewayClient({ ...config, credentials: credentialsOfUser });
  try {
    return (await client.send(new GetRestApisCommand({}))).items ?? [];
  } finally {
    client.destroy();
  }
}

test('a user made on the command line may what its policies allow, until its key is revoked or it is deleted', async () => {
  const policy = 'arn:aws:iam::aws:policy/AmazonAPIGatewayAdministrator';
  const made = await credentials(['create', 'ann', '--policy', policy]);
  assert.match(made, /^arn:aws:iam::000000000000:user\/ann\n/);
  const first = keysIn(made);
  assert.deepEqual(await apisAs(first), []);
  const second = keysIn(await credentials(['key', 'ann']));
  const listed = await credentials(['list']);
  for (const { accessKeyId } of [first, second]) assert.match(listed, new RegExp(`  ${accessKeyId} Active, made 20`));

  await credentials(['revoke', 'ann', first.accessKeyId]);
  await assert.rejects(apisAs(first), { name: 'UnrecognizedClientException' });
  assert.deepEqual(await apisAs(second), []);
  // The command may no more than the key it signs with.
  await assert.rejects(credentials(['list'], second), /not authorized to perform: iam:ListUsers/);

  await credentials(['delete', 'ann']);
  await assert.rejects(apisAs(second), { name: 'UnrecognizedClientException' });
  assert.match(await credentials(['list']), /^There are no users/);
});

test('a user whose policy does not exist is not left half made, and words that make no sense are refused', async () => {
  await assert.rejects(credentials(['create', 'bo', '--policy', 'arn:aws:iam::aws:policy/Nothing']), /NoSuchEntity/);
  assert.match(await credentials(['list']), /^There are no users/);
  await assert.rejects(credentials(['create']), /expected: credentials list/);
});
