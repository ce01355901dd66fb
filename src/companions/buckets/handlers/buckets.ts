/** Buckets come, are looked for, and go. */

import { isBucketName } from '../bucket-names.ts';
import type { BucketHandlers } from '../call.ts';
import { checkAcl } from '../object-settings.ts';
import { type BucketParts, bucketOf, putBucket } from '../parts.ts';
import { type BucketRecord, bucketArn, buckets, objects, uploads } from '../records.ts';
import {
  badArgument,
  badBucketName,
  badLocation,
  bucketIsYours,
  bucketNotEmpty,
  bucketTaken,
  notBuilt,
} from '../refusals.ts';

const firstRegion = 'us-east-1';
const pageSize = 10_000;

export function bucketHandlers({ store, clock }: BucketParts): BucketHandlers {
  return {
    async CreateBucket(input, call) {
      const { bucket: name, account } = call;
      if (!isBucketName(name)) throw badBucketName(name);
      const { LocationConstraint, Location, Bucket, Tags } = input.CreateBucketConfiguration ?? {};
      if (Location !== undefined || Bucket !== undefined) throw notBuilt('A directory bucket');
      if (input.ObjectLockEnabledForBucket === true) throw notBuilt('Object Lock');
      checkAcl(call.request.headers, { ownership: input.ObjectOwnership ?? 'BucketOwnerEnforced' });
      const constraint = LocationConstraint as string | undefined;
      const isFirst = call.region === firstRegion;
      if (!isFirst && constraint !== undefined && constraint !== call.region) throw badLocation(constraint);
      if (!isFirst && constraint === undefined) throw badLocation('unspecified');
      const region = constraint === undefined ? call.region : constraint === 'EU' ? 'eu-west-1' : constraint;
      await store.write(async (tx) => {
        const known = await tx.get(buckets, [name]);
        if (known !== undefined && known.account !== account) throw bucketTaken(name);
        // Documented: in the first region a bucket of one's own is made once more without complaint.
        if (known !== undefined && known.region === firstRegion && isFirst) return;
        if (known !== undefined) throw bucketIsYours(name);
        const record: BucketRecord = {
          ...{ name, account, region, createdAtMs: clock.now() },
          publicAccessBlock: {
            BlockPublicAcls: true,
            IgnorePublicAcls: true,
            BlockPublicPolicy: true,
            RestrictPublicBuckets: true,
          },
          ownership: input.ObjectOwnership ?? 'BucketOwnerEnforced',
          ...(Tags !== undefined && { tags: Tags }),
        };
        putBucket(tx, record);
      });
      return { Location: isFirst ? `/${name}` : `http://${name}.s3.amazonaws.com/`, BucketArn: bucketArn(name) };
    },

    HeadBucket: (_input, call) =>
      store.read(async (tx) => {
        const { region } = await bucketOf(tx, call);
        return { BucketRegion: region, BucketArn: bucketArn(call.bucket), AccessPointAlias: false };
      }),

    ListBuckets({ Prefix = '', MaxBuckets = pageSize, ContinuationToken, BucketRegion }, { account }) {
      if (MaxBuckets < 1)
        throw badArgument('max-buckets must be between 1 and 10000', 'max-buckets', String(MaxBuckets));
      const after = ContinuationToken === undefined ? '' : Buffer.from(ContinuationToken, 'base64url').toString();
      return store.read(async (tx) => {
        const own = (await tx.list(buckets, []))
          .map(({ value }) => value)
          .filter(({ name, ...each }) => each.account === account && name.startsWith(Prefix) && name > after)
          .filter(({ region }) => BucketRegion === undefined || region === BucketRegion);
        const page = own.slice(0, MaxBuckets);
        return {
          Buckets: page.map(({ name, region, createdAtMs }) => ({
            ...{ Name: name, CreationDate: createdAtMs, BucketRegion: region, BucketArn: bucketArn(name) },
          })),
          Owner: ownerOf(account),
          ...(Prefix !== '' && { Prefix }),
          ...(own.length > page.length && { ContinuationToken: Buffer.from(page.at(-1)!.name).toString('base64url') }),
        };
      });
    },

    async DeleteBucket(_input, call) {
      await store.write(async (tx) => {
        const { name } = await bucketOf(tx, call);
        const [first] = await tx.list(objects, [name], { limit: 1 });
        if (first !== undefined) {
          const { versions } = first.value;
          throw bucketNotEmpty(name, versions.length > 1 || versions[0]!.isDeleteMarker === true);
        }
        await tx.deleteAll(uploads, [name]);
        tx.delete(buckets, [name]);
      });
    },

    GetBucketLocation: (_input, call) =>
      store.read(async (tx) => {
        const { region } = await bucketOf(tx, call);
        // A document whose root holds the text itself; for the first region it is empty.
        const text = region === firstRegion ? '' : region;
        const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
        call.answer.body = `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="${namespace}">${text}</LocationConstraint>`;
        call.answer.headers.push('Content-Type', 'application/xml');
        return {};
      }),
  };
}

/** Accounts have a canonical id in S3; ours is made of the account's number, so that it stays the same. */
export function ownerOf(account: string): { ID: string; DisplayName?: string } {
  return { ID: Buffer.from(account.padEnd(32, '0').slice(0, 32)).toString('hex') };
}
