/** Key pairs of user pools: made when first asked for, kept in the store, and remembered as key objects. */
import { createPrivateKey, createPublicKey, generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { Store } from '../../ports/store.ts';
import type { TokenKey } from '../../ports/token-issuers.ts';
import type { SigningKey, VerifyingKey } from '../jwt.ts';
import { type PoolKeysRecord, type PrivateJwk, poolKeys, pools } from './records.ts';

const makePair = promisify(generateKeyPair);

export type SigningPair = SigningKey & VerifyingKey;

export interface PoolKeys {
  readonly id: SigningPair;
  readonly access: SigningPair;
  /** 32 bytes. */
  readonly sealing: Buffer;
  /** As the pool's JWK set shows them. */
  readonly published: readonly TokenKey[];
}

export interface KeyRing {
  /** The keys of a pool, made now if it has none yet; undefined when there is no such pool. */
  keysOf(poolId: string): Promise<PoolKeys | undefined>;
  /** Forgets a pool's keys, or all, because the store did. */
  forget(poolId?: string): void;
}

/** Opens the key ring. Two pairs of RSA take a few hundred milliseconds of another thread, so they are made once per pool at first use. */
export function createKeyRing(store: Store): KeyRing {
  const known = new Map<string, Promise<PoolKeys | undefined>>();

  async function load(poolId: string): Promise<PoolKeys | undefined> {
    const [pool, kept] = await store.read(async (tx) => [
      await tx.get(pools, [poolId]),
      await tx.get(poolKeys, [poolId]),
    ]);
    if (pool === undefined) return undefined;
    if (kept !== undefined) return readKeys(kept);
    const [id, access] = await Promise.all([newJwk(), newJwk()]);
    const made: PoolKeysRecord = { id, access, sealing: randomBytes(32).toString('base64') };
    const winner = await store.write(async (tx) => {
      if ((await tx.get(pools, [poolId])) === undefined) return undefined;
      const other = await tx.get(poolKeys, [poolId]);
      if (other === undefined) tx.put(poolKeys, [poolId], made);
      return other ?? made;
    });
    return winner === undefined ? undefined : readKeys(winner);
  }

  return {
    async keysOf(poolId) {
      let found = known.get(poolId);
      if (found === undefined) {
        found = load(poolId);
        known.set(poolId, found);
        const forget = (): void => void (known.get(poolId) === found && known.delete(poolId));
        found.then((keys) => keys === undefined && forget(), forget);
      }
      return found;
    },
    forget(poolId) {
      if (poolId === undefined) known.clear();
      else known.delete(poolId);
    },
  };
}

async function newJwk(): Promise<PrivateJwk> {
  const { privateKey } = await makePair('rsa', { modulusLength: 2048 });
  const kid = randomBytes(32).toString('base64');
  return { ...privateKey.export({ format: 'jwk' }), kid } as PrivateJwk;
}

function readKeys(record: PoolKeysRecord): PoolKeys {
  return {
    id: pairOf(record.id),
    access: pairOf(record.access),
    sealing: Buffer.from(record.sealing, 'base64'),
    published: [record.id, record.access].map(({ kid, kty, n, e }) => ({ alg: 'RS256', e, kid, kty, n, use: 'sig' })),
  };
}

function pairOf(jwk: PrivateJwk): SigningPair {
  const privateKey = createPrivateKey({ key: jwk as Record<string, unknown>, format: 'jwk' });
  return { kid: jwk.kid, privateKey, publicKey: createPublicKey(privateKey) };
}
