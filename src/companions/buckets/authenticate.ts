/** Who makes an S3 call: signatures by S3's rules, in S3's words. */
import type { Clock } from '../../base/clock.ts';
import { headerValue } from '../../base/headers.ts';
import type { HttpRequest } from '../../base/http.ts';
import { Problem } from '../../base/problem.ts';
import { claimedScope, isSigned, verifySignature } from '../../base/sigv4-verify.ts';
import type { AccessKey, Credentials } from '../../ports/credentials.ts';
import type { BucketAddress } from './address.ts';
import { accessDenied, badArgument } from './refusals.ts';
import { checkTimeV2, isSignedWith, type SignatureV2, signatureV2Of } from './signature-v2.ts';

export interface Authenticated {
  readonly account: string;
  readonly region: string;
  readonly accessKeyId: string | undefined;
  readonly callerArn: string;
  /** Undefined for nobody in particular, and in dev mode for a key nobody made. */
  readonly caller: AccessKey | undefined;
  /** Of a verified signature: its chunks are signed with it, too. */
  readonly secret: string | undefined;
}

export interface AuthenticateOptions {
  readonly mode: 'dev' | 'secure';
  readonly credentials: Credentials;
  readonly clock: Clock;
}

const defaultAccount = '000000000000';
const defaultRegion = 'us-east-1';

/** Rejects with a Problem in S3's words for a signature that is none. A call without one is nobody's. */
export async function authenticate(
  request: HttpRequest,
  address: BucketAddress,
  { mode, credentials, clock }: AuthenticateOptions,
): Promise<Authenticated> {
  const claimed = claimedScope(request);
  const v2 = signatureV2Of(request);
  if (v2 === undefined && claimed === undefined && !isSigned(request)) {
    return {
      ...{ account: defaultAccount, region: defaultRegion, accessKeyId: undefined },
      callerArn: mode === 'dev' ? `arn:aws:iam::${defaultAccount}:root` : 'anonymous',
      ...{ caller: undefined, secret: undefined },
    };
  }
  if (mode === 'dev') {
    const accessKeyId = claimed?.accessKeyId ?? v2?.accessKeyId;
    const caller = accessKeyId === undefined ? undefined : await credentials.accessKey(accessKeyId);
    const account = caller?.account ?? (/^\d{12}$/.test(accessKeyId ?? '') ? accessKeyId! : defaultAccount);
    return {
      ...{ account, region: claimed?.region ?? defaultRegion, accessKeyId },
      callerArn: caller?.callerArn ?? `arn:aws:iam::${account}:root`,
      ...{ caller, secret: undefined },
    };
  }
  if (v2 !== undefined) return authenticateV2(v2, request, address, { mode, credentials, clock });
  refuseUnsignedHeaders(request);
  try {
    const verified = await verifySignature(
      request,
      { service: 's3', isForS3: true },
      (accessKeyId) => credentials.accessKey(accessKeyId),
      clock.now(),
    );
    const { account, accessKeyId, callerArn, secretAccessKey } = verified.key;
    const { region } = verified.scope;
    return { account, region, accessKeyId, callerArn, caller: verified.key, secret: secretAccessKey };
  } catch (error) {
    throw error instanceof Problem ? inS3Words(error, request) : error;
  }
}

async function authenticateV2(
  v2: SignatureV2,
  request: HttpRequest,
  address: BucketAddress,
  { credentials, clock }: AuthenticateOptions,
): Promise<Authenticated> {
  const key = await credentials.accessKey(v2.accessKeyId);
  const isToken = key?.sessionToken === undefined || key.sessionToken === v2.securityToken;
  if (key === undefined || !isToken) throw unknownKey(v2.accessKeyId);
  checkTimeV2(v2, request, clock.now());
  if (!isSignedWith(key.secretAccessKey, v2, request, address))
    throw wrongSignature(`of version 2, of access key ${v2.accessKeyId}`);
  if (key.expiresAtMs !== undefined && clock.now() >= key.expiresAtMs) throw expiredToken();
  const { account, accessKeyId, callerArn, secretAccessKey } = key;
  return { account, region: defaultRegion, accessKeyId, callerArn, caller: key, secret: secretAccessKey };
}

const unknownKey = (accessKeyId: string, why?: string): Problem =>
  new Problem('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', {
    members: { AWSAccessKeyId: accessKeyId },
    ...(why !== undefined && { why }),
  });
const expiredToken = (): Problem => new Problem('ExpiredToken', 'The provided token has expired.');
const wrongSignature = (why: string): Problem =>
  new Problem(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    { why },
  );

/** A header that says what to do with an object must not be put in on the way. */
function refuseUnsignedHeaders({ headers, query }: HttpRequest): void {
  const authorization = headerValue(headers, 'authorization');
  const signed = (
    authorization === undefined
      ? (new URLSearchParams(query).get('X-Amz-SignedHeaders') ?? '')
      : (/SignedHeaders=([^\s,]+)/.exec(authorization)?.[1] ?? '')
  ).toLowerCase();
  const names = new Set(signed.split(';'));
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!.toLowerCase();
    // A presigned URL leaves the body's hash to whoever uses it.
    if (
      !name.startsWith('x-amz-') ||
      names.has(name) ||
      (authorization === undefined && name === 'x-amz-content-sha256')
    )
      continue;
    throw new Problem('AccessDenied', 'There were headers present in the request which were not signed', {
      members: { HeadersNotSigned: name },
    });
  }
}

function inS3Words(problem: Problem, { headers, query }: HttpRequest): Problem {
  const isPresigned = headerValue(headers, 'authorization') === undefined;
  const options = { why: problem.why };
  switch (problem.kind) {
    case 'UnrecognizedClientException':
      return unknownKey(claimedScope({ headers, query })?.accessKeyId ?? '', problem.why);
    case 'ExpiredTokenException':
      return expiredToken();
    case 'IncompleteSignatureException':
      return new Problem(
        isPresigned ? 'AuthorizationQueryParametersError' : 'AuthorizationHeaderMalformed',
        isPresigned ? problem.message : `The authorization header is malformed; ${problem.message}`,
        options,
      );
    default:
      break;
  }
  if (/^Signature (?:expired|not yet current)/.test(problem.message)) {
    if (isPresigned)
      return accessDenied(
        problem.message.includes('expired') ? 'Request has expired' : 'Request is not valid yet',
        problem.why,
      );
    return new Problem(
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      options,
    );
  }
  if (problem.message.startsWith('Credential should be scoped')) {
    return badArgument(problem.message, 'X-Amz-Credential', '');
  }
  return wrongSignature(problem.why);
}
