/** docs/usage-plans.md is true: its commands run as they stand there, with the real AWS CLI. */
import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { startTestGatewright } from '../support/gatewright-in-process.ts';
import { programPath, skipWithout } from '../support/programs.ts';

const root = join(import.meta.dirname, '../..');

test('[UP-12] the commands of docs/usage-plans.md print what the page says', {
  skip: skipWithout('aws', 'curl'),
}, async () => {
  const page = readFileSync(join(root, 'docs/usage-plans.md'), 'utf8');
  const script = [...page.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, block]) => block).join('\n');
  const gatewright = await startTestGatewright();
  try {
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
      env: {
        ...process.env,
        PATH: `${programPath('aws')!.replace(/\/aws$/, '')}:${process.env['PATH']}`,
        GATEWRIGHT_ENDPOINT: gatewright.endpoint,
        HOME: '/nonexistent',
      },
    });
    const promised = [...page.matchAll(/echo +# (.+)\n/g)].map(([, text]) => text!);
    const printed = stdout.split('\n').filter((line) => line === 'welcome' || line.startsWith('{'));
    assert.deepEqual(printed, promised);
    assert.match(stdout, /\t3\n.*\t0\n/);
  } finally {
    await gatewright.close();
  }
});
