/** Who makes an S3 call: signatures by S3's rules, in S3's words. */
import type { Clock } from '../../base/clock.ts';
import { headerValue } from '../../base/headers.ts';
import type { HttpRequest } from '../../base/http.ts';
import { Problem } from '../../base/problem.ts';
import { claimedScope, isSigned, verifySignature } from '../../base/sigv4-verify.ts';
import type { AccessKey, Credentials } from '../../ports/credentials.ts';
import { accessDenied, badArgument, badRequest } from './refusals.ts';

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
  { mode, credentials, clock }: AuthenticateOptions,
): Promise<Authenticated> {
  const claimed = claimedScope(request);
  refuseOldSignatures(request);
  if (claimed === undefined && !isSigned(request)) {
    return {
      ...{ account: defaultAccount, region: defaultRegion, accessKeyId: undefined },
      callerArn: mode === 'dev' ? `arn:aws:iam::${defaultAccount}:root` : 'anonymous',
      ...{ caller: undefined, secret: undefined },
    };
  }
  if (mode === 'dev') {
    const caller = claimed && (await credentials.accessKey(claimed.accessKeyId));
    const account =
      caller?.account ?? (/^\d{12}$/.test(claimed?.accessKeyId ?? '') ? claimed!.accessKeyId : defaultAccount);
    return {
      ...{ account, region: claimed?.region ?? defaultRegion, accessKeyId: claimed?.accessKeyId },
      callerArn: caller?.callerArn ?? `arn:aws:iam::${account}:root`,
      ...{ caller, secret: undefined },
    };
  }
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

function refuseOldSignatures({ headers, query }: HttpRequest): void {
  const isOld =
    /^AWS [^:\s]+:/.test(headerValue(headers, 'authorization') ?? '') || /(?:^|&)AWSAccessKeyId=/.test(query);
  if (!isOld) return;
  throw badRequest('The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.');
}

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
      return new Problem('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', {
        ...options,
        members: { AWSAccessKeyId: claimedScope({ headers, query })?.accessKeyId ?? '' },
      });
    case 'ExpiredTokenException':
      return new Problem('ExpiredToken', 'The provided token has expired.', options);
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
  return new Problem(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    options,
  );
}
