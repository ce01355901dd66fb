/** docs/portals.md is true: its commands run as they stand there, with an AWS CLI that knows portals, and print what the page says. */
import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { runPage } from '../support/aws-cli.ts';
import { startTestGatewright } from '../support/gatewright-in-process.ts';
import { skipWithout } from '../support/programs.ts';

/** Debian's is older than portals, another may stand beside it. */
function folderOfCli(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => existsSync(join(folder, 'aws')));
  return folders.find((folder) => {
    try {
      const [, tool, major, minor] =
        /^aws-cli\/((\d+)\.(\d+))/.exec(execFileSync(join(folder, 'aws'), ['--version'], { encoding: 'utf8' })) ?? [];
      return tool !== undefined && (Number(major) === 1 ? Number(minor) >= 43 : Number(minor) >= 32);
    } catch {
      return false;
    }
  });
}

const folder = skipWithout('aws', 'curl') === false ? folderOfCli() : undefined;

test('[V2-24] [NEW-05] the commands of docs/portals.md print what the page says', {
  skip: folder === undefined ? 'needs curl and an AWS CLI of 1.43, 2.32 or later, which knows portals' : false,
  // A command of the CLI takes seconds on a busy machine.
  timeout: 600_000,
}, async (t) => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/portals.md'), 'utf8');
  const gatewright = await startTestGatewright();
  t.after(() => gatewright.close());
  const printed = await runPage(page, gatewright.endpoint, join(import.meta.dirname, '../..'), folder);
  const promised = [...page.matchAll(/^(?:aws|curl|shown) .* # (\S.*)$/gm)].map(([, text]) => text!);
  assert.equal(promised.length, 9);
  assert.deepEqual(printed.trim().split('\n'), promised);
});
