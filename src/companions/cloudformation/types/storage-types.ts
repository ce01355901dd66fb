/** AWS::S3::*, AWS::SSM::Parameter, and the repository that a CDK bootstrap asks for. */
import { tagList } from './modelled.ts';
import type { Made, Properties, ResourceContext, ResourceType } from './resource-type.ts';

/** Property → operation and the member of its input that takes the property. */
const bucketSettings: readonly [property: string, put: string, member: string, remove?: string][] = [
  ['VersioningConfiguration', 'PutBucketVersioning', 'VersioningConfiguration'],
  [
    'PublicAccessBlockConfiguration',
    'PutPublicAccessBlock',
    'PublicAccessBlockConfiguration',
    'DeletePublicAccessBlock',
  ],
  ['BucketEncryption', 'PutBucketEncryption', 'ServerSideEncryptionConfiguration', 'DeleteBucketEncryption'],
  ['LifecycleConfiguration', 'PutBucketLifecycleConfiguration', 'LifecycleConfiguration', 'DeleteBucketLifecycle'],
  ['CorsConfiguration', 'PutBucketCors', 'CORSConfiguration', 'DeleteBucketCors'],
  ['WebsiteConfiguration', 'PutBucketWebsite', 'WebsiteConfiguration', 'DeleteBucketWebsite'],
  ['OwnershipControls', 'PutBucketOwnershipControls', 'OwnershipControls', 'DeleteBucketOwnershipControls'],
];

/** What the API calls by other names than templates do. */
function settingOf(property: string, value: Properties): unknown {
  switch (property) {
    case 'BucketEncryption':
      return {
        Rules: (value['ServerSideEncryptionConfiguration'] as Properties[]).map(
          ({ ServerSideEncryptionByDefault, BucketKeyEnabled }) => ({
            ...(ServerSideEncryptionByDefault !== undefined && {
              ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault,
            }),
            ...(BucketKeyEnabled !== undefined && { BucketKeyEnabled }),
          }),
        ),
      };
    case 'CorsConfiguration':
      return {
        CORSRules: (value['CorsRules'] as Properties[]).map(({ ExposedHeaders, MaxAge, Id, ...rule }) => ({
          ...rule,
          ...(ExposedHeaders !== undefined && { ExposeHeaders: ExposedHeaders }),
          ...(MaxAge !== undefined && { MaxAgeSeconds: MaxAge }),
          ...(Id !== undefined && { ID: Id }),
        })),
      };
    case 'LifecycleConfiguration':
      return { Rules: (value['Rules'] as Properties[]).map(lifecycleRule) };
    case 'WebsiteConfiguration': {
      const { IndexDocument, ErrorDocument, ...rest } = value;
      return {
        ...rest,
        ...(IndexDocument !== undefined && { IndexDocument: { Suffix: IndexDocument } }),
        ...(ErrorDocument !== undefined && { ErrorDocument: { Key: ErrorDocument } }),
      };
    }
    default:
      return value;
  }
}

function lifecycleRule(rule: Properties): unknown {
  const {
    Id,
    Prefix,
    Status,
    ExpirationInDays,
    ExpirationDate,
    NoncurrentVersionExpiration,
    NoncurrentVersionExpirationInDays,
  } = rule;
  const { AbortIncompleteMultipartUpload, ExpiredObjectDeleteMarker } = rule;
  const expiration = {
    ...(ExpirationInDays !== undefined && { Days: ExpirationInDays }),
    ...(ExpirationDate !== undefined && { Date: ExpirationDate }),
    ...(ExpiredObjectDeleteMarker !== undefined && { ExpiredObjectDeleteMarker }),
  };
  const later =
    NoncurrentVersionExpiration ??
    (NoncurrentVersionExpirationInDays === undefined
      ? undefined
      : { NoncurrentDays: NoncurrentVersionExpirationInDays });
  return {
    ...(Id !== undefined && { ID: Id }),
    Status,
    Filter: { Prefix: Prefix ?? '' },
    ...(Object.keys(expiration).length > 0 && { Expiration: expiration }),
    ...(later !== undefined && { NoncurrentVersionExpiration: later }),
    ...(AbortIncompleteMultipartUpload !== undefined && { AbortIncompleteMultipartUpload }),
  };
}

async function putSettings(
  Bucket: string,
  before: Properties,
  after: Properties,
  context: ResourceContext,
): Promise<void> {
  for (const [property, put, member, remove] of bucketSettings) {
    const value = after[property];
    if (value !== undefined) {
      if (JSON.stringify(value) === JSON.stringify(before[property])) continue;
      await context.call('s3', put, { Bucket, [member]: settingOf(property, value) });
    } else if (before[property] !== undefined && remove !== undefined) {
      await context.call('s3', remove, { Bucket });
    }
  }
  const TagSet = tagList(after['Tags'], context);
  if (TagSet.length > 0) await context.call('s3', 'PutBucketTagging', { Bucket, Tagging: { TagSet } });
  else if (before['Tags'] !== undefined) await context.call('s3', 'DeleteBucketTagging', { Bucket });
}

const bucketMade = (name: string, { region }: ResourceContext): Made => ({
  physicalId: name,
  attributes: {
    Arn: `arn:aws:s3:::${name}`,
    DomainName: `${name}.s3.amazonaws.com`,
    DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
    RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
    WebsiteURL: `http://${name}.s3-website-${region}.amazonaws.com`,
  },
});

