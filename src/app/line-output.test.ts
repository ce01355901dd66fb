import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { Log } from '../ports/telemetry.ts';
import { openLineOutput } from './line-output.ts';

describe('lines for collectors', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatewright-lines-'));
  after(() => rmSync(folder, { recursive: true }));

  function heard(): Log & { readonly told: string[] } {
    const told: string[] = [];
    const say = (message: string, more?: object) => void told.push(`${message} ${JSON.stringify(more ?? {})}`);
    return { told, debug: say, info: say, warn: say, error: say };
  }

  /** A process that writes so many lines, more than any pipe holds, before anybody reads one. */
  function writer(target: string, lines: number): string[] {
    const source = `
      import { stat } from 'node:fs/promises';
      import { openLineOutput } from ${JSON.stringify(join(import.meta.dirname, 'line-output.ts'))};
      console.log('ready');
      const say = (message) => console.error(message);
      const output = openLineOutput(${JSON.stringify(target)}, { debug: say, info: say, warn: say, error: say });
      for (let i = 0; i < ${lines}; i++) output.write(0, i + ' ' + 'x'.repeat(500));
      // Whatever is written is tried meanwhile.
      for (let i = 0; i < 100; i++) await stat('.');
      console.error('written');
      await output.close();`;
    return ['--input-type=module', '-e', source];
  }

  test('standard output that is read slowly loses no line: what a full pipe does not take waits', async () => {
    const child = spawn(process.execPath, writer('stdout', 5_000), { stdio: ['ignore', 'pipe', 'pipe'] });
    const exit = once(child, 'exit');
    let complaints = '';
    child.stderr.setEncoding('utf8');
    for await (const chunk of child.stderr) {
      complaints += chunk;
      if (complaints.includes('written')) break;
    }
    let text = '';
    child.stdout.setEncoding('utf8');
    for await (const chunk of child.stdout) text += chunk;
    await exit;
    const lines = text.trimEnd().split('\n');
    assert.deepEqual([lines.length, lines[0], lines.at(-1)?.slice(0, 5)], [5_001, 'ready', '4999 ']);
    assert.equal(complaints, 'written\n');
  });

  test('a file that could not be written is tried again, and the lines between are counted', async () => {
    const place = join(folder, 'not-there-yet');
    const file = join(place, 'access.log');
    const log = heard();
    let nowMs = 0;
    const output = openLineOutput(file, log, 'access log', { nowMs: () => nowMs });
    const failing = new Promise<void>((resolve) => {
      const { error } = log;
      Object.assign(log, {
        error(message: string) {
          error(message);
          resolve();
        },
      });
    });
    output.write(0, 'lost');
    await failing;
    output.write(0, 'lost too');
    mkdirSync(place);
    nowMs = 9_999;
    output.write(0, 'still lost');
    nowMs = 10_000;
    output.write(0, 'kept');
    await output.close();
    assert.equal(readFileSync(file, 'utf8'), 'kept\n');
    assert.equal(output.dropped(), 3);
  });

  test('whoever never reads a pipe holds up the end for a moment only', async () => {
    const pipe = join(folder, 'pipe');
    const made = spawn('mkfifo', [pipe]);
    await once(made, 'exit');
    const log = heard();
    const output = openLineOutput(pipe, log, 'access log', { closeWithinMs: 1 });
    for (let i = 0; i < 1_000; i++) output.write(0, 'x'.repeat(1_000));
    await output.close();
    assert.match(log.told.join('\n'), /did not take all of the access log/);
  });
});
