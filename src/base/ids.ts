/** Identifiers in the forms AWS gives them. Randomness comes from a pool refilled in bulk, so an id costs well under 1 µs. */
import { randomFillSync, randomUUID } from 'node:crypto';

const lowerAlphanumerics = 'abcdefghijklmnopqrstuvwxyz0123456789';
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const base64Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const pool = new Uint8Array(16_384);
let poolAt = pool.length;

function randomByte(): number {
  if (poolAt === pool.length) {
    randomFillSync(pool);
    poolAt = 0;
  }
  return pool[poolAt++]!;
}

function randomText(length: number, alphabet: string): string {
  // 252 is the largest multiple of 36 in a byte: bytes above it are drawn again, so no letter is likelier than another.
  const limit = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < length) {
    const byte = randomByte();
    if (byte < limit) text += alphabet[byte % alphabet.length];
  }
  return text;
}

/** 10 lower-case alphanumerics: REST, HTTP and WebSocket API ids, root resource ids, API key ids. */
export const newApiId = (): string => randomText(10, lowerAlphanumerics);

/** 6 lower-case alphanumerics: resources, deployments, authorizers, validators, models. */
export const newChildId = (): string => randomText(6, lowerAlphanumerics);

/** 7 lower-case alphanumerics: routes and integrations of HTTP and WebSocket APIs, and their responses. */
export const newRouteId = (): string => randomText(7, lowerAlphanumerics);
/** 13 lower-case alphanumerics: the `dXXXXXXXXXXXXX` of a CloudFront distribution's host name, without its `d`. */
export const newDistributionId = (): string => randomText(13, lowerAlphanumerics);
/** 40 letters and digits: the value of an API key (recorded). */
export const newApiKeyValue = (): string => randomText(40, letters + lowerAlphanumerics);

/** A version 4 UUID: `x-amzn-RequestId`, Lambda request ids, revision ids. */
export const newRequestId = (): string => randomUUID();

/** 16 characters of base64 ending in `=` (11 bytes), as in `x-amz-apigw-id: JJ1CUEWfoAMFzDA=`. */
export function newExtendedRequestId(): string {
  let id = '';
  for (let i = 0; i < 14; i++) id += base64Alphabet[randomByte() & 63];
  // The 15th character carries the last 4 of 88 bits, so its low two bits are zero.
  return `${id}${base64Alphabet[randomByte() & 60]}=`;
}

const hexPairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hexadecimal digits, an even number of them. */
export function newHex(digits: number): string {
  let text = '';
  for (let i = 0; i < digits; i += 2) text += hexPairs[randomByte()]!;
  return text;
}

let hexSecond = 0;
let hexOfSecond = '';

/** An X-Ray root, `1-<8 hex of epoch seconds>-<24 hex>`. */
export function newTraceRoot(nowMs: number): string {
  const second = Math.floor(nowMs / 1000);
  if (second !== hexSecond) {
    hexSecond = second;
    hexOfSecond = second.toString(16).padStart(8, '0');
  }
  return `1-${hexOfSecond}-${newHex(24)}`;
}
