/** The first start in secure mode: a root key, told once. */
import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { defaultSettings } from '../../src/app/settings.ts';
import { start } from '../../src/app/start.ts';

test('secure mode without keys makes a root key, tells it once, and believes it after a restart', async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'gatewright-root-key-'));
  const settings = {
    ...defaultSettings,
    dataDirectory,
    mode: 'secure',
    port: 0,
    drainMs: 0,
    logLevel: 'silent',
  } as const;
  const first = await start(settings);
  const [, accessKeyId, secretAccessKey] = /AWS_ACCESS_KEY_ID=(\S+)\n {2}AWS_SECRET_ACCESS_KEY=(\S+)$/.exec(
    first.rootKey!,
  )!;
  await first.close();
  const second = await start(settings);
  assert.equal(second.rootKey, undefined);
  const credentials = { accessKeyId: accessKeyId!, secretAccessKey: secretAccessKey! };
  const sts = new STSClient({ endpoint: second.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  assert.equal((await sts.send(new GetCallerIdentityCommand({}))).Arn, 'arn:aws:iam::000000000000:root');
  sts.destroy();
  await second.close();
  rmSync(dataDirectory, { recursive: true });
});
