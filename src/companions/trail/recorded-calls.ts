/** Which calls CloudTrail keeps as management events, under which names, and which of them only read. */

/** Names of models whose service has another name in records than its endpoint's: none so far, apigatewayv2 shares its endpoint. */
const neverRecorded: ReadonlySet<string> = new Set([
  // Guide, "Logging calls to Amazon API Gateway APIs with AWS CloudTrail".
  'apigateway:TestInvokeAuthorizer',
  'apigateway:TestInvokeMethod',
  // Data events, which the event history does not hold.
  'lambda:Invoke',
  'lambda:InvokeAsync',
  'lambda:InvokeWithResponseStream',
  'logs:PutLogEvents',
  ...['PutMetricData', 'GetMetricData', 'GetMetricStatistics', 'GetMetricWidgetImage', 'ListMetrics'].map(
    (name) => `cloudwatch:${name}`,
  ),
  ...['PutTraceSegments', 'PutTelemetryRecords', 'BatchGetTraces', 'GetTraceSummaries', 'GetTraceGraph'].map(
    (name) => `xray:${name}`,
  ),
  ...['GetServiceGraph', 'GetTimeSeriesServiceStatistics'].map((name) => `xray:${name}`),
  ...['GetSamplingRules', 'GetSamplingTargets', 'GetSamplingStatisticSummaries'].map((name) => `xray:${name}`),
  ...['GetId', 'GetCredentialsForIdentity', 'GetOpenIdToken', 'GetOpenIdTokenForDeveloperIdentity'].map(
    (name) => `cognito-identity:${name}`,
  ),
  'cognito-identity:UnlinkIdentity',
  // Data events of S3: what is done with objects.
  ...[
    ...['AbortMultipartUpload', 'CompleteMultipartUpload', 'CopyObject', 'CreateMultipartUpload', 'DeleteObject'],
    ...['DeleteObjects', 'DeleteObjectTagging', 'GetObject', 'GetObjectAcl', 'GetObjectAttributes', 'GetObjectTagging'],
    ...['HeadBucket', 'HeadObject', 'ListMultipartUploads', 'ListObjects', 'ListObjectsV2', 'ListObjectVersions'],
    ...['ListParts', 'PutObject', 'PutObjectAcl', 'PutObjectTagging', 'UploadPart', 'UploadPartCopy'],
  ].map((name) => `s3:${name}`),
]);

/** Whether a call is a management event. Calls to connections are none. */
export function isRecorded(model: string, operation: string): boolean {
  return model !== 'apigatewaymanagementapi' && !neverRecorded.has(`${model}:${operation}`);
}

const reading =
  /^(?:Get|List|Describe|Lookup|Search|Filter|Head|Check|Simulate|Validate|Verify|Export|Estimate|Detect)/;
/** Reading for CloudTrail although their names do not begin so. */
const readingToo: ReadonlySet<string> = new Set([
  ...['AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity', 'DecodeAuthorizationMessage'].map(
    (name) => `sts:${name}`,
  ),
  ...['StartQuery', 'StopQuery', 'TestMetricFilter', 'StartLiveTail'].map((name) => `logs:${name}`),
  'cloudformation:DetectStackDrift',
]);
/** They begin so and change something. */
const writing: ReadonlySet<string> = new Set(['cognito-idp:VerifySoftwareToken', 'cognito-idp:VerifyUserAttribute']);

export function isReadOnly(model: string, operation: string): boolean {
  const name = `${model}:${operation}`;
  return readingToo.has(name) || (reading.test(operation) && !writing.has(name));
}

/** What a reading call hands out is in its record all the same: credentials. */
export const answersAreKept = (model: string): boolean => model === 'sts';

/** Lambda's second names of a version's operation. */
const secondVersions: ReadonlySet<string> = new Set([
  'AddPermission',
  'GetFunction',
  'GetFunctionConfiguration',
  'GetPolicy',
  'RemovePermission',
  'TagResource',
  'UntagResource',
  'UpdateFunctionCode',
  'UpdateFunctionConfiguration',
]);

/** Names of Lambda's older operations carry the date of their version: `CreateFunction20150331`. Everybody else's are plain. */
export function eventName(model: string, { name, requestUri }: { name: string; requestUri: string }): string {
  if (model !== 'lambda') return name;
  const date = /^\/(\d{4})-(\d{2})-(\d{2})\//.exec(requestUri);
  if (date === null) return name;
  const day = date.slice(1).join('');
  return Number(day) > 20181031 ? name : `${name}${day}${secondVersions.has(name) ? 'v2' : ''}`;
}
