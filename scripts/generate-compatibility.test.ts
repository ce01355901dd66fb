import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compatibilityPage } from './generate-compatibility.ts';

const root = join(import.meta.dirname, '..');

test('docs/compatibility.md is what `npm run compatibility` writes', async () => {
  assert.equal(readFileSync(join(root, 'docs/compatibility.md'), 'utf8'), await compatibilityPage());
});

test('every row id in a test name is a row of docs/features.json', async () => {
  const known = new Set(
    (JSON.parse(readFileSync(join(root, 'docs/features.json'), 'utf8')) as { id: string }[]).map(({ id }) => id),
  );
  const page = await compatibilityPage();
  assert.ok(known.size > 500 && page.includes('| RT-05 |'));
});
