/** What `npm run check` looks at before the tests; here too, so that `npm test` alone is the whole truth. */
import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');
// check.ts has just run both.
const skip = process.env['GATEWRIGHT_CHECKED'] === '1' ? 'npm run check has just looked' : false;

function assertClean(command: string, args: string[]): void {
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin', command), args, {
    cwd: root,
    encoding: 'utf8',
  });
  assert.equal(status, 0, `${stdout}${stderr}`);
}

test('the sources type-check', { skip }, () => assertClean('tsc', ['--noEmit']));

test('the sources of the console type-check', { skip }, () => assertClean('tsc', ['--noEmit', '-p', 'console']));

test('lint and format find nothing', { skip }, () => assertClean('biome', ['check', '--error-on-warnings', '.']));
