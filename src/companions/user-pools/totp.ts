/** Codes of authenticator apps: TOTP of RFC 6238 with SHA-1, six digits, 30 seconds, which is what all of them speak. */
import { createHmac, randomBytes } from 'node:crypto';
import { isSameSecret } from './secret-hash.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const stepMs = 30_000;

/** 160 bits in Base32, as an authenticator app takes it. */
export function newTotpSecret(): string {
  return [...randomBytes(52)].map((byte) => alphabet[byte & 31]).join('');
}

function bytesOf(base32: string): Buffer {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const letter of base32) {
    value = ((value << 5) | alphabet.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 0xff);
    }
  }
  return Buffer.from(bytes);
}

/** The code of a time step. */
export function totpCode(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', bytesOf(secret)).update(counter).digest();
  const offset = mac[19]! & 0xf;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

export const totpStep = (nowMs: number): number => Math.floor(nowMs / stepMs);

/** The time step a code belongs to, one before and after allowed, later than `lastStep`; undefined for a wrong or used code. */
export function acceptedStep(
  secret: string,
  code: string,
  nowMs: number,
  lastStep: number | undefined,
): number | undefined {
  const now = totpStep(nowMs);
  return [now, now - 1, now + 1]
    .filter((step) => step > (lastStep ?? -1))
    .find((step) => isSameSecret(code, totpCode(secret, step)));
}
