/** Proof that a call comes from a client which knows its secret: SECRET_HASH, and the secret itself in OAuth. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { notAuthorized } from './pool-errors.ts';
import type { ClientRecord } from './records.ts';

/** Whether two texts are equal, in a time that tells nothing about where they differ. */
export function isSameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** Throws NotAuthorizedException unless the hash, over any one of the names, is the client's. A client without a secret needs none. */
export function checkSecretHash(client: ClientRecord, given: string | undefined, ...names: readonly string[]): void {
  const { secret } = client;
  if (secret === undefined) {
    if (given !== undefined)
      throw notAuthorized(`Client ${client.id} is not configured for secret but secret was received`);
    return;
  }
  if (given === undefined) {
    throw notAuthorized(`Client ${client.id} is configured with secret but SECRET_HASH was not received`);
  }
  const hashes = names.map((name) => createHmac('sha256', secret).update(`${name}${client.id}`).digest('base64'));
  // Each is compared, so that time does not tell which.
  if (!hashes.map((hash) => isSameSecret(given, hash)).includes(true)) {
    throw notAuthorized(`Unable to verify secret hash for client ${client.id}`);
  }
}
