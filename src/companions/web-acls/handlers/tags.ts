/** Tags of web ACLs, rule groups and sets, by ARN. */
import type { Store } from '../../../ports/store.ts';
import type { Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/wafv2.ts';
import { findTagged } from '../entities.ts';
import { limitExceeded } from '../waf-errors.ts';

const maxTags = 50;

export function tagHandlers({ store }: { readonly store: Store }): Handlers<Operations> {
  return {
    TagResource: ({ ResourceARN, Tags }, call) =>
      store.write(async (tx) => {
        const { record, keep } = await findTagged(tx, call, ResourceARN);
        const tags = { ...record.tags, ...Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) };
        if (Object.keys(tags).length > maxTags) throw limitExceeded();
        keep(tx, tags);
        return {};
      }),

    UntagResource: ({ ResourceARN, TagKeys }, call) =>
      store.write(async (tx) => {
        const { record, keep } = await findTagged(tx, call, ResourceARN);
        keep(tx, Object.fromEntries(Object.entries(record.tags).filter(([key]) => !TagKeys.includes(key))));
        return {};
      }),

    ListTagsForResource: ({ ResourceARN, Limit = 100, NextMarker }, call) =>
      store.read(async (tx) => {
        const { record } = await findTagged(tx, call, ResourceARN);
        const keys = Object.keys(record.tags)
          .sort()
          .filter((key) => NextMarker === undefined || key > NextMarker);
        const TagList = keys.slice(0, Limit).map((Key) => ({ Key, Value: record.tags[Key]! }));
        return {
          TagInfoForResource: { ResourceARN, TagList },
          ...(keys.length > Limit && { NextMarker: TagList.at(-1)!.Key }),
        };
      }),
  };
}
