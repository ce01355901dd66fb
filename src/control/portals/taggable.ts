/** What of portals has tags, by its ARN (rows CP-26, CP-27). */
import { portalProducts, portals } from '../../ports/records.ts';
import type { ReadTransaction, WriteTransaction } from '../../ports/store.ts';
import type { Call } from '../../wire/call.ts';
import { readPortalArn } from './arns.ts';
import { noSuchPortal, noSuchProduct } from './refusals.ts';

type Tags = Readonly<Record<string, string>>;

export interface TaggedPortal {
  readonly tags: Tags;
  keep(tx: WriteTransaction, tags: Tags): void;
}

/** Undefined when the ARN is of something else. */
export async function taggedPortal(tx: ReadTransaction, call: Call, arn: string): Promise<TaggedPortal | undefined> {
  const named = readPortalArn(arn);
  if (named === undefined) return undefined;
  const { account, region, id } = named;
  const isOwn = account === call.account && region === call.region;
  const key = [account, region, id];
  if (named.family === 'portals') {
    const portal = isOwn ? await tx.get(portals, key) : undefined;
    if (portal === undefined) throw noSuchPortal();
    return { tags: portal.tags, keep: (writable, tags) => writable.put(portals, key, { ...portal, tags }) };
  }
  const product = isOwn ? await tx.get(portalProducts, key) : undefined;
  if (product === undefined) throw noSuchProduct();
  return { tags: product.tags, keep: (writable, tags) => writable.put(portalProducts, key, { ...product, tags }) };
}
