/** docs/observability.md is true: its commands run as they stand there, with the real AWS CLI, and print what the page says. */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runPage } from '../support/aws-cli.ts';
import { startTestGatewright } from '../support/gatewright-in-process.ts';
import { skipWithout } from '../support/programs.ts';

const root = join(import.meta.dirname, '../..');

test('[MET-01] [MET-02] [MET-06] the commands of docs/observability.md print what the page says', {
  skip: skipWithout('aws', 'curl'),
}, async () => {
  const page = readFileSync(join(root, 'docs/observability.md'), 'utf8');
  const gatewright = await startTestGatewright();
  try {
    const printed = await runPage(page, gatewright.endpoint, root);
    const promised = [...page.matchAll(/ +# (\d+)\n/g)].map(([, text]) => Number(text));
    // One version of the CLI prints 3.0 where another prints 3.
    const numbers = printed.split('\n').filter((line) => /^\d+(\.0)?$/.test(line));
    assert.deepEqual(numbers.map(Number), promised);
    assert.match(printed, /^EXTENDEDSTATISTICS/m);
    assert.match(printed, /^gatewright_requests_total\{.*method="GET",resource="\/"\} 3$/m);
  } finally {
    await gatewright.close();
  }
});
