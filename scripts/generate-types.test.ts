import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { derivedModel } from './derive-models.ts';
import { generatedNames, generatedTypes } from './generate-types.ts';

const root = join(import.meta.dirname, '..');

for (const name of generatedNames) {
  test(`the committed types of ${name} are what its model gives`, () => {
    const committed = readFileSync(join(root, 'src/wire/generated', `${name}.ts`), 'utf8');
    assert.ok(committed === generatedTypes(name), `src/wire/generated/${name}.ts is stale: run npm run types`);
  });
}

test('a derived model keeps a member called documentation and drops documentation texts', () => {
  const text = derivedModel({
    metadata: { protocol: 'rest-json', uid: 'x' },
    operations: { A: { name: 'A', documentation: 'words', http: { method: 'GET', requestUri: '/' } } },
    shapes: {
      S: {
        type: 'structure',
        documentation: 'words',
        members: { documentation: { shape: 'T', documentation: 'words' } },
      },
    },
  });
  assert.deepEqual(JSON.parse(text), {
    metadata: { protocol: 'rest-json' },
    operations: { A: { name: 'A', http: { method: 'GET', requestUri: '/' } } },
    shapes: { S: { type: 'structure', members: { documentation: { shape: 'T' } } } },
  });
});
