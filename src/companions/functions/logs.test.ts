import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createFunctionLog, createLineSplitter } from './logs.ts';

test('a log keeps its newest lines within its size', () => {
  const log = createFunctionLog(1000);
  for (let i = 0; i < 10_000; i++)
    log.append({ timestampMs: i, stream: 's', message: `line ${String(i).padStart(5, '0')}` });
  const lines = log.lines();
  assert.equal(lines.length, 100);
  assert.equal(lines[0]!.message, 'line 09900');
  assert.equal(lines.at(-1)!.message, 'line 09999');
});

test('one endless line is cut, and does not empty the log for ever', () => {
  const log = createFunctionLog(1000);
  log.append({ timestampMs: 0, stream: 's', message: 'x'.repeat(1_000_000) });
  assert.equal(log.lines()[0]!.message.length, 64 * 1024);
  log.append({ timestampMs: 1, stream: 's', message: 'next' });
  assert.deepEqual(
    log.lines().map(({ message }) => message),
    ['next'],
  );
});

test('output is cut into lines, over chunk borders and within characters', () => {
  const lines: string[] = [];
  const splitter = createLineSplitter((line) => lines.push(line));
  const bytes = Buffer.from('eins\nzwölf\n\nrest');
  for (const byte of bytes) splitter.push(Buffer.from([byte]));
  assert.deepEqual(lines, ['eins', 'zwölf', '']);
  splitter.flush();
  assert.deepEqual(lines, ['eins', 'zwölf', '', 'rest']);
});

test('output without line ends is not collected without end', () => {
  const lengths: number[] = [];
  const splitter = createLineSplitter((line) => lengths.push(line.length));
  for (let i = 0; i < 100; i++) splitter.push(Buffer.alloc(10_000, 'x'));
  assert.equal(lengths.length, 15);
  assert.ok(lengths.every((length) => length === 64 * 1024));
});
