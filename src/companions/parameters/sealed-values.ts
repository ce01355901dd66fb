/**
 * SecureStrings at rest: AES-256-GCM under a key of this server's own. Each KeyId has a key derived from it, so that what was sealed for one KMS key does not
 * open as another's; there is no KMS here and no key policy (decisions/0067).
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '../../ports/store.ts';
import { parameterKeys } from './records.ts';

const ivBytes = 12;
const tagBytes = 16;
const keyBytes = 32;

export interface SealedValues {
  /** `place` is the parameter's ARN: a value moved to another parameter does not open. */
  seal(value: string, keyId: string, place: string): string;
  open(sealed: string, keyId: string, place: string): string;
}

export interface KeyPlace {
  readonly store: Store;
  /** Where a file holds the key; undefined keeps it in the store, which nodes share or which is memory. */
  readonly folder: string | undefined;
}

/** The key is had beforehand: a transaction under way could not wait for another. */
export async function createSealedValues(place: KeyPlace): Promise<SealedValues> {
  const root = await rootKey(place);

  function keyFor(keyId: string): Buffer {
    return Buffer.from(hkdfSync('sha256', root, Buffer.alloc(0), `parameter ${keyId}`, keyBytes));
  }

  return {
    seal(value, keyId, arn) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', keyFor(keyId), iv).setAAD(Buffer.from(arn));
      const body = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64');
    },
    open(sealed, keyId, arn) {
      const bytes = Buffer.from(sealed, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', keyFor(keyId), bytes.subarray(0, ivBytes), {
        authTagLength: tagBytes,
      })
        .setAAD(Buffer.from(arn))
        .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
      return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]).toString('utf8');
    },
  };
}

async function rootKey({ store, folder }: KeyPlace): Promise<Buffer> {
  if (folder !== undefined) return keyInFile(join(folder, 'parameters.key'));
  return store.write(async (tx) => {
    const known = await tx.get(parameterKeys, ['local']);
    const key = known?.key ?? randomBytes(keyBytes).toString('base64');
    if (known === undefined) tx.put(parameterKeys, ['local'], { key });
    return Buffer.from(key, 'base64');
  });
}

/** Beside the database, not in it: a copy of the database alone opens nothing. */
function keyInFile(file: string): Buffer {
  try {
    return Buffer.from(readFileSync(file, 'utf8'), 'base64');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const key = randomBytes(keyBytes);
  writeFileSync(`${file}.new`, key.toString('base64'), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return key;
}
