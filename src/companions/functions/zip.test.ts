import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { zipSync } from 'fflate';
import { maxUnzippedBytes, readZip } from './zip.ts';

const refused = { kind: 'InvalidParameterValueException', message: /^Could not unzip uploaded file\./ };
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** An archive of one entry with these Unix mode bits. */
const zipWithMode = (name: string, content: string, mode: number): Buffer =>
  Buffer.from(zipSync({ [name]: [text(content), { os: 3, attrs: (mode << 16) >>> 0 }] }));

test('files, folders and execute permissions are read', () => {
  const archive = zipSync({
    'src/index.js': text('1'),
    bootstrap: [text('#!/bin/sh'), { os: 3, attrs: (0o100755 << 16) >>> 0 }],
    stored: [text('plain'), { level: 0 }],
    'empty/': new Uint8Array(),
  });
  const entries = readZip(archive).map(({ path, kind, isExecutable, bytes }) => [
    path,
    kind,
    isExecutable,
    Buffer.from(bytes).toString(),
  ]);
  assert.deepEqual(entries, [
    ['src/index.js', 'file', false, '1'],
    ['bootstrap', 'file', true, '#!/bin/sh'],
    ['stored', 'file', false, 'plain'],
    ['empty', 'folder', false, ''],
  ]);
});

test('names that leave the folder are refused', () => {
  for (const name of ['../x', 'a/../../x', '/etc/passwd', 'a\\..\\x', 'C:/x', 'a\0b']) {
    assert.throws(() => readZip(zipSync({ [name]: text('1') })), refused, name);
  }
});

test('a link may point inside the folder only', () => {
  assert.equal(readZip(zipWithMode('a/link', '../b', 0o120777))[0]!.kind, 'link');
  for (const target of ['/etc/passwd', '..', '../x', 'a/../../x']) {
    assert.throws(() => readZip(zipWithMode('link', target, 0o120777)), refused, target);
  }
});

test('nothing may be written through a link', () => {
  const link = [text('inside'), { os: 3 as const, attrs: (0o120777 << 16) >>> 0 }] as const;
  const through = zipSync({ 'd/file': text('1'), d: [link[0], link[1]] } as unknown as Parameters<typeof zipSync>[0]);
  assert.throws(() => readZip(through), refused);
});

test('an entry that says it is small and is not stops at what it said', () => {
  const archive = Buffer.from(zipSync({ bomb: new Uint8Array(50_000_000) }));
  assert.ok(archive.length < 100_000);
  const directory = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  archive.writeUInt32LE(10, directory + 24);
  const before = process.memoryUsage().arrayBuffers;
  assert.throws(() => readZip(archive), refused);
  assert.ok(process.memoryUsage().arrayBuffers - before < 5_000_000);
});

test('more than 250 MB unzipped is refused before anything is inflated', () => {
  const archive = Buffer.from(zipSync({ bomb: text('x') }));
  const directory = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  archive.writeUInt32LE(maxUnzippedBytes + 1, directory + 24);
  assert.throws(() => readZip(archive), { message: `Unzipped size must be smaller than ${maxUnzippedBytes} bytes` });
});

test('a cut, changed or encrypted archive is refused', () => {
  const archive = Buffer.from(zipSync({ 'index.js': text('exports.handler = 1;'.repeat(20)) }));
  const directory = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  for (let length = 0; length < archive.length; length += 7) {
    assert.throws(() => readZip(archive.subarray(0, length)), refused, `cut at ${length}`);
  }
  const changed = Buffer.from(archive);
  changed.writeUInt32LE(1, directory + 16);
  assert.throws(() => readZip(changed), refused, 'checksum');
  const encrypted = Buffer.from(archive);
  encrypted.writeUInt16LE(1, directory + 8);
  assert.throws(() => readZip(encrypted), refused, 'encrypted');
});

test('random damage never gets through as anything but AWS words', () => {
  const archive = Buffer.from(zipSync({ 'a.js': text('x'.repeat(300)), 'b/c.js': text('y') }));
  for (let at = 0; at < archive.length; at++) {
    const damaged = Buffer.from(archive);
    damaged[at] = damaged[at]! ^ 0xff;
    try {
      readZip(damaged);
    } catch (error) {
      assert.equal((error as { kind?: string }).kind, 'InvalidParameterValueException', `byte ${at}: ${error}`);
    }
  }
});
