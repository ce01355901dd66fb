/** docs/getting-started.md is true: its commands run as they stand there, with the real AWS CLI. */
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startTestGatewright } from '../support/gatewright-in-process.ts';
import { programPath, skipWithout } from '../support/programs.ts';

const root = join(import.meta.dirname, '../..');

test('the commands of docs/getting-started.md build the ride API with the AWS CLI and call it', {
  skip: skipWithout('aws', 'curl', 'python3'),
}, async () => {
  const page = readFileSync(join(root, 'docs/getting-started.md'), 'utf8');
  const script = [...page.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, block]) => block).join('\n');
  const gatewright = await startTestGatewright({ strict: true });
  try {
    const folder = programPath('aws')!.replace(/\/aws$/, '');
    const env = {
      ...process.env,
      PATH: `${folder}:${process.env['PATH']}`,
      GATEWRIGHT_ENDPOINT: gatewright.endpoint,
      HOME: '/nonexistent',
    };
    const shell = spawn('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let complaints = '';
    shell.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    shell.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaints += text;
    });
    const [code] = await once(shell, 'close');
    assert.equal(code, 0, complaints);
    const ride = JSON.parse(output.trim().split('\n').at(-1)!) as { Unicorn: { Name: string }; RideId: string };
    assert.equal(ride.Unicorn.Name, 'Bramble');
  } finally {
    await gatewright.close();
  }
});
