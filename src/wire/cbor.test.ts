import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { cbor } from '@smithy/core/cbor';
import { CborWriter, readCbor } from './cbor.ts';

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');

test("values of RFC 8949's appendix A are read", () => {
  const examples: [string, unknown][] = [
    ['00', 0],
    ['17', 23],
    ['1818', 24],
    ['1903e8', 1000],
    ['1a000f4240', 1_000_000],
    ['1b000000e8d4a51000', 1_000_000_000_000],
    ['20', -1],
    ['3903e7', -1000],
    ['f93e00', 1.5],
    ['f97bff', 65504],
    ['fa47c35000', 100_000],
    ['fb3ff199999999999a', 1.1],
    ['f4', false],
    ['f5', true],
    ['f6', null],
    ['f7', null],
    ['c11a514b67b0', 1_363_896_240],
    ['4401020304', 'AQIDBA=='],
    ['62c3bc', 'ü'],
    ['83010203', [1, 2, 3]],
    ['a26161016162820203', { a: 1, b: [2, 3] }],
    ['5f42010243030405ff', 'AQIDBAU='],
    ['7f657374726561646d696e67ff', 'streaming'],
    ['9f018202039f0405ffff', [1, [2, 3], [4, 5]]],
    ['bf61610161629f0203ffff', { a: 1, b: [2, 3] }],
  ];
  for (const [bytes, value] of examples) assert.deepEqual(readCbor(hex(bytes)), value, bytes);
});

test('what is not exactly one well-formed item is refused', () => {
  const broken = [
    '',
    '18',
    '83 01 02',
    'ff',
    '00 00',
    '5f 00 ff',
    '9f',
    'a1 01 02',
    '61 ff',
    '1c',
    'fc',
    '82 ff',
    'bf 6161 ff',
  ];
  for (const bytes of [...broken, '9b 7fffffffffffffff', '1b ffffffffffffffff', 'a1 69 5f5f70726f746f5f5f 01'])
    assert.throws(() => readCbor(hex(bytes)), { kind: 'SerializationException' }, bytes);
  assert.throws(() => readCbor(Buffer.alloc(100_000, 0x81)), { kind: 'SerializationException' });
  assert.throws(() => readCbor(Buffer.alloc(100_000, 0xc1)), { kind: 'SerializationException' });
});

test('what is written, others read', () => {
  const writer = new CborWriter();
  writer.list(9);
  for (const value of [0, 24, 300, 70_000, 2 ** 40, -1, -500]) writer.integer(value);
  writer.double(0.5);
  writer.map(4);
  writer.text('yes');
  writer.boolean(true);
  writer.text('at');
  writer.time(1_700_000_000_500);
  writer.text('blob');
  writer.blob(Uint8Array.of(1, 2));
  writer.text('long');
  writer.text('x'.repeat(300));
  const value = cbor.deserialize(writer.bytes) as unknown[];
  assert.deepEqual(value.slice(0, 8).map(Number), [0, 24, 300, 70_000, 2 ** 40, -1, -500, 0.5]);
  const { at, blob, ...rest } = value[8] as Record<string, unknown>;
  assert.deepEqual(rest, { yes: true, long: 'x'.repeat(300) });
  assert.equal((at as { value: number }).value, 1_700_000_000.5);
  assert.deepEqual([...(blob as Uint8Array)], [1, 2]);
});

test('bytes of nonsense are a refusal, never anything else', () => {
  // A generator of its own, so that a failure can be seen again.
  let state = 1;
  const byte = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 24;
  };
  for (let i = 0; i < 20_000; i++) {
    const bytes = Uint8Array.from({ length: 1 + (byte() % 24) }, byte);
    try {
      readCbor(bytes);
    } catch (error) {
      assert.equal((error as { kind?: string }).kind, 'SerializationException', Buffer.from(bytes).toString('hex'));
    }
  }
});
