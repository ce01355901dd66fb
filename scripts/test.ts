/**
 * `npm test`: every *.test.ts in one process (process isolation would cost 40 times as long), then one line
 * `N passed, N failed, N skipped`. Arguments narrow it: `npm test -- src/plan` runs the tests whose path contains that text.
 */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const root = join(import.meta.dirname, '..');
const wanted = process.argv.slice(2);
const files = globSync(['src/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'], {
  cwd: root,
})
  .filter((file) => wanted.length === 0 || wanted.some((text) => file.includes(text)))
  .map((file) => join(root, file))
  .sort();

if (files.length === 0) {
  console.error(`No test file matches ${wanted.join(' ')}.`);
  process.exit(1);
}

const count = { passed: 0, failed: 0, skipped: 0 };
const stream = run({ files, isolation: 'none', concurrency: false, timeout: 300_000 });
stream.on('test:pass', (event) => {
  if (event.details.type === 'suite') return;
  if (event.skip !== undefined) count.skipped++;
  else count.passed++;
});
stream.on('test:fail', (event) => {
  if (event.details.type !== 'suite') count.failed++;
});
stream.on('end', () => {
  setImmediate(() => {
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
    process.exit(count.failed === 0 ? 0 : 1);
  });
});
stream.compose(new spec()).pipe(process.stdout);
