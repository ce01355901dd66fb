import { strict as assert } from 'node:assert';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeHttp } from './node-http.ts';

test("nothing imports node:http but for its types, for an import loads Node's fetch with it", () => {
  assert.equal(nodeHttp.STATUS_CODES[404], 'Not Found');
  const root = join(import.meta.dirname, '..');
  const importing = globSync('**/*.ts', { cwd: root })
    .filter((file) => !file.endsWith('.test.ts'))
    .filter((file) => /^import (?!type )[^;]*from 'node:https?'/m.test(readFileSync(join(root, file), 'utf8')));
  assert.deepEqual(importing, []);
});
