/** docs/getting-started.md is true: its commands run as they stand there, with the real AWS CLI. */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runPage } from '../support/aws-cli.ts';
import { startTestGatewright } from '../support/gatewright-in-process.ts';
import { skipWithout } from '../support/programs.ts';

const root = join(import.meta.dirname, '../..');

test('the commands of docs/getting-started.md build the ride API with the AWS CLI and call it', {
  skip: skipWithout('aws', 'curl', 'python3'),
}, async () => {
  const page = readFileSync(join(root, 'docs/getting-started.md'), 'utf8');
  const gatewright = await startTestGatewright({ strict: true });
  try {
    const output = await runPage(page, gatewright.endpoint, root);
    const ride = JSON.parse(output.trim().split('\n').at(-1)!) as { Unicorn: { Name: string }; RideId: string };
    assert.equal(ride.Unicorn.Name, 'Bramble');
  } finally {
    await gatewright.close();
  }
});
