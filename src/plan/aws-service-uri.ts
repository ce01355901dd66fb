/**
 * The URI of an AWS service integration, `arn:aws:apigateway:{region}:{subdomain.}{service}:path|action/…`, as the https address it stands for
 * (rows INT-06, INT-09; PutIntegration in the API reference).
 */

export interface AwsServiceUri {
  readonly service: string;
  /** `bucket` of `bucket.s3`. */
  readonly subdomain: string | undefined;
  readonly region: string;
  /** `bucket.s3.us-east-1.amazonaws.com` */
  readonly host: string;
  /**
   * `https://sqs.us-east-1.amazonaws.com/?Action=SendMessage`, as AWS's execution log prints it; `{placeholders}` are still in it.
   */
  readonly address: string;
  readonly signingName: string;
  /** Differs from the ARN's for services that are one for the whole world. */
  readonly signingRegion: string;
  /** `X-Amz-Target` of an action of a service with a JSON protocol: `DynamoDB_20120810.PutItem`. */
  readonly target: string | undefined;
}

/** Nothing but letters, digits, dashes and (in the subdomain) dots may become part of a host: a `/` would choose another one. */
const serviceUri =
  /^arn:(aws[a-z-]*):apigateway:([a-z0-9-]+):(?:([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\.)?([A-Za-z0-9-]+):(path|action)\/(.*)$/s;

/** Undefined when the text is no such ARN. Stage variables must be filled in. */
export function parseAwsServiceUri(uri: string): AwsServiceUri | undefined {
  const found = serviceUri.exec(uri);
  if (found === null) return undefined;
  const [, partition, region, subdomain, service, form, rest] = found as unknown as [
    string,
    string,
    string,
    string | undefined,
    string,
    'path' | 'action',
    string,
  ];
  if (rest === '' && form === 'action') return undefined;
  const host = awsHost(partition, region, subdomain, service);
  // `path//` is what the console writes for the root; one slash of it belongs to the path.
  const target = form === 'path' ? `/${rest.replace(/^\//, '')}` : `/?Action=${rest}`;
  return {
    service,
    subdomain,
    region,
    host,
    address: `https://${host}${target}`,
    signingName: signingNames.get(service) ?? service,
    signingRegion: worldwideServices.has(service) ? 'us-east-1' : region,
    target: form === 'action' ? jsonTarget(subdomain, service, rest) : undefined,
  };
}

function awsHost(partition: string, region: string, subdomain: string | undefined, service: string): string {
  const domain = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  const name = hostNames.get(service) ?? service;
  const isWorldwide = worldwideServices.has(service) && partition === 'aws';
  return [subdomain, name, isWorldwide ? undefined : region, domain].filter((part) => part !== undefined).join('.');
}

/** Services whose first label is not the name API Gateway knows them by. */
const hostNames = new Map([
  ['ses', 'email'],
  ['iotdata', 'iot'],
]);

/** Services that sign under another name than their own (their endpoints' `signingName`). */
const signingNames = new Map([
  ['email', 'ses'],
  ['bedrock-runtime', 'bedrock'],
]);

const worldwideServices = new Set(['iam', 'cloudfront', 'route53']);

/**
 * What an action's name stands behind in `X-Amz-Target`. An execution log of AWS shows `?Action=GetItem` in the address and
 * `X-Amz-Target=DynamoDB_20120810.GetItem` in the headers of the same request. The prefixes are facts of the services' models.
 */
const targetPrefixes = new Map([
  ['athena', 'AmazonAthena'],
  ['cognito-identity', 'AWSCognitoIdentityService'],
  ['cognito-idp', 'AWSCognitoIdentityProviderService'],
  ['comprehend', 'Comprehend_20171127'],
  ['dynamodb', 'DynamoDB_20120810'],
  ['ecs', 'AmazonEC2ContainerServiceV20141113'],
  ['events', 'AWSEvents'],
  ['firehose', 'Firehose_20150804'],
  ['glue', 'AWSGlue'],
  ['kinesis', 'Kinesis_20131202'],
  ['kms', 'TrentService'],
  ['logs', 'Logs_20140328'],
  ['rekognition', 'RekognitionService'],
  ['secretsmanager', 'secretsmanager'],
  ['ssm', 'AmazonSSM'],
  ['states', 'AWSStepFunctions'],
  ['streams.dynamodb', 'DynamoDBStreams_20120810'],
  ['textract', 'Textract'],
]);

function jsonTarget(subdomain: string | undefined, service: string, action: string): string | undefined {
  const prefix = targetPrefixes.get(subdomain === undefined ? service : `${subdomain}.${service}`);
  const name = /^[A-Za-z0-9]+/.exec(action)?.[0];
  return prefix === undefined || name === undefined ? undefined : `${prefix}.${name}`;
}
