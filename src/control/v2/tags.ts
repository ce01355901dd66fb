/** TagResource, UntagResource and GetTags for HTTP and WebSocket APIs, their stages and VPC links, and for portals and their products (rows CP-26, CP-27). */
import { v2Apis, v2Stages, v2VpcLinks } from '../../ports/records.ts';
import type { ReadTransaction, WriteTransaction } from '../../ports/store.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigatewayv2.ts';
import { taggedDomain } from '../domains/taggable.ts';
import { taggedPortal } from '../portals/taggable.ts';
import { checkTags } from '../rest/tag-rules.ts';
import { notTaggable } from './chosen-refusals.ts';
import { invalidArn, noSuchDomain } from './errors.ts';
import { findApi, findStage } from './find.ts';
import type { V2Ports } from './ports.ts';
import { findVpcLink } from './vpc-links.ts';

type Tags = Readonly<Record<string, string>>;

/** A resource's tags and how to keep others. */
interface Tagged {
  readonly tags: Tags;
  keep(tx: WriteTransaction, tags: Tags): void;
}

export function tagHandlers({ store, limits }: V2Ports): Handlers<Operations> {
  return {
    TagResource: ({ ResourceArn, Tags }, call) =>
      store.write(async (tx) => {
        const tagged = await findTagged(tx, call, ResourceArn);
        const merged = { ...tagged.tags, ...Tags };
        checkTags(merged, limits);
        tagged.keep(tx, merged);
        return {};
      }),

    UntagResource: ({ ResourceArn, TagKeys }, call) =>
      store.write(async (tx) => {
        const tagged = await findTagged(tx, call, ResourceArn);
        const rest = { ...tagged.tags };
        for (const key of TagKeys.flatMap((keys) => keys.split(','))) delete rest[key];
        tagged.keep(tx, rest);
      }),

    GetTags: ({ ResourceArn }, call) =>
      store.read(async (tx) => ({ Tags: (await findTagged(tx, call, ResourceArn)).tags })),
  };
}

/**
 * Management ARNs have no account: `arn:aws:apigateway:{region}::/apis/{id}`, `…/apis/{id}/stages/{name}`, `…/vpclinks/{id}`; tools write `/v2/apis/…`
 * too, and percent-encode the dollar of `$default`.
 */
async function findTagged(tx: ReadTransaction, call: Call, arn: string): Promise<Tagged> {
  const elsewhere = (await taggedDomain(tx, call, arn, noSuchDomain)) ?? (await taggedPortal(tx, call, arn));
  if (elsewhere !== undefined) return elsewhere;
  const [, region, path] = /^arn:aws[a-z-]*:apigateway:([a-z0-9-]+)::(\/.+)$/.exec(arn) ?? [];
  if (path === undefined || region !== call.region) throw invalidArn();
  const [, family, id, stage] = /^(?:\/v2)?\/(apis|vpclinks)\/([^/]+)(?:\/stages\/([^/]+))?$/.exec(path) ?? [];
  if (id === undefined || (family === 'vpclinks' && stage !== undefined)) throw notTaggable(arn);
  if (family === 'vpclinks') {
    const link = await findVpcLink(tx, call, id);
    const key = [call.account, call.region, id];
    return { tags: link.tags, keep: (writable, tags) => writable.put(v2VpcLinks, key, { ...link, tags }) };
  }
  if (stage === undefined) {
    const api = await findApi(tx, call, id);
    return { tags: api.tags, keep: (writable, tags) => writable.put(v2Apis, [id], { ...api, tags }) };
  }
  const { record } = await findStage(tx, call, id, stage.replace(/^%24/, '$'));
  const key = [id, record.stageName];
  return { tags: record.tags, keep: (writable, tags) => writable.put(v2Stages, key, { ...record, tags }) };
}
