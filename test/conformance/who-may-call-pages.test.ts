/** docs/iam.md and docs/authorizers.md are true: their commands run as they stand there, with the real AWS CLI, and print what the pages say. */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runPage } from '../support/aws-cli.ts';
import { startTestGatewright } from '../support/gatewright-in-process.ts';
import { skipWithout } from '../support/programs.ts';

const root = join(import.meta.dirname, '../..');

for (const name of ['iam', 'authorizers']) {
  test(`the commands of docs/${name}.md print what the page says`, { skip: skipWithout('aws', 'curl') }, async () => {
    const page = readFileSync(join(root, `docs/${name}.md`), 'utf8');
    const promised = [...page.matchAll(/^(?:curl|signed|aws) .* # (.+)$/gm)].map(([, text]) => text!);
    const gatewright = await startTestGatewright();
    try {
      const printed = (await runPage(page, gatewright.endpoint, root)).trim().split('\n');
      assert.deepEqual(printed, promised);
      assert.ok(promised.length >= 6);
    } finally {
      await gatewright.close();
    }
  });
}
