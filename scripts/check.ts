/** `npm run check`: types, lint and format, then all tests, stopping at the first that fails. Everything a commit must pass. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const bin = (name: string): string => join(root, 'node_modules/.bin', name);
const steps: [string, string[]][] = [
  [bin('tsc'), ['--noEmit']],
  [bin('tsc'), ['--noEmit', '-p', 'console']],
  [bin('biome'), ['check', '--error-on-warnings', '.']],
  [bin('node'), [join(root, 'scripts/test.ts')]],
];

for (const [command, args] of steps) {
  const env = { ...process.env, GATEWRIGHT_CHECKED: '1' };
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env });
  if (status !== 0) process.exit(status ?? 1);
}
