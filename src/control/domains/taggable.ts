/** What of custom domain names has tags, by its management ARN (rows CP-21, CP-26), for the tag calls of both APIs. */
import { accessAssociations, customDomains } from '../../ports/records.ts';
import type { ReadTransaction, WriteTransaction } from '../../ports/store.ts';
import type { Call } from '../../wire/call.ts';
import { readAssociationArn, readDomainArn } from './arns.ts';

type Tags = Readonly<Record<string, string>>;

export interface TaggedDomain {
  readonly tags: Tags;
  keep(tx: WriteTransaction, tags: Tags): void;
}

/** `missing` is what to say of a domain that is not there. Undefined when the ARN is of something else. */
export async function taggedDomain(
  tx: ReadTransaction,
  call: Call,
  arn: string,
  missing: () => Error,
): Promise<TaggedDomain | undefined> {
  const named = readDomainArn(arn);
  if (named !== undefined) {
    const key = [named.region, named.domainId];
    const domain = named.region === call.region ? await tx.get(customDomains, key) : undefined;
    if (domain?.account !== call.account) throw missing();
    return { tags: domain.tags, keep: (writable, tags) => writable.put(customDomains, key, { ...domain, tags }) };
  }
  const source = readAssociationArn(arn);
  if (source === undefined) return undefined;
  const key = [source.region, source.domainId, source.source];
  const found = source.region === call.region ? await tx.get(accessAssociations, key) : undefined;
  if (found?.account !== call.account) throw missing();
  return { tags: found.tags, keep: (writable, tags) => writable.put(accessAssociations, key, { ...found, tags }) };
}
