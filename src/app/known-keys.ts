/** Access keys that are there without IAM: those of the settings, and in dev mode the ones that local tools are always given. */
import { type AccessKey, type Credentials, rootAccessKey } from '../ports/credentials.ts';
import type { Settings } from './settings.ts';

/** The secret of dev mode's keys; every local stand-in for AWS is used with it. */
const devSecret = 'test';
const devAccount = '000000000000';

/**
 * Keys of the settings are keys of their account's root. In dev mode `test` / `test` is the root of account 000000000000 and any 12 digits with the secret
 * `test` the root of that account, so that SDKs with made-up credentials can call APIs with AWS_IAM; their signature is verified like any other. `others` is
 * asked for every other key.
 */
export function knownKeys(
  { mode, credentials }: Pick<Settings, 'mode' | 'credentials'>,
  others: Credentials,
): Credentials {
  const keys = new Map<string, AccessKey>(credentials.map((key) => [key.accessKeyId, rootAccessKey(key)]));
  return {
    accessKey(accessKeyId) {
      const known = keys.get(accessKeyId);
      if (known !== undefined) return known;
      if (mode === 'dev') {
        const account = accessKeyId === 'test' ? devAccount : /^\d{12}$/.test(accessKeyId) ? accessKeyId : undefined;
        if (account !== undefined) return rootAccessKey({ accessKeyId, secretAccessKey: devSecret, account });
      }
      return others.accessKey(accessKeyId);
    },
  };
}
