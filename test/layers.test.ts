/** The house rule of ARCHITECTURE.md: imports go downwards only, each room sees just the rooms it may. */
import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

const source = join(import.meta.dirname, '../src');

/** Room → rooms it may import, itself aside. */
const mayImport: Record<string, readonly string[]> = {
  base: [],
  language: ['base'],
  definition: ['base'],
  ports: ['base', 'definition'],
  store: ['base', 'ports'],
  wire: ['base', 'ports'],
  plan: ['base', 'definition', 'language', 'ports'],
  companions: ['base', 'ports', 'wire'],
  control: ['base', 'definition', 'ports', 'wire', 'plan'],
  gateway: ['base', 'ports', 'plan'],
  app: ['base', 'ports', 'wire', 'gateway', 'control', 'store', 'companions', 'plan', 'definition'],
  'main.ts': ['app'],
};

test('every import goes to the same room or to one the room may see', () => {
  const complaints: string[] = [];
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts') || entry.name.endsWith('.test.ts')) continue;
    const file = join(entry.parentPath, entry.name);
    const room = relative(source, file).split('/')[0]!;
    for (const [, target] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']*)'/g)) {
      const targetRoom = relative(source, join(dirname(file), target!)).split('/')[0]!;
      if (targetRoom === room || targetRoom === '..') continue;
      if (!mayImport[room]?.includes(targetRoom)) complaints.push(`${relative(source, file)} imports ${target}`);
    }
  }
  assert.deepEqual(complaints, []);
});
