/**
 * Compression: requests are unpacked before anything reads them, whatever the API sets; answers of an API with `minimumCompressionSize` are packed after
 * everything has written them (rows BIN-06 to BIN-08; guide pages api-gateway-gzip-compression-decompression and api-gateway-make-request-with-compressed-payload).
 */
import { promisify } from 'node:util';
import { deflate, deflateSync, gunzip, gzip, gzipSync, inflate, inflateRaw } from 'node:zlib';
import { hasHeader, headerValue, headerValues } from '../../base/headers.ts';
import type { Problem } from '../../base/problem.ts';
import type { Exchange } from '../exchange.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import type { Finish, Step } from '../plan.ts';

/** What a request may be once unpacked: the quota for bodies (row LIM-03), so a bomb costs no more than an honest request. */
const maxUnpackedBytes = 10 * 1024 * 1024;

type Unpack = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const unpackGzip = promisify(gunzip) as Unpack;
const unpackZlib = promisify(inflate) as Unpack;
const unpackRaw = promisify(inflateRaw) as Unpack;

/** `deflate` is zlib's format (RFC 9110 §8.4.1.2); clients that send it without zlib's header are as old as the name. */
const unpackDeflate: Unpack = (bytes, options) => {
  const isZlib = (bytes[0]! & 15) === 8 && bytes.readUInt16BE(0) % 31 === 0;
  return (isZlib ? unpackZlib : unpackRaw)(bytes, options);
};

/**
 * Unpacks a request's body; 415 for a coding AWS does not know or a body that is not what it says, 413 for one too large. Every method has it, so it has no
 * name. The header stays, and functions see it beside a body that is plain by then, as AWS's users report.
 */
export const unpackRequest: Step = {
  name: '',
  callsNobody: true,
  run: function unpackBody(x) {
    // The body of a test is text, and no client has packed it.
    if (x.request.body.length === 0 || x.isTest || !hasHeader(x.request.headers, 'content-encoding')) return undefined;
    const coding = headerValues(x.request.headers, 'content-encoding').join(',').trim().toLowerCase();
    if (coding === 'identity' || coding === '') return undefined;
    const unpack = coding === 'gzip' ? unpackGzip : coding === 'deflate' ? unpackDeflate : undefined;
    if (unpack === undefined) {
      const why = `the request's Content-Encoding is ${coding}; known are gzip, deflate and identity`;
      throw gatewayProblem('UNSUPPORTED_MEDIA_TYPE', why);
    }
    // A body of one byte has no format to look at.
    if (x.request.body.length < 2) throw corrupt(coding, 'it is too short');
    return unpackInto(x, coding, unpack);
  },
};

function corrupt(coding: string, reason: string): Problem {
  return gatewayProblem('UNSUPPORTED_MEDIA_TYPE', `the request's ${coding} body cannot be unpacked: ${reason}`);
}

async function unpackInto(x: Exchange, coding: string, unpack: Unpack): Promise<undefined> {
  let body: Buffer;
  try {
    body = await unpack(x.request.body, { maxOutputLength: maxUnpackedBytes });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') {
      throw gatewayProblem('REQUEST_TOO_LARGE', `the request's ${coding} body is larger than 10 MB once unpacked`);
    }
    throw corrupt(coding, String(error));
  }
  x.request = { ...x.request, body };
  return undefined;
}

type Pack = (bytes: string | Uint8Array) => Buffer | Promise<Buffer>;

/** Packing this much takes some 70 µs; a thread of its own costs more than that. Larger bodies must not hold up everybody else. */
const maxBytesAtOnce = 16 * 1024;

const packers: ReadonlyMap<string, { readonly atOnce: Pack; readonly aside: Pack }> = new Map([
  ['gzip', { atOnce: (bytes) => gzipSync(bytes), aside: promisify(gzip) as Pack }],
  ['deflate', { atOnce: (bytes) => deflateSync(bytes), aside: promisify(deflate) as Pack }],
]);

/** Packs answers of at least this many bytes, for clients that ask for a coding AWS knows before any other. */
export function packReply(minimumBytes: number): Finish {
  return {
    name: `pack ≥ ${minimumBytes} bytes`,
    run: function packBody(x, reply) {
      const { body, headers } = reply;
      // Whoever streams packs by themselves (developer guide).
      if (reply.stream !== undefined) return undefined;
      const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
      if (length === 0 || length < minimumBytes || hasHeader(headers, 'content-encoding')) return undefined;
      const coding = preferredCoding(headerValue(x.request.headers, 'accept-encoding') ?? '');
      const packer = packers.get(coding);
      if (packer === undefined) return undefined;

      const packed = length <= maxBytesAtOnce ? packer.atOnce(body) : packer.aside(body);
      if (!(packed instanceof Promise)) return replace(packed);
      return packed.then(replace);

      function replace(bytes: Buffer): void {
        reply.body = bytes;
        headers.push('Content-Encoding', coding);
      }
    },
  };
}

/**
 * The coding with the highest weight, of several the first; empty when there is none. AWS goes by that one alone: when it is not a coding it knows (`br`,
 * `*`), the answer goes out as it is.
 */
export function preferredCoding(acceptEncoding: string): string {
  let preferred = '';
  let highest = 0;
  for (const element of acceptEncoding.toLowerCase().split(',')) {
    const [name = '', ...parameters] = element.split(';').map((part) => part.trim());
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    const weight = q === undefined ? 1 : Number(q.slice(2));
    if (name === '' || !(weight > highest)) continue;
    preferred = name;
    highest = weight;
  }
  return preferred;
}
