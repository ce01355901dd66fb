/** S3 as deployment tools and browsers use it, through the official SDK. */
import { strict as assert } from 'node:assert';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeletePublicAccessBlockCommand,
  GetBucketEncryptionCommand,
  GetBucketInventoryConfigurationCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';

const statusIs =
  (status: number) =>
  (error: { $metadata?: { httpStatusCode?: number } }): boolean =>
    error.$metadata?.httpStatusCode === status;
let bucketCount = 0;
const newName = (): string => `bucket-${++bucketCount}`;

function clientOf(endpoint: string, more: object = {}): S3Client {
  return new S3Client({ ...clientConfig(endpoint), forcePathStyle: true, ...more });
}

describe('S3', () => {
  let gatewright: TestGatewright;
  let s3: S3Client;
  before(async () => {
    gatewright = await startTestGatewright();
    s3 = clientOf(gatewright.endpoint);
  });
  after(async () => {
    s3.destroy();
    await gatewright.close();
  });

  async function newBucket(): Promise<string> {
    const Bucket = newName();
    await s3.send(new CreateBucketCommand({ Bucket }));
    return Bucket;
  }
  const put = (
    Bucket: string,
    Key: string,
    Body: PutObjectCommandInput['Body'],
    more: Partial<PutObjectCommandInput> = {},
  ) => s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
  const textOf = async (Bucket: string, Key: string, more: object = {}): Promise<string> =>
    (await s3.send(new GetObjectCommand({ Bucket, Key, ...more }))).Body!.transformToString();

  test('a bucket is made, found, listed and deleted', async () => {
    const Bucket = newName();
    const made = await s3.send(new CreateBucketCommand({ Bucket }));
    assert.equal(made.Location, `/${Bucket}`);
    assert.equal((await s3.send(new HeadBucketCommand({ Bucket }))).BucketRegion, 'us-east-1');
    const { Buckets } = await s3.send(new ListBucketsCommand({ Prefix: Bucket }));
    assert.deepEqual(
      Buckets!.map(({ Name }) => Name),
      [Bucket],
    );
    assert.equal((await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint, undefined);
    await put(Bucket, 'x', 'y');
    await assert.rejects(s3.send(new DeleteBucketCommand({ Bucket })), {
      name: 'BucketNotEmpty',
      message: 'The bucket you tried to delete is not empty',
    });
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'x' }));
    await s3.send(new DeleteBucketCommand({ Bucket }));
    await assert.rejects(s3.send(new HeadBucketCommand({ Bucket })), { name: 'NotFound' });
    await assert.rejects(s3.send(new ListObjectsV2Command({ Bucket })), {
      name: 'NoSuchBucket',
      message: 'The specified bucket does not exist',
    });
  });

  test('names, owners and regions of buckets', async () => {
    await assert.rejects(s3.send(new CreateBucketCommand({ Bucket: 'Not_Valid' })), { name: 'InvalidBucketName' });
    const Bucket = newName();
    const frankfurt = clientOf(gatewright.endpoint, { region: 'eu-central-1' });
    const other = clientOf(gatewright.endpoint, { credentials: { accessKeyId: '111122223333', secretAccessKey: 'x' } });
    try {
      await frankfurt.send(
        new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }),
      );
      assert.equal((await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint, 'eu-central-1');
      await assert.rejects(
        frankfurt.send(
          new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }),
        ),
        { name: 'BucketAlreadyOwnedByYou' },
      );
      await assert.rejects(other.send(new CreateBucketCommand({ Bucket })), { name: 'BucketAlreadyExists' });
      await assert.rejects(
        frankfurt.send(
          new CreateBucketCommand({
            Bucket: newName(),
            CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
          }),
        ),
        { name: 'IllegalLocationConstraintException' },
      );
      await assert.rejects(
        other.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner: '111122223333' })),
        statusIs(403),
      );
    } finally {
      frankfurt.destroy();
      other.destroy();
    }
  });

  test('an object comes back as it went, with its headers, metadata and checksum', async () => {
    const Bucket = await newBucket();
    const Key = 'a dir/ä+%25 & <x>.json';
    const written = await put(Bucket, Key, '{"a":1}', {
      ContentType: 'application/json',
      CacheControl: 'max-age=60',
      ContentDisposition: 'attachment; filename="x"',
      Metadata: { Owner: 'me', 'other-thing': 'two' },
      Tagging: 'team=rides&stage=dev',
    });
    assert.equal(written.ETag, `"${createHash('md5').update('{"a":1}').digest('hex')}"`);
    assert.ok(written.ChecksumCRC32);
    assert.equal(written.ServerSideEncryption, 'AES256');
    const got = await s3.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
    assert.equal(await got.Body!.transformToString(), '{"a":1}');
    assert.equal(got.ContentType, 'application/json');
    assert.equal(got.CacheControl, 'max-age=60');
    assert.equal(got.ContentDisposition, 'attachment; filename="x"');
    assert.deepEqual(got.Metadata, { owner: 'me', 'other-thing': 'two' });
    assert.equal(got.ChecksumCRC32, written.ChecksumCRC32);
    assert.equal(got.TagCount, 2);
    assert.equal(got.VersionId, undefined);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key }));
    assert.equal(head.ContentLength, 7);
    assert.equal(head.ETag, written.ETag);
    const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key }));
    assert.deepEqual(TagSet, [
      { Key: 'team', Value: 'rides' },
      { Key: 'stage', Value: 'dev' },
    ]);
    await assert.rejects(textOf(Bucket, 'none'), { name: 'NoSuchKey', message: 'The specified key does not exist.' });
    await assert.rejects(s3.send(new HeadObjectCommand({ Bucket, Key: 'none' })), { name: 'NotFound' });
    await put(Bucket, 'empty', '');
    assert.equal(await textOf(Bucket, 'empty'), '');
    assert.equal(
      (await s3.send(new HeadObjectCommand({ Bucket, Key: 'empty' }))).ContentType,
      'application/octet-stream',
    );
  });

  test('keys may look like anything', async () => {
    const Bucket = await newBucket();
    const keys = ['/leading', 'a//b', 'a/../b', './x', 'trailing/', 'uploads', 'ключ', '%2F', 'a?b=c', '~tilde'];
    for (const key of keys) await put(Bucket, key, key);
    for (const key of keys) assert.equal(await textOf(Bucket, key), key);
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
    const inBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
    assert.deepEqual(
      Contents!.map(({ Key }) => Key),
      keys.toSorted(inBytes),
    );
    await assert.rejects(put(Bucket, 'x'.repeat(1025), ''), { name: 'KeyTooLongError' });
  });

  test('a large body of unknown length streams through, its checksum in a trailer', async () => {
    const Bucket = await newBucket();
    const bytes = randomBytes(3 * 1024 * 1024 + 17);
    const Body = Readable.from(
      (function* () {
        for (let at = 0; at < bytes.length; at += 70_000) yield bytes.subarray(at, at + 70_000);
      })(),
    );
    await put(Bucket, 'big', Body, { ContentLength: bytes.length, ChecksumAlgorithm: 'SHA256' });
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'big', ChecksumMode: 'ENABLED' }));
    assert.equal(got.ChecksumSHA256, createHash('sha256').update(bytes).digest('base64'));
    assert.equal(got.ContentEncoding, undefined, 'aws-chunked is a coding of the way, not of the object');
    assert.ok(bytes.equals(await got.Body!.transformToByteArray()));
  });

  test('ranges are parts of the object; what is no range is all of it', async () => {
    const Bucket = await newBucket();
    const bytes = randomBytes(2 * 1024 * 1024);
    await put(Bucket, 'r', bytes);
    const part = async (Range: string) => s3.send(new GetObjectCommand({ Bucket, Key: 'r', Range }));
    for (const [range, from, to] of [
      ['bytes=0-0', 0, 1],
      ['bytes=5-20', 5, 21],
      ['bytes=1048570-1048600', 1048570, 1048601],
      ['bytes=-7', bytes.length - 7, bytes.length],
      ['bytes=2097000-9999999', 2097000, bytes.length],
    ] as const) {
      const got = await part(range);
      assert.equal(got.$metadata.httpStatusCode, 206);
      assert.equal(got.ContentRange, `bytes ${from}-${to - 1}/${bytes.length}`);
      assert.ok(bytes.subarray(from, to).equals(await got.Body!.transformToByteArray()), range);
    }
    const all = await part('bytes=0-1,5-6');
    assert.equal(all.$metadata.httpStatusCode, 200);
    all.Body!.transformToByteArray().catch(() => {});
    await assert.rejects(part('bytes=9999999-'), {
      name: 'InvalidRange',
      message: 'The requested range is not satisfiable',
    });
  });

  test('conditions on reading and writing', async () => {
    const Bucket = await newBucket();
    const { ETag } = await put(Bucket, 'c', 'one');
    await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key: 'c', IfNoneMatch: ETag })), statusIs(304));
    await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key: 'c', IfMatch: '"x"' })), {
      name: 'PreconditionFailed',
      message: 'At least one of the pre-conditions you specified did not hold',
    });
    assert.equal(await textOf(Bucket, 'c', { IfModifiedSince: new Date(0) }), 'one');
    await assert.rejects(textOf(Bucket, 'c', { IfUnmodifiedSince: new Date(0) }), { name: 'PreconditionFailed' });
    await assert.rejects(put(Bucket, 'c', 'two', { IfNoneMatch: '*' }), { name: 'PreconditionFailed' });
    await assert.rejects(put(Bucket, 'c', 'two', { IfMatch: '"x"' }), { name: 'PreconditionFailed' });
    await put(Bucket, 'c', 'two', { IfMatch: ETag! });
    await put(Bucket, 'new', 'first', { IfNoneMatch: '*' });
    assert.equal(await textOf(Bucket, 'c'), 'two');
  });

  test('digests that do not fit are refused, and nothing is kept', async () => {
    const Bucket = await newBucket();
    await assert.rejects(put(Bucket, 'd', 'x', { ContentMD5: createHash('md5').update('y').digest('base64') }), {
      name: 'BadDigest',
      message: 'The Content-MD5 you specified did not match what we received.',
    });
    await assert.rejects(put(Bucket, 'd', 'x', { ContentMD5: 'short' }), { name: 'InvalidDigest' });
    await assert.rejects(put(Bucket, 'd', 'x', { ChecksumSHA1: createHash('sha1').update('y').digest('base64') }), {
      name: 'BadDigest',
    });
    await assert.rejects(textOf(Bucket, 'd'), { name: 'NoSuchKey' });
  });

  test('listings: prefixes, delimiters, pages of both versions', async () => {
    const Bucket = await newBucket();
    for (const key of ['a.txt', 'dir/1', 'dir/2', 'dir/sub/3', 'dir-x', 'e&<.txt', 'z']) await put(Bucket, key, key);
    const list = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: '/' }));
    assert.deepEqual(
      [list.Contents!.map(({ Key }) => Key), list.CommonPrefixes!.map(({ Prefix }) => Prefix), list.KeyCount],
      [['a.txt', 'dir-x', 'e&<.txt', 'z'], ['dir/'], 5],
    );
    const below = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: '/', Prefix: 'dir/' }));
    assert.deepEqual(
      [below.Contents!.map(({ Key }) => Key), below.CommonPrefixes!.map(({ Prefix }) => Prefix)],
      [['dir/1', 'dir/2'], ['dir/sub/']],
    );
    const seen: (string | undefined)[] = [];
    for (
      let ContinuationToken: string | undefined, isFirst = true;
      isFirst || ContinuationToken !== undefined;
      isFirst = false
    ) {
      const page = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: '/', MaxKeys: 1, ContinuationToken }));
      seen.push(
        ...(page.Contents ?? []).map(({ Key }) => Key),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      );
      assert.equal(page.IsTruncated, page.NextContinuationToken !== undefined);
      ContinuationToken = page.NextContinuationToken;
    }
    assert.deepEqual(seen, ['a.txt', 'dir-x', 'dir/', 'e&<.txt', 'z']);
    const old = await s3.send(new ListObjectsCommand({ Bucket, MaxKeys: 2, Delimiter: '/' }));
    assert.equal(old.NextMarker, 'dir-x');
    const rest = await s3.send(new ListObjectsCommand({ Bucket, Marker: old.NextMarker, Delimiter: '/' }));
    assert.deepEqual(
      [rest.CommonPrefixes![0]!.Prefix, rest.Contents!.map(({ Key }) => Key), rest.IsTruncated],
      ['dir/', ['e&<.txt', 'z'], false],
    );
    const after = await s3.send(new ListObjectsV2Command({ Bucket, StartAfter: 'dir/2', EncodingType: 'url' }));
    assert.deepEqual(
      after.Contents!.map(({ Key }) => Key),
      ['dir/sub/3', 'e%26%3C.txt', 'z'],
    );
    const exact = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'z' }));
    assert.equal(exact.Contents![0]!.Size, 1);
    await assert.rejects(s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken: 'none' })), {
      name: 'InvalidArgument',
      message: 'The continuation token provided is incorrect',
    });
  });

  test('copies, with the metadata of the source or new ones', async () => {
    const Bucket = await newBucket();
    await put(Bucket, 'from ü', 'text', { ContentType: 'text/plain', Metadata: { a: '1' } });
    const CopySource = encodeURIComponent(`${Bucket}/from ü`);
    const copy = await s3.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource }));
    assert.equal(copy.CopyObjectResult!.ETag, `"${createHash('md5').update('text').digest('hex')}"`);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'to' }));
    assert.deepEqual(
      [got.ContentType, got.Metadata, await got.Body!.transformToString()],
      ['text/plain', { a: '1' }, 'text'],
    );
    await s3.send(
      new CopyObjectCommand({
        Bucket,
        Key: 'to',
        CopySource,
        MetadataDirective: 'REPLACE',
        Metadata: { b: '2' },
        ContentType: 'text/x',
      }),
    );
    const again = await s3.send(new HeadObjectCommand({ Bucket, Key: 'to' }));
    assert.deepEqual([again.ContentType, again.Metadata], ['text/x', { b: '2' }]);
    await assert.rejects(s3.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/to` })), {
      name: 'InvalidRequest',
      message: /^This copy request is illegal because it is trying to copy an object to itself/,
    });
    await assert.rejects(s3.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/none` })), {
      name: 'NoSuchKey',
    });
  });

  test('many are deleted at once', async () => {
    const Bucket = await newBucket();
    for (const key of ['1', '2', '3']) await put(Bucket, key, key);
    const gone = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: '1' }, { Key: '2' }, { Key: 'none' }] } }),
    );
    assert.deepEqual(
      gone.Deleted!.map(({ Key }) => Key),
      ['1', '2', 'none'],
    );
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
    assert.deepEqual(
      Contents!.map(({ Key }) => Key),
      ['3'],
    );
  });

  test('an object in parts', async () => {
    const Bucket = await newBucket();
    const Key = 'in/parts';
    const one = randomBytes(5 * 1024 * 1024);
    const two = randomBytes(1000);
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ Bucket, Key, ContentType: 'text/plain', ChecksumAlgorithm: 'CRC32' }),
    );
    const upload = { Bucket, Key, UploadId };
    const a = await s3.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: one }));
    const b = await s3.send(new UploadPartCommand({ ...upload, PartNumber: 7, Body: two }));
    const { Parts } = await s3.send(new ListPartsCommand(upload));
    assert.deepEqual(
      Parts!.map(({ PartNumber, Size }) => [PartNumber, Size]),
      [
        [1, one.length],
        [7, two.length],
      ],
    );
    assert.equal((await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads![0]!.Key, Key);
    const complete = (Parts: { PartNumber: number; ETag: string }[]) =>
      s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    const [first, second] = [
      { PartNumber: 1, ETag: a.ETag! },
      { PartNumber: 7, ETag: b.ETag! },
    ];
    await assert.rejects(complete([second, first]), { name: 'InvalidPartOrder' });
    await assert.rejects(complete([{ PartNumber: 2, ETag: '"x"' }]), { name: 'InvalidPart' });
    const made = await complete([first, second]);
    const digest = createHash('md5')
      .update(createHash('md5').update(one).digest())
      .update(createHash('md5').update(two).digest());
    assert.equal(made.ETag, `"${digest.digest('hex')}-2"`);
    assert.match(made.ChecksumCRC32!, /-2$/);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
    assert.ok(Buffer.concat([one, two]).equals(await got.Body!.transformToByteArray()));
    const part = await s3.send(new GetObjectCommand({ Bucket, Key, PartNumber: 2 }));
    assert.equal(part.PartsCount, 2);
    assert.ok(two.equals(await part.Body!.transformToByteArray()));
    const across = await s3.send(
      new GetObjectCommand({ Bucket, Key, Range: `bytes=${one.length - 3}-${one.length + 2}` }),
    );
    assert.ok(Buffer.concat([one.subarray(-3), two.subarray(0, 3)]).equals(await across.Body!.transformToByteArray()));
    const attributes = await s3.send(
      new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ['ObjectSize', 'ObjectParts', 'Checksum'] }),
    );
    assert.deepEqual([attributes.ObjectSize, attributes.ObjectParts!.TotalPartsCount], [one.length + two.length, 2]);
    await assert.rejects(complete([first]), { name: 'NoSuchUpload' });
  });

  test('parts that are too small, given up, or copied from other objects', async () => {
    const Bucket = await newBucket();
    const begin = async (Key: string) => ({
      Bucket,
      Key,
      UploadId: (await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))).UploadId!,
    });
    const small = await begin('small');
    const Parts: { PartNumber: number; ETag: string }[] = [];
    for (const PartNumber of [1, 2]) {
      const { ETag } = await s3.send(new UploadPartCommand({ ...small, PartNumber, Body: 'x' }));
      Parts.push({ PartNumber, ETag: ETag! });
    }
    await assert.rejects(s3.send(new CompleteMultipartUploadCommand({ ...small, MultipartUpload: { Parts } })), {
      name: 'EntityTooSmall',
      message: 'Your proposed upload is smaller than the minimum allowed size',
    });
    await s3.send(new AbortMultipartUploadCommand(small));
    await assert.rejects(s3.send(new UploadPartCommand({ ...small, PartNumber: 1, Body: 'x' })), {
      name: 'NoSuchUpload',
    });

    await put(Bucket, 'source', '0123456789');
    const copied = await begin('copied');
    const { CopyPartResult } = await s3.send(
      new UploadPartCopyCommand({
        ...copied,
        PartNumber: 1,
        CopySource: `${Bucket}/source`,
        CopySourceRange: 'bytes=2-4',
      }),
    );
    await s3.send(
      new CompleteMultipartUploadCommand({
        ...copied,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag: CopyPartResult!.ETag! }] },
      }),
    );
    assert.equal(await textOf(Bucket, 'copied'), '234');
  });

  test('versions are kept where they are asked for', async () => {
    const Bucket = await newBucket();
    await put(Bucket, 'v', 'before');
    assert.equal((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status, undefined);
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    const two = await put(Bucket, 'v', 'two');
    assert.match(two.VersionId!, /^[\w-]{32}$/);
    const deleted = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'v' }));
    assert.equal(deleted.DeleteMarker, true);
    await assert.rejects(textOf(Bucket, 'v'), { name: 'NoSuchKey' });
    assert.equal(await textOf(Bucket, 'v', { VersionId: two.VersionId }), 'two');
    assert.equal(await textOf(Bucket, 'v', { VersionId: 'null' }), 'before');
    const all = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    assert.deepEqual(
      [all.DeleteMarkers!.map(({ IsLatest }) => IsLatest), all.Versions!.map(({ VersionId }) => VersionId)],
      [[true], [two.VersionId, 'null']],
    );
    await assert.rejects(textOf(Bucket, 'v', { VersionId: deleted.VersionId }), { name: 'MethodNotAllowed' });
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'v', VersionId: deleted.VersionId! }));
    assert.equal(await textOf(Bucket, 'v'), 'two');
    const pages: (string | undefined)[] = [];
    for (let page = await s3.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 1 })); ; ) {
      pages.push(...page.Versions!.map(({ VersionId }) => VersionId));
      if (page.IsTruncated !== true) break;
      const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
      page = await s3.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 1, KeyMarker, VersionIdMarker }));
    }
    assert.deepEqual(pages, [two.VersionId, 'null']);
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } }));
    assert.equal((await put(Bucket, 'v', 'three')).VersionId, 'null');
    await assert.rejects(textOf(Bucket, 'v', { VersionId: 'nosuchversion' }), { name: 'NoSuchVersion' });
  });

  test('settings that are enforced are kept, others refused', async () => {
    const Bucket = await newBucket();
    const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
    const byDefault = ServerSideEncryptionConfiguration!.Rules![0]!.ApplyServerSideEncryptionByDefault;
    assert.equal(byDefault!.SSEAlgorithm, 'AES256');
    await s3.send(
      new PutBucketEncryptionCommand({
        Bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }],
        },
      }),
    );
    assert.equal((await put(Bucket, 'k', 'secret')).ServerSideEncryption, 'aws:kms');
    assert.equal(await textOf(Bucket, 'k'), 'secret');
    await assert.rejects(s3.send(new GetBucketTaggingCommand({ Bucket })), { name: 'NoSuchTagSet' });
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } }));
    assert.deepEqual((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet, [{ Key: 'a', Value: 'b' }]);
    assert.deepEqual((await s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration, {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    });
    await assert.rejects(s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })), {
      name: 'NoSuchLifecycleConfiguration',
    });
    const rule = {
      ID: 'old',
      Status: 'Enabled',
      Filter: { Prefix: 'tmp/' },
      NoncurrentVersionExpiration: { NoncurrentDays: 30 },
    } as const;
    await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [rule] } }));
    assert.deepEqual((await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules, [rule]);
    const tagged = {
      ID: 'tagged',
      Status: 'Enabled' as const,
      Filter: { And: { Prefix: 'a/', Tags: [{ Key: 'k', Value: 'v' }] } },
      Expiration: { Days: 1 },
    };
    await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [tagged] } }));
    assert.deepEqual((await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules, [tagged]);
    const moved = { ...rule, Transitions: [{ Days: 30, StorageClass: 'GLACIER' as const }] };
    await assert.rejects(
      s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [moved] } })),
      { name: 'NotImplemented' },
    );
    await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: {} }));
    await assert.rejects(
      s3.send(
        new PutBucketNotificationConfigurationCommand({
          Bucket,
          NotificationConfiguration: {
            QueueConfigurations: [{ QueueArn: 'arn:aws:sqs:us-east-1:1:q', Events: ['s3:ObjectCreated:*'] }],
          },
        }),
      ),
      statusIs(501),
    );
    await assert.rejects(
      s3.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration: { IndexDocument: { Suffix: 'i' } } })),
      { name: 'NotImplemented' },
    );
    await assert.rejects(put(Bucket, 'acl', 'x', { ACL: 'public-read' }), {
      name: 'AccessControlListNotSupported',
      message: 'The bucket does not allow ACLs',
    });
    await assert.rejects(put(Bucket, 'x', 'x', { StorageClass: 'GLACIER' }), { name: 'NotImplemented' });
    await assert.rejects(s3.send(new GetBucketInventoryConfigurationCommand({ Bucket, Id: 'i' })), {
      name: 'NotImplemented',
    });
  });

  test('a bucket policy is read back as given; one that is public needs the public access block gone', async () => {
    const Bucket = await newBucket();
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` }],
    });
    await assert.rejects(s3.send(new PutBucketPolicyCommand({ Bucket, Policy: '{' })), { name: 'MalformedPolicy' });
    await assert.rejects(s3.send(new PutBucketPolicyCommand({ Bucket, Policy })), {
      name: 'AccessDenied',
      message: /because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access\.$/,
    });
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    assert.equal((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy, Policy);
    const elsewhere = Policy.replace(`${Bucket}/*`, 'other-bucket/*');
    await assert.rejects(s3.send(new PutBucketPolicyCommand({ Bucket, Policy: elsewhere })), {
      name: 'MalformedPolicy',
      message: 'Policy has invalid resource',
    });
  });

  test('pages of other sites: by the CORS rules of the bucket, and not at all without', async () => {
    const Bucket = await newBucket();
    await put(Bucket, 'c', 'text');
    const url = `${gatewright.endpoint}/${Bucket}/c`;
    const signed = {
      Authorization:
        'AWS4-HMAC-SHA256 Credential=test/20261127/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00',
    };
    const ask = (method: string, headers: Record<string, string>) =>
      fetch(url, { method, headers: { ...signed, ...headers } });
    const origin = { Origin: 'https://app.example' };
    const before = await ask('PUT', origin);
    assert.equal(before.status, 403);
    await s3.send(
      new PutBucketCorsCommand({
        Bucket,
        CORSConfiguration: {
          CORSRules: [
            {
              AllowedOrigins: ['https://*.example'],
              AllowedMethods: ['GET', 'PUT'],
              AllowedHeaders: ['x-amz-*', 'content-type'],
              ExposeHeaders: ['ETag'],
              MaxAgeSeconds: 60,
            },
          ],
        },
      }),
    );
    const preflight = await ask('OPTIONS', {
      ...origin,
      'Access-Control-Request-Method': 'PUT',
      'Access-Control-Request-Headers': 'content-type, x-amz-date',
    });
    assert.equal(preflight.status, 200);
    assert.equal(preflight.headers.get('access-control-allow-origin'), 'https://app.example');
    assert.equal(preflight.headers.get('access-control-max-age'), '60');
    const got = await ask('GET', origin);
    assert.deepEqual([await got.text(), got.headers.get('access-control-expose-headers')], ['text', 'ETag']);
    assert.equal((await ask('PUT', origin)).status, 200);
    assert.equal((await ask('DELETE', origin)).status, 403);
    assert.equal((await ask('GET', { Origin: 'https://evil.test' })).headers.get('access-control-allow-origin'), null);
  });

  test('errors are S3’s XML', async () => {
    const reply = await fetch(`${gatewright.endpoint}/none/key`, {
      headers: { Host: 's3.localhost', 'X-Trace': '1' },
    }).catch(() => undefined);
    assert.ok(reply !== undefined);
    const raw = await new Promise<string>((resolve) => {
      const socket = connect(gatewright.port, '127.0.0.1', () =>
        socket.end(
          'GET /some/key HTTP/1.1\r\nHost: no-such-bucket.s3.us-east-1.amazonaws.com\r\nConnection: close\r\n\r\n',
        ),
      );
      let text = '';
      socket.on('data', (piece) => {
        text += piece.toString();
      });
      socket.on('close', () => resolve(text));
    });
    assert.match(raw, /^HTTP\/1\.1 404 Not Found\r\n/);
    assert.match(
      raw,
      /<\?xml version="1\.0" encoding="UTF-8"\?>\n<Error><Code>NoSuchBucket<\/Code><Message>The specified bucket does not exist<\/Message><BucketName>no-such-bucket<\/BucketName><RequestId>[0-9A-F]{16}<\/RequestId><HostId>[\w+/=]+<\/HostId><\/Error>$/,
    );
    assert.match(raw, /x-amz-request-id: [0-9A-F]{16}/);
  });
});

test('objects lie encrypted in the data directory, and are there after a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'buckets-'));
  const secret = 'nobody may read this in the folder '.repeat(20_000);
  try {
    for (const isFirst of [true, false]) {
      const gatewright = await startTestGatewright({ dataDirectory: folder });
      const s3 = clientOf(gatewright.endpoint);
      if (isFirst) {
        await s3.send(new CreateBucketCommand({ Bucket: 'kept' }));
        await s3.send(new PutObjectCommand({ Bucket: 'kept', Key: 'a', Body: secret }));
        await s3.send(new PutObjectCommand({ Bucket: 'kept', Key: 'b', Body: 'gone' }));
        await s3.send(new DeleteObjectCommand({ Bucket: 'kept', Key: 'b' }));
      }
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'kept', Key: 'a' }));
      assert.equal(await Body!.transformToString(), secret);
      s3.destroy();
      await gatewright.close();
    }
    const files = readdirSync(join(folder, 'objects'), { recursive: true })
      .map((name) => join(folder, 'objects', String(name)))
      .filter((name) => statSync(name).isFile());
    assert.equal(files.length, 1, 'what was deleted takes up no room');
    assert.doesNotMatch(readFileSync(files[0]!, 'latin1'), /nobody may read/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('objects in memory have their limit', async () => {
  const gatewright = await startTestGatewright({ maxObjectMegabytes: 2 });
  const s3 = clientOf(gatewright.endpoint);
  try {
    await s3.send(new CreateBucketCommand({ Bucket: 'full' }));
    const put = (Key: string) =>
      s3.send(new PutObjectCommand({ Bucket: 'full', Key, Body: Buffer.alloc(1024 * 1024) }));
    await put('1');
    await put('2');
    await assert.rejects(put('3'), { name: 'ServiceUnavailable' });
    await s3.send(new DeleteObjectCommand({ Bucket: 'full', Key: '1' }));
    await put('3');
  } finally {
    s3.destroy();
    await gatewright.close();
  }
});
