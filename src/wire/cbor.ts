/**
 * CBOR (RFC 8949) as far as Smithy's RPC v2 uses it: reading takes every major type, definite and indefinite lengths and half floats; writing uses
 * definite lengths only. What is read comes out as JSON would have it, so that one decoder of shapes serves both: times (tag 1) as seconds, bytes as
 * base64.
 */
import { serializationProblem } from './decode-values.ts';

/** No shape is nested nearly so deep; what is would only serve to exhaust the stack. */
const maxNesting = 200;
/** Marks the end of an indefinite item. */
const breakCode = Symbol('break');

/** The one value in `bytes`. Throws a SerializationException for anything that is not exactly one well-formed item. */
export function readCbor(bytes: Uint8Array): unknown {
  const reader = new CborReader(bytes);
  const value = reader.value(0);
  if (value === breakCode || !reader.isAtEnd) throw malformed('The body is not one CBOR item');
  return value;
}

const malformed = (message: string): Error => serializationProblem(message);

class CborReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  value(depth: number): unknown {
    if (depth > maxNesting) throw malformed('The request body is nested too deep');
    const head = this.#bytes[this.#take(1)]!;
    const major = head >> 5;
    const info = head & 31;
    if (major === 7) return this.#simple(info);
    const length = this.#argument(info);
    switch (major) {
      case 0:
        return required(length);
      case 1:
        return -1 - required(length);
      case 2:
        return Buffer.from(this.#chunks(length, 2)).toString('base64');
      case 3:
        return utf8(this.#chunks(length, 3));
      case 4:
        return this.#list(length, depth);
      case 5:
        return this.#map(length, depth);
      default:
        // Tag 1 is a time in seconds, which is how JSON has it too; no other tag means anything here.
        return this.value(depth + 1);
    }
  }

  /** Where the next `count` bytes begin. */
  #take(count: number): number {
    const at = this.#at;
    if (count > this.#bytes.length - at) throw malformed('The body ends within a CBOR item');
    this.#at += count;
    return at;
  }

  /** The number after a head; undefined for an indefinite length. */
  #argument(info: number): number | undefined {
    if (info < 24) return info;
    switch (info) {
      case 24:
        return this.#view.getUint8(this.#take(1));
      case 25:
        return this.#view.getUint16(this.#take(2));
      case 26:
        return this.#view.getUint32(this.#take(4));
      case 27: {
        const wide = this.#view.getBigUint64(this.#take(8));
        if (wide > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed('A CBOR integer is too large');
        return Number(wide);
      }
      case 31:
        return undefined;
      default:
        throw malformed('The body is not well-formed CBOR');
    }
  }

  #chunks(length: number | undefined, major: number): Uint8Array {
    if (length !== undefined) {
      const at = this.#take(length);
      return this.#bytes.subarray(at, at + length);
    }
    const chunks: Uint8Array[] = [];
    for (;;) {
      const head = this.#bytes[this.#take(1)]!;
      if (head === 0xff) return Buffer.concat(chunks);
      const chunkLength = head >> 5 === major ? this.#argument(head & 31) : undefined;
      if (chunkLength === undefined) throw malformed('The body is not well-formed CBOR');
      chunks.push(this.#chunks(chunkLength, major));
    }
  }

  #list(length: number | undefined, depth: number): unknown[] {
    const items: unknown[] = [];
    for (let i = 0; length === undefined || i < length; i++) {
      const item = this.value(depth + 1);
      if (item === breakCode) {
        if (length === undefined) return items;
        throw malformed('The body is not well-formed CBOR');
      }
      items.push(item);
    }
    return items;
  }

  #map(length: number | undefined, depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    for (let i = 0; length === undefined || i < length; i++) {
      const key = this.value(depth + 1);
      if (key === breakCode && length === undefined) break;
      if (typeof key !== 'string' || key === '__proto__') throw malformed('The keys of a CBOR map must be texts');
      const value = this.value(depth + 1);
      if (value === breakCode) throw malformed('The body is not well-formed CBOR');
      entries.push([key, value]);
    }
    return Object.fromEntries(entries);
  }

  #simple(info: number): unknown {
    switch (info) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
      case 23:
        return null;
      case 25:
        return this.#view.getFloat16(this.#take(2));
      case 26:
        return this.#view.getFloat32(this.#take(4));
      case 27:
        return this.#view.getFloat64(this.#take(8));
      case 31:
        return breakCode;
      default:
        throw malformed('The body is not well-formed CBOR');
    }
  }
}

function required(argument: number | undefined): number {
  if (argument === undefined) throw malformed('The body is not well-formed CBOR');
  return argument;
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw serializationProblem('Invalid UTF-8 in payload', cause);
  }
}

/** Collects what is written; values go in by their type. */
export class CborWriter {
  readonly #parts: Uint8Array[] = [];

  get bytes(): Uint8Array {
    return Buffer.concat(this.#parts);
  }

  integer(value: number): void {
    if (value < 0) this.#head(1, -1 - value);
    else this.#head(0, value);
  }

  double(value: number): void {
    const part = Buffer.allocUnsafe(9);
    part[0] = 0xfb;
    part.writeDoubleBE(value, 1);
    this.#parts.push(part);
  }

  text(value: string): void {
    const bytes = Buffer.from(value);
    this.#head(3, bytes.length);
    this.#parts.push(bytes);
  }

  blob(value: Uint8Array): void {
    this.#head(2, value.length);
    this.#parts.push(value);
  }

  boolean(value: boolean): void {
    this.#parts.push(Uint8Array.of(value ? 0xf5 : 0xf4));
  }

  /** Epoch milliseconds, as tag 1 with seconds. */
  time(ms: number): void {
    this.#head(6, 1);
    if (ms % 1000 === 0) this.integer(ms / 1000);
    else this.double(ms / 1000);
  }

  /** `count` values follow. */
  list(count: number): void {
    this.#head(4, count);
  }

  /** `count` pairs of a text and a value follow. */
  map(count: number): void {
    this.#head(5, count);
  }

  #head(major: number, argument: number): void {
    const high = major << 5;
    let part: Buffer;
    if (argument < 24) part = Buffer.of(high | argument);
    else if (argument < 2 ** 8) part = Buffer.of(high | 24, argument);
    else if (argument < 2 ** 16) {
      part = Buffer.of(high | 25, 0, 0);
      part.writeUInt16BE(argument, 1);
    } else if (argument < 2 ** 32) {
      part = Buffer.of(high | 26, 0, 0, 0, 0);
      part.writeUInt32BE(argument, 1);
    } else {
      part = Buffer.alloc(9, high | 27);
      part.writeBigUInt64BE(BigInt(argument), 1);
    }
    this.#parts.push(part);
  }
}
