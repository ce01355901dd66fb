/** Tags of pools, by ARN. */
import type { WriteTransaction } from '../../../ports/store.ts';
import type { Call, Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/cognito-idp.ts';
import { poolNamed } from '../directory.ts';
import type { PoolParts } from '../parts.ts';
import { invalidParameter } from '../pool-errors.ts';
import { pools } from '../records.ts';

/** Handlers over tags. */
export function tagHandlers({ store }: PoolParts): Handlers<Operations> {
  return {
    async TagResource(input, call) {
      await store.write((tx) => change(tx, input.ResourceArn, call, (tags) => ({ ...tags, ...input.Tags })));
      return {};
    },
    async UntagResource(input, call) {
      await store.write((tx) =>
        change(tx, input.ResourceArn, call, (tags) =>
          Object.fromEntries(Object.entries(tags).filter(([key]) => !input.TagKeys.includes(key))),
        ),
      );
      return {};
    },
    async ListTagsForResource(input, call) {
      const { tags } = await store.read((tx) => poolNamed(tx, poolIdIn(input.ResourceArn), call));
      return { Tags: { ...tags } };
    },
  };
}

type Tags = Readonly<Record<string, string>>;

async function change(tx: WriteTransaction, arn: string, call: Call, changed: (tags: Tags) => Tags): Promise<void> {
  const pool = await poolNamed(tx, poolIdIn(arn), call);
  const tags = changed(pool.tags);
  if (Object.keys(tags).length > 50) throw invalidParameter('The number of tags exceeds the limit of 50.');
  tx.put(pools, [pool.id], { ...pool, tags });
}

function poolIdIn(arn: string): string {
  const id = /^arn:aws[\w-]*:cognito-idp:[\w-]+:\d{12}:userpool\/([\w-]+_[0-9a-zA-Z]+)$/.exec(arn)?.[1];
  if (id === undefined) throw invalidParameter(`Invalid ARN: ${arn}`);
  return id;
}