const bucket: ResourceType = {
  needs: ['s3:CreateBucket', 's3:DeleteBucket'],
  identifiers: ['BucketName'],
  replacedBy: ['BucketName'],
  properties: new Set(['AccessControl', 'BucketName', 'Tags', ...bucketSettings.map(([property]) => property)]),
  async create(properties, context) {
    const Bucket = properties['BucketName'] ?? context.newName(63, true);
    const { AccessControl } = properties;
    await context.call('s3', 'CreateBucket', {
      Bucket,
      ...(context.region !== 'us-east-1' && { CreateBucketConfiguration: { LocationConstraint: context.region } }),
      ...(AccessControl !== undefined && {
        ACL: String(AccessControl)
          .replace(/(?<!^)[A-Z]/g, '-$&')
          .toLowerCase(),
      }),
    });
    try {
      await putSettings(Bucket, {}, properties, context);
    } catch (error) {
      await context.call('s3', 'DeleteBucket', { Bucket });
      throw error;
    }
    return bucketMade(Bucket, context);
  },
  async update(made, properties, before, context) {
    await putSettings(made.physicalId, before, properties, context);
    return made;
  },
  async delete({ physicalId }, _properties, context) {
    await context.call('s3', 'DeleteBucket', { Bucket: physicalId });
  },
  async read({ BucketName }, _properties, context) {
    await context.call('s3', 'HeadBucket', { Bucket: BucketName });
    return bucketMade(String(BucketName), context);
  },
};

const bucketPolicy: ResourceType = {
  needs: ['s3:PutBucketPolicy', 's3:DeleteBucketPolicy'],
  identifiers: ['Bucket'],
  replacedBy: ['Bucket'],
  required: ['Bucket', 'PolicyDocument'],
  properties: new Set(['Bucket', 'PolicyDocument']),
  async create({ Bucket, PolicyDocument }, context) {
    await context.call('s3', 'PutBucketPolicy', { Bucket, Policy: PolicyDocument });
    return { physicalId: Bucket };
  },
  async update(made, { Bucket, PolicyDocument }, _before, context) {
    await context.call('s3', 'PutBucketPolicy', { Bucket, Policy: PolicyDocument });
    return made;
  },
  async delete(_made, { Bucket }, context) {
    await context.call('s3', 'DeleteBucketPolicy', { Bucket });
  },
};

export const s3Types: Readonly<Record<string, ResourceType>> = { Bucket: bucket, BucketPolicy: bucketPolicy };

export const parameter: ResourceType = {
  needs: ['ssm:PutParameter', 'ssm:DeleteParameter'],
  identifiers: ['Name'],
  replacedBy: ['Name'],
  required: ['Type', 'Value'],
  properties: new Set([
    'AllowedPattern',
    'DataType',
    'Description',
    'Name',
    'Policies',
    'Tags',
    'Tier',
    'Type',
    'Value',
  ]),
  async create(properties, context) {
    const Name = properties['Name'] ?? `CFN-${context.newName(200)}`;
    const Tags = tagList(properties['Tags'], context);
    await context.call('ssm', 'PutParameter', {
      ...properties,
      Name,
      ...(Tags.length > 0 ? { Tags } : { Tags: undefined }),
    });
    return { physicalId: Name, attributes: { Type: properties['Type'], Value: properties['Value'] } };
  },
  async update(made, properties, _before, context) {
    const { Tags: _, ...rest } = properties;
    await context.call('ssm', 'PutParameter', { ...rest, Name: made.physicalId, Overwrite: true });
    return { ...made, attributes: { Type: properties['Type'], Value: properties['Value'] } };
  },
  async delete({ physicalId }, _properties, context) {
    await context.call('ssm', 'DeleteParameter', { Name: physicalId });
  },
};

/** A repository that takes no images: nothing here runs them. It is there for templates, like the one `cdk bootstrap` deploys, that ask for one. */
export const repository: ResourceType = {
  needs: [],
  identifiers: ['RepositoryName'],
  replacedBy: ['RepositoryName', 'EncryptionConfiguration'],
  properties: new Set([
    ...['EmptyOnDelete', 'EncryptionConfiguration', 'ImageScanningConfiguration', 'ImageTagMutability'],
    ...['ImageTagMutabilityExclusionFilters', 'LifecyclePolicy', 'RepositoryName', 'RepositoryPolicyText', 'Tags'],
  ]),
  async create(properties, context) {
    const name = String(properties['RepositoryName'] ?? context.newName(256, true));
    if (!(await context.small.add('ecr-repository', name, { stackId: context.stackId }))) {
      throw new Error(`The repository with name '${name}' already exists in the registry with id '${context.account}'`);
    }
    const { account, region } = context;
    return {
      physicalId: name,
      attributes: {
        Arn: `arn:aws:ecr:${region}:${account}:repository/${name}`,
        RepositoryUri: `${account}.dkr.ecr.${region}.amazonaws.com/${name}`,
      },
    };
  },
  update: async (made) => made,
  async delete({ physicalId }, _properties, context) {
    await context.small.remove('ecr-repository', physicalId);
  },
};
