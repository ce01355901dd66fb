/** Tags of certificates, by ACM's own operations and by those all services have. */
import type { Call, Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/acm.ts';
import { type CertificateParts, certificateOf, put } from '../parts.ts';
import type { Tag } from '../records.ts';
import { withoutTags, withTags } from '../tags.ts';

export function tagHandlers({ store }: CertificateParts): Handlers<Operations> {
  async function change(arn: string, call: Call, changed: (tags: readonly Tag[]) => readonly Tag[]): Promise<void> {
    await store.write(async (tx) => {
      const record = await certificateOf(tx, arn, call);
      put(tx, { ...record, tags: changed(record.tags) });
    });
  }

  const tagsOf = (arn: string, call: Call) =>
    store.read(async (tx) => ({ Tags: (await certificateOf(tx, arn, call)).tags }));

  return {
    AddTagsToCertificate: ({ CertificateArn, Tags }, call) =>
      change(CertificateArn, call, (tags) => withTags(CertificateArn, tags, Tags)),
    RemoveTagsFromCertificate: ({ CertificateArn, Tags }, call) =>
      change(CertificateArn, call, (tags) => withoutTags(tags, Tags)),
    ListTagsForCertificate: ({ CertificateArn }, call) => tagsOf(CertificateArn, call),
    TagResource: ({ ResourceArn, Tags }, call) =>
      change(ResourceArn, call, (tags) => withTags(ResourceArn, tags, Tags)),
    UntagResource: ({ ResourceArn, TagKeys }, call) =>
      change(ResourceArn, call, (tags) => tags.filter(({ Key }) => !TagKeys.includes(Key))),
    ListTagsForResource: ({ ResourceArn }, call) => tagsOf(ResourceArn, call),
  };
}
