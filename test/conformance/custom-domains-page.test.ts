/** docs/custom-domains.md is true: its commands run as they stand there, with the real AWS CLI, curl and openssl. */
import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { startTestGatewright } from '../support/gatewright-in-process.ts';
import { programPath, skipWithout } from '../support/programs.ts';

test('the commands of docs/custom-domains.md print what the page says', {
  skip: skipWithout('aws', 'curl', 'openssl'),
}, async () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/custom-domains.md'), 'utf8');
  const script = [...page.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, block]) => block).join('\n');
  const folder = mkdtempSync(join(tmpdir(), 'gatewright-domains-'));
  const gatewright = await startTestGatewright({ bucketFolders: { truststores: join(folder, 'truststores') } });
  try {
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: folder,
      env: {
        ...process.env,
        PATH: `${programPath('aws')!.replace(/\/aws$/, '')}:${process.env['PATH']}`,
        GATEWRIGHT_ENDPOINT: gatewright.endpoint,
        HOME: '/nonexistent',
      },
    });
    const promised = [...script.matchAll(/^(?:get|curl|tills).* # (.+)$/gm)].map(([, text]) => text!);
    assert.equal(promised.length, 10);
    assert.deepEqual(stdout.trim().split('\n'), promised);
  } finally {
    await gatewright.close();
    rmSync(folder, { recursive: true });
  }
});
