/** The checksums that S3 keeps of objects, calculated as the bytes come. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

export const checksumAlgorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256', 'SHA512', 'MD5'] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64; of a composite with `-` and the number of parts behind it. */
  readonly value: string;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
}

export interface RunningChecksum {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

export const isChecksumAlgorithm = (text: string): text is ChecksumAlgorithm =>
  (checksumAlgorithms as readonly string[]).includes(text);

export function runningChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  switch (algorithm) {
    case 'CRC32': {
      let value = 0;
      return {
        update: (bytes) => {
          value = crc32(bytes, value);
        },
        digest: () => bigEndian(value),
      };
    }
    case 'CRC32C':
      return crc32c();
    case 'CRC64NVME':
      return crc64();
    default: {
      const hash = createHash(algorithm.toLowerCase());
      return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
    }
  }
}

/** Of an object that came in parts: the checksum of their checksums. */
export function compositeChecksum(algorithm: ChecksumAlgorithm, parts: readonly string[]): Checksum {
  const running = runningChecksum(algorithm);
  for (const part of parts) running.update(Buffer.from(part, 'base64'));
  return { algorithm, type: 'COMPOSITE', value: `${running.digest().toString('base64')}-${parts.length}` };
}

function bigEndian(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

let table32c: Uint32Array | undefined;

/** Castagnoli's polynomial, reflected (RFC 3720). */
function crc32c(): RunningChecksum {
  table32c ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
    return value >>> 0;
  });
  const table = table32c;
  let value = 0xffffffff;
  return {
    update(bytes) {
      let crc = value;
      for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
      value = crc;
    },
    digest: () => bigEndian(~value),
  };
}

let tables64: { readonly high: Uint32Array; readonly low: Uint32Array } | undefined;

/** The polynomial of the NVM Express specification, reflected 0x9a6c9329ac4bc9b5, in two halves of 32 bits. */
function crc64(): RunningChecksum {
  tables64 ??= makeTables64();
  const { high, low } = tables64;
  let [h, l] = [0xffffffff, 0xffffffff];
  return {
    update(bytes) {
      let [a, b] = [h, l];
      for (let i = 0; i < bytes.length; i++) {
        const at = (b ^ bytes[i]!) & 0xff;
        b = ((b >>> 8) | (a << 24)) ^ low[at]!;
        a = (a >>> 8) ^ high[at]!;
      }
      h = a;
      l = b;
    },
    digest: () => Buffer.concat([bigEndian(~h), bigEndian(~l)]),
  };
}

function makeTables64(): { high: Uint32Array; low: Uint32Array } {
  const high = new Uint32Array(256);
  const low = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let [h, l] = [0, byte];
    for (let bit = 0; bit < 8; bit++) {
      const isOdd = l & 1;
      l = (l >>> 1) | (h << 31);
      h >>>= 1;
      if (isOdd) {
        h ^= 0x9a6c9329;
        l ^= 0xac4bc9b5;
      }
    }
    high[byte] = h;
    low[byte] = l;
  }
  return { high, low };
}
