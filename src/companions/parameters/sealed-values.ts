/** SecureStrings at rest: AES-256-GCM. Each KeyId has a key of its own, so that what was sealed for one KMS key does not open as another's. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KeyFor } from '../local-keys.ts';

const ivBytes = 12;
const tagBytes = 16;

export interface SealedValues {
  /** `place` is the parameter's ARN: a value moved to another parameter does not open. */
  seal(value: string, keyId: string, place: string): string;
  open(sealed: string, keyId: string, place: string): string;
}

export function createSealedValues(keyFor: KeyFor): SealedValues {
  return {
    seal(value, keyId, place) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', keyFor(`parameter ${keyId}`), iv).setAAD(Buffer.from(place));
      const body = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64');
    },
    open(sealed, keyId, place) {
      const bytes = Buffer.from(sealed, 'base64');
      const key = keyFor(`parameter ${keyId}`);
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
        .setAAD(Buffer.from(place))
        .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
      return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]).toString('utf8');
    },
  };
}
