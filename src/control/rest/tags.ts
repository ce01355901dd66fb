/** TagResource, UntagResource, GetTags on the ARNs of REST APIs, stages, VPC links, client certificates, API keys, usage plans, domains (rows CP-21, CP-26 to CP-28). */
import { apiKeys, clientCertificates, restApis, stages, usagePlans, vpcLinks } from '../../ports/records.ts';
import type { Collection, Key, ReadTransaction, WriteTransaction } from '../../ports/store.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigateway.ts';
import { taggedDomain } from '../domains/taggable.ts';
import { findApiKey } from './api-keys.ts';
import { notTaggable } from './chosen-refusals.ts';
import { invalidArn, noSuchDomain } from './errors.ts';
import { findApi, findClientCertificate, findVpcLink } from './find.ts';
import { findUsagePlan } from './plan-memberships.ts';
import type { RestPorts } from './ports.ts';
import { findStage } from './stages.ts';
import { checkTags } from './tag-rules.ts';

type Tags = Readonly<Record<string, string>>;

/** Something that has tags. */
interface Tagged {
  readonly tags: Tags;
  keep(tx: WriteTransaction, tags: Tags): void;
}

export function tagHandlers({ store, limits }: RestPorts): Handlers<Operations> {
  return {
    TagResource: ({ resourceArn, tags }, call) =>
      store.write(async (tx) => {
        const tagged = await findTagged(tx, call, resourceArn);
        checkTags(tags, limits);
        const merged = { ...tagged.tags, ...tags };
        checkTags(merged, limits);
        tagged.keep(tx, merged);
      }),

    UntagResource: ({ resourceArn, tagKeys }, call) =>
      store.write(async (tx) => {
        const tagged = await findTagged(tx, call, resourceArn);
        const rest = { ...tagged.tags };
        // Sent once per key, or as one list with commas.
        for (const key of tagKeys.flatMap((keys) => keys.split(','))) delete rest[key];
        tagged.keep(tx, rest);
      }),

    // limit and position are accepted and not looked at (row CP-07).
    GetTags: ({ resourceArn }, call) =>
      store.read(async (tx) => ({ tags: (await findTagged(tx, call, resourceArn)).tags })),
  };
}

/** Something of an account, under this key. */
const ofAccount = <T extends { readonly tags?: Tags }>(records: Collection<T>, record: T, key: Key): Tagged => ({
  tags: record.tags ?? {},
  keep: (tx, tags) => tx.put(records, key, { ...record, tags }),
});

/** Management ARNs have no account: `arn:aws:apigateway:{region}::/restapis/{id}`, `…/restapis/{id}/stages/{name}`. */
async function findTagged(tx: ReadTransaction, call: Call, arn: string): Promise<Tagged> {
  const domain = await taggedDomain(tx, call, arn, noSuchDomain);
  if (domain !== undefined) return domain;
  const [, region, path] = /^arn:aws[a-z-]*:apigateway:([a-z0-9-]+)::(\/.+)$/.exec(arn) ?? [];
  if (path === undefined || region !== call.region) throw invalidArn();
  const [, family, id = ''] = /^\/([a-z]+)\/([^/]+)$/.exec(path) ?? [];
  const key = [call.account, call.region, id];
  if (family === 'vpclinks') return ofAccount(vpcLinks, await findVpcLink(tx, call, id), key);
  if (family === 'clientcertificates') {
    return ofAccount(clientCertificates, await findClientCertificate(tx, call, id), key);
  }
  if (family === 'apikeys') return ofAccount(apiKeys, await findApiKey(tx, call, id), key);
  if (family === 'usageplans') return ofAccount(usagePlans, await findUsagePlan(tx, call, id), key);
  const [, restApiId, stageName] = /^\/restapis\/([^/]+)(?:\/stages\/([^/]+))?$/.exec(path) ?? [];
  if (restApiId === undefined) throw notTaggable(arn);
  if (stageName === undefined) {
    const api = await findApi(tx, call, restApiId);
    return { tags: api.tags, keep: (writable, tags) => writable.put(restApis, [restApiId], { ...api, tags }) };
  }
  const stage = await findStage(tx, call, restApiId, stageName);
  return {
    tags: stage.tags ?? {},
    keep: (writable, tags) => writable.put(stages, [restApiId, stageName], { ...stage, tags }),
  };
}
