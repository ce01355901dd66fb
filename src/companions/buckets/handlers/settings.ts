/**
 * What is configured of a bucket: versioning, tags, policy, public access, encryption, CORS, lifecycle. Kept is what is enforced here, or has no effect by its nature;
 * the rest is refused (decisions/0006).
 */
import { policyDocumentComplaints } from '../bucket-policy.ts';
import type { BucketCall, BucketHandlers } from '../call.ts';
import { lifecycleComplaint } from '../lifecycle.ts';
import { checkAcl, checkedTags } from '../object-settings.ts';
import { type BucketParts, bucketOf, putBucket } from '../parts.ts';
import { isPublic } from '../public-policy.ts';
import type { BucketRecord } from '../records.ts';
import {
  accessDenied,
  badArgument,
  badRequest,
  malformedPolicy,
  malformedXml,
  noSuchConfiguration,
  notBuilt,
} from '../refusals.ts';
import { ownerOf } from './buckets.ts';

const maxBucketTags = 50;
const maxPolicyBytes = 20 * 1024;
const maxCorsRules = 100;
const corsMethods: ReadonlySet<string> = new Set(['GET', 'PUT', 'POST', 'DELETE', 'HEAD']);

export function settingHandlers({ store }: BucketParts): BucketHandlers {
  const read = <T>(call: BucketCall, show: (bucket: BucketRecord) => T): Promise<T> =>
    store.read(async (tx) => show(await bucketOf(tx, call)));
  const change = (call: BucketCall, changed: (bucket: BucketRecord) => BucketRecord): Promise<void> =>
    store.write(async (tx) => putBucket(tx, changed(await bucketOf(tx, call))));
  const missing = (code: string, message: string, call: BucketCall) => noSuchConfiguration(code, message, call.bucket);

  return {
    PutBucketVersioning: ({ VersioningConfiguration: { Status, MFADelete } }, call) => {
      if (MFADelete === 'Enabled') throw notBuilt('MFA delete');
      if (Status === undefined) throw malformedXml();
      return change(call, (bucket) => ({ ...bucket, versioning: Status }));
    },
    GetBucketVersioning: (_input, call) =>
      read(call, ({ versioning }) => (versioning === undefined ? {} : { Status: versioning })),

    PutBucketTagging: async ({ Tagging: { TagSet } }, call) => {
      await change(call, (bucket) => ({ ...bucket, tags: checkedTags(TagSet, maxBucketTags) }));
      call.answer.status = 204;
    },
    GetBucketTagging: (_input, call) =>
      read(call, ({ tags = [] }) => {
        if (tags.length === 0) throw missing('NoSuchTagSet', 'The TagSet does not exist', call);
        return { TagSet: tags };
      }),
    DeleteBucketTagging: (_input, call) => change(call, ({ tags: _, ...bucket }) => bucket),

    PutBucketPolicy: async ({ Policy }, call) => {
      if (Buffer.byteLength(Policy) > maxPolicyBytes)
        throw malformedPolicy('Policy exceeds the maximum allowed document size.');
      const [complaint] = policyDocumentComplaints(Policy, call.bucket);
      if (complaint !== undefined) throw malformedPolicy(complaint);
      await change(call, (bucket) => {
        if (bucket.publicAccessBlock?.BlockPublicPolicy === true && isPublic(Policy)) {
          throw accessDenied(
            `User: ${call.callerArn} is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::${call.bucket}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
          );
        }
        return { ...bucket, policy: Policy };
      });
      call.answer.status = 204;
    },
    GetBucketPolicy: (_input, call) =>
      read(call, ({ policy }) => {
        if (policy === undefined) throw missing('NoSuchBucketPolicy', 'The bucket policy does not exist', call);
        call.answer.headers.push('Content-Type', 'application/json');
        call.answer.body = policy;
        return {};
      }),
    DeleteBucketPolicy: (_input, call) => change(call, ({ policy: _, ...bucket }) => bucket),
    GetBucketPolicyStatus: (_input, call) =>
      read(call, ({ policy }) => {
        if (policy === undefined) throw missing('NoSuchBucketPolicy', 'The bucket policy does not exist', call);
        return { PolicyStatus: { IsPublic: isPublic(policy) } };
      }),

    PutPublicAccessBlock: ({ PublicAccessBlockConfiguration: given }, call) => {
      const {
        BlockPublicAcls = false,
        IgnorePublicAcls = false,
        BlockPublicPolicy = false,
        RestrictPublicBuckets = false,
      } = given;
      const publicAccessBlock = { BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets };
      return change(call, (bucket) => ({ ...bucket, publicAccessBlock }));
    },
    GetPublicAccessBlock: (_input, call) =>
      read(call, ({ publicAccessBlock }) => {
        if (publicAccessBlock === undefined) {
          throw missing(
            'NoSuchPublicAccessBlockConfiguration',
            'The public access block configuration was not found',
            call,
          );
        }
        return { PublicAccessBlockConfiguration: publicAccessBlock };
      }),
    DeletePublicAccessBlock: (_input, call) => change(call, ({ publicAccessBlock: _, ...bucket }) => bucket),

    PutBucketEncryption: ({ ServerSideEncryptionConfiguration: { Rules } }, call) => {
      const [rule] = Rules;
      const asked = rule?.ApplyServerSideEncryptionByDefault;
      if (Rules.length !== 1 || rule === undefined) throw malformedXml();
      const { SSEAlgorithm: algorithm = 'AES256', KMSMasterKeyID: keyId } = asked ?? {};
      if (algorithm === 'AES256' && keyId !== undefined) {
        throw badArgument(
          'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
          'ApplyServerSideEncryptionByDefault',
          '',
        );
      }
      if (algorithm !== 'AES256' && algorithm !== 'aws:kms' && algorithm !== 'aws:kms:dsse') throw malformedXml();
      const { BucketKeyEnabled: bucketKey = false } = rule;
      return change(call, (bucket) => ({
        ...bucket,
        encryption: { algorithm, ...(keyId !== undefined && { keyId }), bucketKey },
      }));
    },
    GetBucketEncryption: (_input, call) =>
      read(call, ({ encryption = { algorithm: 'AES256' as const } }) => {
        const { algorithm, keyId } = encryption;
        const byDefault = { SSEAlgorithm: algorithm, ...(keyId !== undefined && { KMSMasterKeyID: keyId }) };
        const BucketKeyEnabled = 'bucketKey' in encryption && encryption.bucketKey === true;
        return {
          ServerSideEncryptionConfiguration: {
            Rules: [{ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled }],
          },
        };
      }),
    DeleteBucketEncryption: (_input, call) => change(call, ({ encryption: _, ...bucket }) => bucket),

    PutBucketCors: ({ CORSConfiguration: { CORSRules } }, call) => {
      if (CORSRules.length === 0 || CORSRules.length > maxCorsRules) throw malformedXml();
      for (const { AllowedMethods, AllowedOrigins, AllowedHeaders = [], ExposeHeaders = [] } of CORSRules) {
        const unknown = AllowedMethods.find((method) => !corsMethods.has(method));
        if (unknown !== undefined)
          throw badRequest(`Found unsupported HTTP method in CORS config. Unsupported method is ${unknown}`);
        const many = [...AllowedOrigins, ...AllowedHeaders].find((text) => text.split('*').length > 2);
        if (many !== undefined) throw badRequest(`AllowedOrigin "${many}" can not have more than one wildcard.`);
        const wild = ExposeHeaders.find((name) => name.includes('*'));
        if (wild !== undefined)
          throw badRequest(
            `ExposeHeader "${wild}" contains wildcard. We currently do not support wildcard for ExposeHeader.`,
          );
      }
      return change(call, (bucket) => ({ ...bucket, cors: CORSRules }));
    },
    GetBucketCors: (_input, call) =>
      read(call, ({ cors }) => {
        if (cors === undefined) throw missing('NoSuchCORSConfiguration', 'The CORS configuration does not exist', call);
        return { CORSRules: cors };
      }),
    DeleteBucketCors: (_input, call) => change(call, ({ cors: _, ...bucket }) => bucket),

    PutBucketLifecycleConfiguration: async ({ LifecycleConfiguration }, call) => {
      const rules = LifecycleConfiguration?.Rules ?? [];
      if (rules.length === 0) throw malformedXml();
      lifecycleComplaint(rules);
      const named = rules.map((rule, i) => ({ ...rule, ID: rule.ID ?? `rule-${i + 1}` }));
      await change(call, (bucket) => ({ ...bucket, lifecycle: named }));
      return {};
    },
    GetBucketLifecycleConfiguration: (_input, call) =>
      read(call, ({ lifecycle }) => {
        if (lifecycle === undefined)
          throw missing('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist', call);
        return { Rules: lifecycle };
      }),
    DeleteBucketLifecycle: (_input, call) => change(call, ({ lifecycle: _, ...bucket }) => bucket),

    PutBucketOwnershipControls: ({ OwnershipControls: { Rules } }, call) => {
      const [rule] = Rules;
      if (rule === undefined || Rules.length !== 1) throw malformedXml();
      return change(call, (bucket) => ({ ...bucket, ownership: rule.ObjectOwnership }));
    },
    GetBucketOwnershipControls: (_input, call) =>
      read(call, ({ ownership }) => {
        if (ownership === undefined)
          throw missing('OwnershipControlsNotFoundError', 'The bucket ownership controls were not found', call);
        return { OwnershipControls: { Rules: [{ ObjectOwnership: ownership }] } };
      }),
    DeleteBucketOwnershipControls: (_input, call) => change(call, ({ ownership: _, ...bucket }) => bucket),

    /** Nothing but what is so anyway: the owner may do everything, who else may is said by policies. */
    PutBucketAcl: ({ AccessControlPolicy }, call) =>
      store.read(async (tx) => {
        const bucket = await bucketOf(tx, call);
        checkAcl(call.request.headers, bucket);
        const owner = ownerOf(bucket.account).ID;
        const grants = AccessControlPolicy?.Grants ?? [];
        if (grants.some(({ Grantee, Permission }) => Grantee?.ID !== owner || Permission !== 'FULL_CONTROL')) {
          throw notBuilt('An access control list');
        }
      }),
    GetBucketAcl: (_input, call) => read(call, (bucket) => ownersAcl(bucket)),

    GetBucketLogging: (_input, call) => read(call, () => ({})),
    PutBucketLogging: ({ BucketLoggingStatus }, call) =>
      read(call, () => {
        if (BucketLoggingStatus.LoggingEnabled !== undefined) throw notBuilt('Server access logging');
      }),
    GetBucketNotificationConfiguration: (_input, call) => read(call, () => ({})),
    PutBucketNotificationConfiguration: ({ NotificationConfiguration }, call) =>
      read(call, () => {
        const hasSome = Object.values(NotificationConfiguration).some(
          (each) => !Array.isArray(each) || each.length > 0,
        );
        if (hasSome) throw notBuilt('Event notification');
      }),
    GetBucketRequestPayment: (_input, call) => read(call, () => ({ Payer: 'BucketOwner' as const })),
    PutBucketRequestPayment: ({ RequestPaymentConfiguration: { Payer } }, call) =>
      read(call, () => {
        if (Payer !== 'BucketOwner') throw notBuilt('A bucket whose requesters pay');
      }),
    GetBucketAccelerateConfiguration: (_input, call) => read(call, () => ({})),
    PutBucketAccelerateConfiguration: ({ AccelerateConfiguration: { Status } }, call) =>
      read(call, () => {
        if (Status === 'Enabled') throw notBuilt('Transfer acceleration');
      }),
    GetBucketWebsite: (_input, call) =>
      read(call, () => {
        throw missing('NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration', call);
      }),
    PutBucketWebsite: (_input, call) =>
      read(call, () => {
        throw notBuilt('Website hosting');
      }),
    DeleteBucketWebsite: (_input, call) => read(call, () => {}),
    GetBucketReplication: (_input, call) =>
      read(call, () => {
        throw missing('ReplicationConfigurationNotFoundError', 'The replication configuration was not found', call);
      }),
    GetObjectLockConfiguration: (_input, call) =>
      read(call, () => {
        throw missing(
          'ObjectLockConfigurationNotFoundError',
          'Object Lock configuration does not exist for this bucket',
          call,
        );
      }),
  };
}

/** Of a bucket or an object: its owner may do everything. */
export function ownersAcl({ account }: Pick<BucketRecord, 'account'>) {
  const owner = ownerOf(account);
  return {
    Owner: owner,
    Grants: [{ Grantee: { ...owner, Type: 'CanonicalUser' as const }, Permission: 'FULL_CONTROL' as const }],
  };
}
