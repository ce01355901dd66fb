/** The chunked transfer coding of a request body (RFC 9112 §7.1), decoded as the bytes come and as strictly as the head. */
import { BodyBuffer } from './body-buffer.ts';
import type { Refusal } from './http-handler.ts';

export interface ChunkedBody {
  /**
   * Takes bytes from `at` to `end`. A number is the index behind the last byte of the body; undefined says that more must come.
   */
  take(bytes: Buffer, at: number, end: number): number | Refusal | undefined;
}

export interface WholeChunkedBody extends ChunkedBody {
  /** What was decoded; meant for when `take` has given a number. */
  whole(): Buffer;
}

const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const semicolon = 0x3b;

/** Sizes, extensions and trailers together; they carry nothing we use, so a few kilobytes are generous. */
const maxOverheadBytesPerChunk = 256;
const maxTrailerBytes = 8_192;

type State =
  | 'size'
  | 'extension'
  | 'size-lf'
  | 'data'
  | 'data-cr'
  | 'data-lf'
  | 'trailer'
  | 'trailer-line'
  | 'trailer-lf'
  | 'end-lf';

const badChunk = (why: string): Refusal => ({ status: 400, why: `bad chunk: ${why}` });

/** Takes decoded bytes, which are valid during the call only. */
export interface DecodedBytes {
  /** Bytes counted against the limit. */
  readonly size: number;
  append(from: Buffer, start: number, end: number): void;
}

/** `maxBytes` bounds the decoded body; more is 413. */
export function chunkedBody(maxBytes: number): WholeChunkedBody {
  const body = new BodyBuffer(maxBytes);
  return { ...decodedChunks(maxBytes, body), whole: () => body.whole() };
}

/** As `chunkedBody`, with the decoded bytes going to `body` as they come. */
export function decodedChunks(maxBytes: number, body: DecodedBytes): ChunkedBody {
  let state: State = 'size';
  let digits = 0;
  let left = 0;
  let overhead = 0;

  function take(bytes: Buffer, from: number, to: number): number | Refusal | undefined {
    let i = from;
    while (i < to) {
      if (state === 'data') {
        const end = Math.min(to, i + left);
        body.append(bytes, i, end);
        left -= end - i;
        i = end;
        if (left === 0) state = 'data-cr';
        continue;
      }
      const byte = bytes[i++]!;
      switch (state) {
        case 'size': {
          const digit = hexValue(byte);
          if (digit >= 0) {
            if (++digits > 8) return badChunk('the size has too many digits');
            left = left * 16 + digit;
            break;
          }
          if (digits === 0) return badChunk('the size is no hex number');
          if (body.size + left > maxBytes) return { status: 413, why: `body over ${maxBytes} bytes` };
          overhead = 0;
          if (byte === carriageReturn) state = 'size-lf';
          else if (byte === semicolon) state = 'extension';
          else return badChunk('the size is no hex number');
          break;
        }
        case 'extension':
          if (byte === carriageReturn) state = 'size-lf';
          else if (byte < 0x20 && byte !== 0x09) return badChunk('a control character in an extension');
          else if (++overhead > maxOverheadBytesPerChunk) return badChunk('an extension is too long');
          break;
        case 'size-lf':
          if (byte !== lineFeed) return badChunk('CR without LF after the size');
          state = left === 0 ? 'trailer' : 'data';
          overhead = 0;
          break;
        case 'data-cr':
          if (byte !== carriageReturn) return badChunk('longer than its size');
          state = 'data-lf';
          break;
        case 'data-lf':
          if (byte !== lineFeed) return badChunk('CR without LF after the data');
          state = 'size';
          digits = 0;
          break;
        case 'trailer':
          if (byte === carriageReturn) state = 'end-lf';
          else if (byte <= 0x20) return badChunk('a trailer begins with a control character or a space');
          else if (++overhead > maxTrailerBytes) return badChunk('trailers are too long');
          else state = 'trailer-line';
          break;
        case 'trailer-line':
          if (byte === carriageReturn) state = 'trailer-lf';
          else if (byte < 0x20 && byte !== 0x09) return badChunk('a control character in a trailer');
          else if (++overhead > maxTrailerBytes) return badChunk('trailers are too long');
          break;
        case 'trailer-lf':
          if (byte !== lineFeed) return badChunk('CR without LF in a trailer');
          overhead += 2;
          state = 'trailer';
          break;
        case 'end-lf':
          return byte === lineFeed ? i : badChunk('CR without LF at the end');
      }
    }
    return undefined;
  }

  return { take };
}

/** -1 for what is no hex digit. */
function hexValue(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
