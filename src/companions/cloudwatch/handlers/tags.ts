/** Tags of alarms and dashboards. */
import type { ReadTransaction, Store, WriteTransaction } from '../../../ports/store.ts';
import type { Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/cloudwatch.ts';
import { alarms } from '../alarms/alarm-record.ts';
import { noSuchResource } from '../refusals.ts';
import { dashboards } from './dashboards.ts';

type Tags = Readonly<Record<string, string>>;

/** What an ARN names, with its tags and a way to keep others. */
async function tagged(
  tx: ReadTransaction,
  arn: string,
): Promise<{ tags: Tags; keep(tx: WriteTransaction, tags: Tags): void }> {
  const [, region, account, name] = /^arn:aws[\w-]*:cloudwatch:([\w-]+):(\d{12}):alarm:(.+)$/.exec(arn) ?? [];
  if (name !== undefined) {
    const key = [account!, region!, name];
    const alarm = await tx.get(alarms, key);
    if (alarm !== undefined) return { tags: alarm.tags, keep: (to, tags) => to.put(alarms, key, { ...alarm, tags }) };
  }
  const [, owner, dashboard] = /^arn:aws[\w-]*:cloudwatch::(\d{12}):dashboard\/(.+)$/.exec(arn) ?? [];
  if (dashboard !== undefined) {
    const key = [owner!, dashboard];
    const found = await tx.get(dashboards, key);
    if (found !== undefined)
      return { tags: found.tags, keep: (to, tags) => to.put(dashboards, key, { ...found, tags }) };
  }
  throw noSuchResource(arn);
}

export function tagHandlers({ store }: { readonly store: Store }): Handlers<Operations> {
  return {
    async TagResource({ ResourceARN, Tags }) {
      await store.write(async (tx) => {
        const { tags, keep } = await tagged(tx, ResourceARN);
        keep(tx, { ...tags, ...Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) });
      });
      return {};
    },
    async UntagResource({ ResourceARN, TagKeys }) {
      await store.write(async (tx) => {
        const { tags, keep } = await tagged(tx, ResourceARN);
        keep(tx, Object.fromEntries(Object.entries(tags).filter(([key]) => !TagKeys.includes(key))));
      });
      return {};
    },
    async ListTagsForResource({ ResourceARN }) {
      const { tags } = await store.read((tx) => tagged(tx, ResourceARN));
      return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
    },
  };
}
