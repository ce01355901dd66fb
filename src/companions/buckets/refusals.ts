/** What S3 refuses, with its codes, statuses and wordings ("Error responses" of its API reference; those of its own answers where users quote them). */
import { Problem } from '../../base/problem.ts';

/** HTTP statuses of S3's error codes; what is not here is 400. */
export const statusOf: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  AccessControlListNotSupported: 400,
  BucketAlreadyExists: 409,
  BucketAlreadyOwnedByYou: 409,
  BucketNotEmpty: 409,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidObjectState: 403,
  InvalidRange: 416,
  InvalidTokenId: 403,
  MethodNotAllowed: 405,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchBucketPolicy: 404,
  NoSuchCORSConfiguration: 404,
  NoSuchKey: 404,
  NoSuchLifecycleConfiguration: 404,
  NoSuchPublicAccessBlockConfiguration: 404,
  NoSuchTagSet: 404,
  NoSuchUpload: 404,
  NoSuchVersion: 404,
  NoSuchWebsiteConfiguration: 404,
  NotImplemented: 501,
  NotModified: 304,
  ObjectLockConfigurationNotFoundError: 404,
  OperationAborted: 409,
  ConditionalRequestConflict: 409,
  OwnershipControlsNotFoundError: 404,
  PreconditionFailed: 412,
  ReplicationConfigurationNotFoundError: 404,
  RequestTimeTooSkewed: 403,
  ServerSideEncryptionConfigurationNotFoundError: 404,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
};

type Members = Readonly<Record<string, string | number>>;

const refusal = (code: string, message: string, members: Members = {}, why?: string): Problem =>
  new Problem(code, message, { members: { ...members }, ...(why !== undefined && { why }) });

export const noSuchBucket = (BucketName: string): Problem =>
  refusal('NoSuchBucket', 'The specified bucket does not exist', { BucketName });
export const noSuchKey = (Key: string): Problem => refusal('NoSuchKey', 'The specified key does not exist.', { Key });
export const noSuchVersion = (Key: string, VersionId: string): Problem =>
  refusal('NoSuchVersion', 'The specified version does not exist.', { Key, VersionId });
export const badVersionId = (ArgumentValue: string): Problem =>
  badArgument('Invalid version id specified', 'versionId', ArgumentValue);
export const noSuchUpload = (UploadId: string): Problem =>
  refusal(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { UploadId },
  );
export const noSuchConfiguration = (code: string, message: string, BucketName: string): Problem =>
  refusal(code, message, { BucketName });

export const badBucketName = (BucketName: string): Problem =>
  refusal('InvalidBucketName', 'The specified bucket is not valid.', { BucketName });
export const bucketTaken = (BucketName: string): Problem =>
  refusal(
    'BucketAlreadyExists',
    'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
    { BucketName },
  );
export const bucketIsYours = (BucketName: string): Problem =>
  refusal(
    'BucketAlreadyOwnedByYou',
    'Your previous request to create the named bucket succeeded and you already own it.',
    { BucketName },
  );
export const bucketNotEmpty = (BucketName: string, hasVersions: boolean): Problem =>
  refusal(
    'BucketNotEmpty',
    hasVersions
      ? 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.'
      : 'The bucket you tried to delete is not empty',
    { BucketName },
  );
export const badLocation = (constraint: string): Problem =>
  refusal(
    'IllegalLocationConstraintException',
    `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );

export const methodNotAllowed = (Method: string, ResourceType: string): Problem =>
  refusal('MethodNotAllowed', 'The specified method is not allowed against this resource.', { Method, ResourceType });
export const preconditionFailed = (Condition: string): Problem =>
  refusal('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', { Condition });
export const notModified = (): Problem => refusal('NotModified', 'Not Modified');
export const badRange = (RangeRequested: string, ActualObjectSize: number): Problem =>
  refusal('InvalidRange', 'The requested range is not satisfiable', { RangeRequested, ActualObjectSize });
export const badPartNumber = (): Problem => refusal('InvalidPartNumber', 'The requested partnumber is not satisfiable');

export const badArgument = (message: string, ArgumentName: string, ArgumentValue: string): Problem =>
  refusal('InvalidArgument', message, { ArgumentName, ArgumentValue });
export const badRequest = (message: string): Problem => refusal('InvalidRequest', message);
export const malformedXml = (): Problem =>
  refusal('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema');
export const noBody = (): Problem => refusal('MissingRequestBodyError', 'Request Body is empty');
export const badUri = (): Problem => refusal('InvalidURI', "Couldn't parse the specified URI.");
export const keyTooLong = (size: number): Problem =>
  refusal('KeyTooLongError', 'Your key is too long', { Size: size, MaxSizeAllowed: 1024 });
export const metadataTooLarge = (Size: number): Problem =>
  refusal('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
    Size,
    MaxSizeAllowed: 2048,
  });
export const entityTooLarge = (ProposedSize: number, MaxSizeAllowed: number): Problem =>
  refusal('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', { ProposedSize, MaxSizeAllowed });
export const entityTooSmall = (PartNumber: number, ETag: string, ProposedSize: number): Problem =>
  refusal('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
    ETag,
    MinSizeAllowed: 5 * 1024 * 1024,
    ProposedSize,
    PartNumber,
  });
export const incompleteBody = (why?: string): Problem =>
  refusal(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
    {},
    why,
  );
export const badDigest = (what: string): Problem =>
  refusal('BadDigest', `The ${what} you specified did not match what we received.`);
export const badMd5 = (given: string): Problem =>
  refusal('InvalidDigest', 'The Content-MD5 you specified was invalid.', { 'Content-MD5': given });
export const badChecksumValue = (header: string): Problem => badRequest(`Value for ${header} header is invalid.`);
export const sha256Mismatch = (given: string, computed: string): Problem =>
  refusal('XAmzContentSHA256Mismatch', "The provided 'x-amz-content-sha256' header does not match what was computed.", {
    ClientComputedContentSHA256: given,
    S3ComputedContentSHA256: computed,
  });
export const badPart = (UploadId: string, PartNumber: number, ETag: string): Problem =>
  refusal(
    'InvalidPart',
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { UploadId, PartNumber, ETag },
  );
export const badPartOrder = (UploadId: string): Problem =>
  refusal('InvalidPartOrder', 'The list of parts was not in ascending order. Parts must be ordered by part number.', {
    UploadId,
  });
export const badTag = (message: string): Problem => refusal('InvalidTag', message);
export const noAcls = (): Problem => refusal('AccessControlListNotSupported', 'The bucket does not allow ACLs');
export const malformedPolicy = (message: string): Problem => refusal('MalformedPolicy', message);

/** Configured, and not enforceable here. The message says what; S3's own speaks of a header. */
export const notBuilt = (what: string): Problem =>
  refusal('NotImplemented', `${what} is not built in Gatewright, so it is refused and not ignored.`);

export const accessDenied = (message = 'Access Denied', why?: string): Problem =>
  refusal('AccessDenied', message, {}, why);
