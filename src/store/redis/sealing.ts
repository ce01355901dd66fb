/** What stands in Redis and is not to be read there: AES-256-GCM with a key that all nodes have from their store, and Redis has not. */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

export interface Sealing {
  /** Never twice alike. */
  seal(plain: Buffer): Buffer;
  /** Undefined for what was sealed with another key, or changed since. */
  open(sealed: Buffer): Buffer | undefined;
  /** A name that says nothing of the text, the same on all nodes. */
  nameOf(text: string): string;
}

const ivBytes = 12;
const tagBytes = 16;

/** `secret` is 32 bytes or more. */
export function sealingWith(secret: Buffer): Sealing {
  const derived = (use: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', `gatewright ${use}`, 32));
  const [sealKey, nameKey] = [derived('seal'), derived('name')];
  return {
    seal(plain) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', sealKey, iv);
      const text = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), text]);
    },
    open(sealed) {
      try {
        const decipher = createDecipheriv('aes-256-gcm', sealKey, sealed.subarray(0, ivBytes), {
          authTagLength: tagBytes,
        });
        decipher.setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
        return Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()]);
      } catch {
        return undefined;
      }
    },
    nameOf: (text) => createHmac('sha256', nameKey).update(text).digest('base64url'),
  };
}
