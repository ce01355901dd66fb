/** The content coding `aws-chunked`: pieces with their signatures, and trailers behind them, which bring the checksums of bodies that are not known beforehand. */
import { createHash, type Hash } from 'node:crypto';
import { Problem } from '../../base/problem.ts';
import type { ChunkSignatures } from './chunk-signatures.ts';
import { incompleteBody } from './refusals.ts';

export interface Trailers {
  /** By lower-case name; filled when the body has been read. */
  readonly values: Map<string, string>;
}

/** A line longer than this is none. */
const maxLineBytes = 16_384;

const badChunk = (): Problem => incompleteBody('the body is not well-formed aws-chunked');
const badSignature = (): Problem =>
  new Problem(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    { why: 'a chunk of the body is not signed by the caller' },
  );

/** Decodes `source`. `signatures`: each piece has to be signed; undefined believes whatever is said. */
export async function* decodedAwsChunks(
  source: AsyncIterable<Uint8Array>,
  trailers: Trailers,
  signatures: ChunkSignatures | undefined,
): AsyncGenerator<Uint8Array> {
  const pieces = source[Symbol.asyncIterator]();
  let bytes: Buffer = Buffer.alloc(0);

  async function more(): Promise<boolean> {
    const next = await pieces.next();
    if (next.done === true) return false;
    bytes = bytes.length === 0 ? Buffer.from(next.value) : Buffer.concat([bytes, next.value]);
    return true;
  }

  /** Without its CRLF; undefined at the end. */
  async function line(): Promise<string | undefined> {
    for (;;) {
      const end = bytes.indexOf('\r\n');
      if (end >= 0) {
        const text = bytes.toString('latin1', 0, end);
        bytes = bytes.subarray(end + 2);
        return text;
      }
      if (bytes.length > maxLineBytes) throw badChunk();
      if (!(await more())) {
        if (bytes.length === 0) return undefined;
        const text = bytes.toString('latin1');
        bytes = Buffer.alloc(0);
        return text;
      }
    }
  }

  async function* data(size: number, hash: Hash | undefined): AsyncGenerator<Buffer> {
    for (let left = size; left > 0; ) {
      if (bytes.length === 0 && !(await more())) throw incompleteBody('the body ends within a chunk');
      const piece = bytes.subarray(0, left);
      bytes = bytes.subarray(piece.length);
      left -= piece.length;
      hash?.update(piece);
      yield piece;
    }
    while (bytes.length < 2) if (!(await more())) throw incompleteBody('the body ends within a chunk');
    if (bytes[0] !== 0x0d || bytes[1] !== 0x0a) throw badChunk();
    bytes = bytes.subarray(2);
  }

  for (;;) {
    const head = await line();
    if (head === undefined) throw incompleteBody('the last chunk did not come');
    const [, digits, signature] = /^([0-9a-fA-F]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?(?:;.*)?$/.exec(head) ?? [];
    if (digits === undefined) throw badChunk();
    const size = Number.parseInt(digits, 16);
    const hash = signatures === undefined ? undefined : createHash('sha256');
    if (size > 0) yield* data(size, hash);
    if (hash !== undefined && (signature === undefined || !signatures!.isOfChunk(signature, hash.digest('hex')))) {
      throw badSignature();
    }
    if (size === 0) break;
  }

  let lines = '';
  let trailerSignature: string | undefined;
  for (let text = await line(); text !== undefined && text !== ''; text = await line()) {
    const at = text.indexOf(':');
    if (at <= 0 || lines.length > maxLineBytes) throw badChunk();
    const name = text.slice(0, at).trim().toLowerCase();
    const value = text.slice(at + 1).trim();
    if (name === 'x-amz-trailer-signature') trailerSignature = value;
    else {
      trailers.values.set(name, value);
      lines += `${name}:${value}\n`;
    }
  }
  if (signatures !== undefined && lines !== '' && !signatures.isOfTrailers(trailerSignature ?? '', lines)) {
    throw badSignature();
  }
}
