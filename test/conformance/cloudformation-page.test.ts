/** docs/cloudformation.md is true: its commands run as they stand there, with the real AWS CLI. */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runPage } from '../support/aws-cli.ts';
import { startTestGatewright } from '../support/gatewright-in-process.ts';
import { skipWithout } from '../support/programs.ts';

const root = join(import.meta.dirname, '../..');

test('the commands of docs/cloudformation.md print what the page says', {
  skip: skipWithout('aws', 'curl'),
}, async () => {
  const page = readFileSync(join(root, 'docs/cloudformation.md'), 'utf8');
  const gatewright = await startTestGatewright();
  try {
    const printed = (await runPage(page, gatewright.endpoint, root)).split('\n');
    const promised = [...page.matchAll(/^curl .* # (.+)$/gm)].map(([, text]) => text!);
    assert.equal(promised.length, 4);
    assert.deepEqual(
      printed.filter((line) => promised.includes(line)),
      promised,
    );
    assert.ok(printed.includes('Modify\tFunction\tFalse'), printed.join('\n'));
  } finally {
    await gatewright.close();
  }
});
