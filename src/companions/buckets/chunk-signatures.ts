/** Signatures of a body that is signed piece by piece ("Signature calculations for the Authorization header: transferring payload in multiple chunks"). */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { headerValue } from '../../base/headers.ts';
import type { HttpRequest } from '../../base/http.ts';
import { basicTime, scopeText, signingKey } from '../../base/signing-key.ts';
import { claimedScope } from '../../base/sigv4-verify.ts';

const emptyHash = createHash('sha256').digest('hex');

/** Each signature is made with the one before it; the first with that of the request, which is verified already. */
export interface ChunkSignatures {
  isOfChunk(signature: string, hashOfData: string): boolean;
  /** `lines`: trailers as `name:value\n`. */
  isOfTrailers(signature: string, lines: string): boolean;
}

export function createChunkSignatures(request: HttpRequest, secret: string): ChunkSignatures {
  const authorization = headerValue(request.headers, 'authorization') ?? '';
  const scope = claimedScope(request)!;
  const key = signingKey(secret, scope);
  const amzDate =
    headerValue(request.headers, 'x-amz-date') ?? basicTime(Date.parse(headerValue(request.headers, 'date') ?? ''));
  let previous = /Signature=([0-9a-f]+)/.exec(authorization)?.[1] ?? '';

  function isNext(signature: string, kind: string, ...rest: string[]): boolean {
    const text = [`AWS4-HMAC-SHA256-${kind}`, amzDate, scopeText(scope), previous, ...rest].join('\n');
    const wanted = createHmac('sha256', key).update(text).digest();
    const given = Buffer.from(signature, 'hex');
    previous = signature;
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }

  return {
    isOfChunk: (signature, hashOfData) => isNext(signature, 'PAYLOAD', emptyHash, hashOfData),
    isOfTrailers: (signature, lines) => isNext(signature, 'TRAILER', createHash('sha256').update(lines).digest('hex')),
  };
}
