/** The bytes of an object as they come in: decoded, counted, and held against every digest the caller gave before anybody may see them. */
import { createHash } from 'node:crypto';
import { headerValue } from '../../base/headers.ts';
import type { HttpRequest } from '../../base/http.ts';
import { Problem } from '../../base/problem.ts';
import { decodedAwsChunks, type Trailers } from './aws-chunked.ts';
import {
  type Checksum,
  type ChecksumAlgorithm,
  checksumAlgorithms,
  isChecksumAlgorithm,
  runningChecksum,
} from './checksums.ts';
import { createChunkSignatures } from './chunk-signatures.ts';
import {
  badChecksumValue,
  badDigest,
  badMd5,
  badRequest,
  entityTooLarge,
  incompleteBody,
  notBuilt,
  sha256Mismatch,
} from './refusals.ts';

/** What is known when all has come. */
export interface ReceivedObject {
  readonly size: number;
  /** Hex. */
  readonly md5: string;
  readonly checksum: Checksum;
  /** Whether the caller gave the checksum, or at least chose its algorithm. */
  readonly isChecksumGiven: boolean;
}

export interface IncomingObject {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** After the last byte. Throws a Problem when it is not what the caller said. */
  received(): ReceivedObject;
}

/** S3's limit for one PUT. */
export const maxPutBytes = 5 * 1024 * 1024 * 1024;

/** Where objects are written without anybody having asked for a checksum. */
const defaultAlgorithm: ChecksumAlgorithm = 'CRC64NVME';

export interface IncomingOptions {
  readonly request: HttpRequest;
  /** Of the verified key; undefined where nothing is verified. */
  readonly secret: string | undefined;
  /** What an upload in parts was begun with. */
  readonly wantedAlgorithm?: ChecksumAlgorithm | undefined;
}

/** Throws a Problem for digests that are none and for codings S3 does not have. */
export function incomingObject({ request, secret, wantedAlgorithm }: IncomingOptions): IncomingObject {
  const header = (name: string): string | undefined => headerValue(request.headers, name);
  const contentSha256 = header('x-amz-content-sha256') ?? '';
  const isChunked = contentSha256.startsWith('STREAMING-');
  const isSigned = contentSha256.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD');
  if (isChunked && !isSigned && contentSha256 !== 'STREAMING-UNSIGNED-PAYLOAD-TRAILER') {
    throw notBuilt(`A body signed as ${contentSha256}`);
  }
  const decodedLength = header('x-amz-decoded-content-length');
  const announced = Number(decodedLength ?? header('content-length') ?? Number.NaN);
  if (announced > maxPutBytes) throw entityTooLarge(announced, maxPutBytes);
  const givenMd5 = md5Of(header('content-md5'));
  const given = givenChecksum(header);
  const promised = header('x-amz-trailer')?.toLowerCase();
  const algorithm =
    given?.algorithm ?? trailerAlgorithm(promised) ?? sdkAlgorithm(header) ?? wantedAlgorithm ?? defaultAlgorithm;
  if (given !== undefined && decodedSize(given.value) !== digestBytes[given.algorithm]) {
    throw badChecksumValue(`x-amz-checksum-${given.algorithm.toLowerCase()}`);
  }

  const trailers: Trailers = { values: new Map() };
  const md5 = createHash('md5');
  const running = runningChecksum(algorithm);
  const sha256 = !isChunked && /^[0-9a-f]{64}$/i.test(contentSha256) ? createHash('sha256') : undefined;
  let size = 0;

  async function* counted(): AsyncGenerator<Uint8Array> {
    const source = bodyOf(request);
    const signatures = isSigned && secret !== undefined ? createChunkSignatures(request, secret) : undefined;
    for await (const piece of isChunked ? decodedAwsChunks(source, trailers, signatures) : source) {
      size += piece.length;
      if (size > maxPutBytes) throw entityTooLarge(size, maxPutBytes);
      md5.update(piece);
      running.update(piece);
      sha256?.update(piece);
      yield piece;
    }
  }

  return {
    bytes: counted(),
    received() {
      if (!Number.isNaN(announced) && size !== announced) throw incompleteBody(`${size} bytes came of ${announced}`);
      const md5Digest = md5.digest();
      if (givenMd5 !== undefined && !givenMd5.equals(md5Digest)) throw badDigest('Content-MD5');
      const computed = sha256?.digest('hex');
      if (computed !== undefined && computed !== contentSha256.toLowerCase())
        throw sha256Mismatch(contentSha256, computed);
      const value = running.digest().toString('base64');
      const wanted = given?.value ?? trailers.values.get(`x-amz-checksum-${algorithm.toLowerCase()}`);
      if (wanted === undefined && promised?.startsWith('x-amz-checksum-'))
        throw badRequest('The trailer that was announced did not come.');
      if (wanted !== undefined && wanted !== value) throw badDigest(algorithm);
      return {
        size,
        md5: md5Digest.toString('hex'),
        checksum: { algorithm, value, type: 'FULL_OBJECT' },
        isChecksumGiven: wanted !== undefined || sdkAlgorithm(header) !== undefined,
      };
    },
  };
}

/** Whatever came, as pieces. A body that breaks off rejects with IncompleteBody. */
export async function* bodyOf({ body, bodyStream }: HttpRequest): AsyncGenerator<Uint8Array> {
  if (bodyStream === undefined) {
    if (body.length > 0) yield body;
    return;
  }
  for (;;) {
    let piece: Uint8Array | undefined;
    try {
      piece = await bodyStream.read();
    } catch (error) {
      throw new Problem('IncompleteBody', incompleteBody().message, { why: String(error) });
    }
    if (piece === undefined) return;
    yield piece;
  }
}

const digestBytes: Readonly<Record<ChecksumAlgorithm, number>> = {
  ...{ CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32, SHA512: 64, MD5: 16 },
};

const decodedSize = (base64: string): number => Buffer.from(base64, 'base64').length;

function md5Of(given: string | undefined): Buffer | undefined {
  if (given === undefined) return undefined;
  const bytes = Buffer.from(given, 'base64');
  if (bytes.length !== 16) throw badMd5(given);
  return bytes;
}

/** The checksum of a header. More than one is refused, as S3 does. */
export function givenChecksum(
  header: (name: string) => string | undefined,
): { algorithm: ChecksumAlgorithm; value: string } | undefined {
  const given = checksumAlgorithms.flatMap((algorithm) => {
    const value = header(`x-amz-checksum-${algorithm.toLowerCase()}`);
    return value === undefined ? [] : [{ algorithm, value }];
  });
  if (given.length > 1)
    throw badRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  for (const name of ['xxhash64', 'xxhash3', 'xxhash128']) {
    if (header(`x-amz-checksum-${name}`) !== undefined) throw notBuilt(`The checksum ${name}`);
  }
  return given[0];
}

function trailerAlgorithm(promised: string | undefined): ChecksumAlgorithm | undefined {
  if (promised === undefined || !promised.startsWith('x-amz-checksum-')) return undefined;
  const name = promised.slice('x-amz-checksum-'.length).toUpperCase();
  if (!isChecksumAlgorithm(name)) throw notBuilt(`The checksum ${name}`);
  return name;
}

function sdkAlgorithm(header: (name: string) => string | undefined): ChecksumAlgorithm | undefined {
  const name = header('x-amz-sdk-checksum-algorithm')?.toUpperCase();
  if (name === undefined) return undefined;
  if (!isChecksumAlgorithm(name)) throw notBuilt(`The checksum ${name}`);
  return name;
}
