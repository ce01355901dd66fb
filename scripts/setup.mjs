/** Brings node_modules (Node 26 included) up to the lockfile. Runs on any Node from 20, needs nothing installed, does nothing when all is there. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const stamp = join(root, 'node_modules/.gatewright-setup');
const lock = join(root, '.gatewright-setup.lock');
const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');

function isDone() {
  const has = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
  return has === wanted && existsSync(join(root, 'node_modules/.bin/node'));
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function isAbandoned() {
  try {
    const holder = Number(readFileSync(lock, 'utf8'));
    // Empty for the moment between making and writing it; for longer when its maker was killed just then.
    return holder > 0 ? !isRunning(holder) : Date.now() - statSync(lock).mtimeMs > 5000;
  } catch {
    return false;
  }
}

/** `npm start` and `npm test` begun at the same time must not install over each other: the second waits for the first. */
async function takeLock() {
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isAbandoned()) rmSync(lock, { force: true });
    else await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function install() {
  process.stderr.write('Installing dependencies (once) ...\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status === 0) writeFileSync(stamp, wanted);
  else process.stderr.write('Cannot install dependencies: npm ci failed, see above.\n');
  return status === 0;
}

if (!isDone()) {
  await takeLock();
  try {
    if (!isDone() && !install()) process.exitCode = 1;
  } finally {
    rmSync(lock, { force: true });
  }
}
