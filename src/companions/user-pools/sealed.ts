/** State that a client carries from one call to the next (`Session`, `SECRET_BLOCK`, authorization codes): encrypted, so it can be neither read nor made. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ivBytes = 12;
const tagBytes = 16;

/** Base64 of a JSON value under AES-256-GCM; `purpose` keeps one kind of state from passing for another. */
export function seal(key: Buffer, purpose: string, value: unknown, expiresMs: number): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(purpose));
  const text = JSON.stringify({ expiresMs, value });
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64');
}

export type Unsealed<T> =
  | { readonly state: 'good'; readonly value: T }
  | { readonly state: 'expired' }
  | { readonly state: 'foreign' };

/** What was sealed for this purpose. Padding and alphabet of Base64 are not regarded. */
export function unseal<T>(key: Buffer, purpose: string, sealed: string, nowMs: number): Unsealed<T> {
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length < ivBytes + tagBytes) return { state: 'foreign' };
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
      .setAAD(Buffer.from(purpose))
      .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
    const text = Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]).toString();
    const { expiresMs, value } = JSON.parse(text) as { expiresMs: number; value: T };
    return nowMs < expiresMs ? { state: 'good', value } : { state: 'expired' };
  } catch {
    return { state: 'foreign' };
  }
}
