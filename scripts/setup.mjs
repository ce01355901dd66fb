/** Brings node_modules (Node 26 included) up to the lockfile. Runs on any Node from 20, needs nothing installed, does nothing when all is there. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const stamp = join(root, 'node_modules/.gatewright-setup');
const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');
const has = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';

if (has !== wanted || !existsSync(join(root, 'node_modules/.bin/node'))) {
  process.stderr.write('Installing dependencies (once) ...\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    process.stderr.write('Cannot install dependencies: npm ci failed, see above.\n');
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}
