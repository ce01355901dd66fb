/**
 * AWS Signature Version 4, the verifying side: signatures in the Authorization header and in a presigned query. Follows "Create a signed AWS API
 * request" in the IAM user guide.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalRequest } from './canonical-request.ts';
import { type HeaderList, headerValue } from './headers.ts';
import type { HttpRequest } from './http.ts';
import { Problem } from './problem.ts';
import { basicTime, type SigningScope, scopeText, signatureAlgorithm, signingKey } from './signing-key.ts';

const maxSkewMs = 5 * 60_000;
const maxS3SkewMs = 15 * 60_000;
const maxPresignedSeconds = 7 * 24 * 3600;

/** Where and by whom a call was signed: `{key}/{yyyymmdd}/{region}/{service}/aws4_request`. */
export interface CredentialScope extends SigningScope {
  readonly accessKeyId: string;
}

interface Signature {
  readonly scope: CredentialScope;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `yyyymmddThhmmssZ` */
  readonly amzDate: string;
  readonly securityToken: string | undefined;
  /** Seconds a presigned URL lives; undefined for a signed header and a URL that does not say. */
  readonly expiresSeconds: number | undefined;
}

/** The parameter of a presigned URL, its name compared exactly. */
function queryParameter(query: string, name: string): string | undefined {
  if (!query.includes(name)) return undefined;
  return new URLSearchParams(query).get(name) ?? undefined;
}

function parseScope(credential: string): CredentialScope | undefined {
  const parts = credential.split('/');
  // An access key may itself hold slashes; the scope is the last four parts.
  if (parts.length < 5 || parts.at(-1) !== 'aws4_request') return undefined;
  const [date, region, service] = parts.slice(-4) as [string, string, string];
  const accessKeyId = parts.slice(0, -4).join('/');
  return accessKeyId === '' || region === '' || service === '' ? undefined : { accessKeyId, date, region, service };
}

/** The scope a call claims, unverified; undefined when it is unsigned or its signature is not readable. */
export function claimedScope(request: Pick<HttpRequest, 'headers' | 'query'>): CredentialScope | undefined {
  const authorization = headerValue(request.headers, 'authorization');
  const credential =
    authorization === undefined
      ? queryParameter(request.query, 'X-Amz-Credential')
      : /(?:^|[\s,])Credential=([^\s,]+)/.exec(authorization)?.[1];
  return credential === undefined ? undefined : parseScope(credential);
}

/** Whether the call carries a signature of any kind. */
export function isSigned(request: Pick<HttpRequest, 'headers' | 'query'>): boolean {
  return (
    headerValue(request.headers, 'authorization') !== undefined ||
    /(?:^|&)X-Amz-(?:Signature|Credential)(?:[=&]|$)/.test(request.query)
  );
}

function incomplete(message: string): Problem {
  return new Problem('IncompleteSignatureException', message);
}

function parseAuthorization(authorization: string, headers: HeaderList, quotes: boolean): Signature {
  const [scheme, rest = ''] = splitOnce(authorization.trim(), ' ');
  const unsupported = (): Problem => incomplete(`Unsupported AWS 'algorithm': '${scheme}'. Authorization=${scheme}`);
  if (scheme !== signatureAlgorithm && !quotes) throw unsupported();
  const fields = new Map<string, string>();
  for (const part of rest.split(',')) {
    const text = part.trim();
    const at = text.indexOf('=');
    // Recorded for a Bearer token sent to an AWS_IAM method.
    if (at <= 0 && quotes) {
      if (text === '') continue;
      throw incomplete(
        `'${text}' not a valid key=value pair (missing equal-sign) in Authorization header: '${authorization}'.`,
      );
    }
    if (at <= 0) {
      const digest = createHash('sha256').update(authorization).digest('base64');
      throw incomplete(
        `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${digest}'.`,
      );
    }
    fields.set(text.slice(0, at), text.slice(at + 1));
  }
  const complaints: string[] = [];
  for (const name of ['Credential', 'Signature', 'SignedHeaders']) {
    if (!fields.has(name)) complaints.push(`Authorization header requires '${name}' parameter.`);
  }
  const amzDate = headerValue(headers, 'x-amz-date') ?? isoBasic(headerValue(headers, 'date'));
  if (amzDate === undefined) {
    complaints.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  if (complaints.length > 0) throw incomplete(`${complaints.join(' ')} Authorization=${scheme}`);
  if (scheme !== signatureAlgorithm) throw unsupported();
  return {
    scope: scopeOf(fields.get('Credential')!),
    signedHeaders: fields.get('SignedHeaders')!.toLowerCase().split(';'),
    signature: fields.get('Signature')!,
    amzDate: amzDate!,
    securityToken: headerValue(headers, 'x-amz-security-token'),
    expiresSeconds: undefined,
  };
}

function parsePresigned(query: string): Signature {
  const parameters = new URLSearchParams(query);
  const given = parameters.get('X-Amz-Algorithm');
  if (given !== signatureAlgorithm) throw incomplete(`Unsupported AWS 'algorithm': '${given}'.`);
  const names = ['X-Amz-Credential', 'X-Amz-Signature', 'X-Amz-SignedHeaders', 'X-Amz-Date'] as const;
  const missing = names.filter((name) => !parameters.get(name));
  if (missing.length > 0) {
    throw incomplete(missing.map((name) => `AWS query-string parameters must include '${name}'.`).join(' '));
  }
  // Only S3 insists on it; without it the URL lives as long as a signed header does.
  const expires = parameters.get('X-Amz-Expires');
  const expiresSeconds = expires === null ? undefined : Number(expires);
  const isUsable = (seconds: number): boolean =>
    Number.isInteger(seconds) && seconds >= 1 && seconds <= maxPresignedSeconds;
  if (expiresSeconds !== undefined && !isUsable(expiresSeconds)) {
    throw incomplete(`X-Amz-Expires must be between 1 and ${maxPresignedSeconds} seconds.`);
  }
  return {
    scope: scopeOf(parameters.get('X-Amz-Credential')!),
    signedHeaders: parameters.get('X-Amz-SignedHeaders')!.toLowerCase().split(';'),
    signature: parameters.get('X-Amz-Signature')!,
    amzDate: parameters.get('X-Amz-Date')!,
    securityToken: parameters.get('X-Amz-Security-Token') ?? undefined,
    expiresSeconds,
  };
}

function scopeOf(credential: string): CredentialScope {
  const scope = parseScope(credential);
  if (scope !== undefined) return scope;
  throw incomplete(
    `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
  );
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** An HTTP date as `yyyymmddThhmmssZ`. */
function isoBasic(date: string | undefined): string | undefined {
  if (date === undefined) return undefined;
  if (/^\d{8}T\d{6}Z$/.test(date)) return date;
  const ms = Date.parse(date);
  return Number.isNaN(ms) ? undefined : basicTime(ms);
}

function timeOf(amzDate: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(amzDate);
  if (match === null)
    throw incomplete(
      `Date must be in ISO-8601 'basic format'. Got '${amzDate}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    );
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** What a signature is checked with. */
export interface VerifyingKey {
  readonly secretAccessKey: string;
  /** Required in `X-Amz-Security-Token` when set. */
  readonly sessionToken?: string;
  /** Epoch milliseconds after which the key is good for nothing; absent for a key that lasts. */
  readonly expiresAtMs?: number;
}

export interface SignatureRules {
  /** The signing name the call must be scoped to. */
  readonly service: string;
  /** The region it must be scoped to; any when undefined. */
  readonly region?: string;
  /** Take `UNSIGNED-PAYLOAD` without TLS, too. */
  readonly allowsUnsignedPayload?: boolean;
  /**
   * S3's rules: the path is signed as it is, bodies come after and are held against `x-amz-content-sha256` by whoever reads them, and clocks may be off by a
   * quarter of an hour.
   */
  readonly isForS3?: boolean;
  /** An Authorization header of another scheme is quoted as text, as API Gateway does for an API's own requests; otherwise its hash is. */
  readonly quotesAuthorization?: boolean;
}

export interface Verified<Key extends VerifyingKey> {
  readonly key: Key;
  readonly scope: CredentialScope;
}

/**
 * Who signed the request; at once when the key is. Throws or rejects with a Problem in AWS's words when nobody did, the key is unknown or expired, the
 * time is off by more than five minutes, or the signature is not the one we calculate.
 */
export function verifySignature<Key extends VerifyingKey>(
  request: HttpRequest,
  rules: SignatureRules,
  keyOf: (accessKeyId: string) => Key | undefined | Promise<Key | undefined>,
  nowMs: number,
): Verified<Key> | Promise<Verified<Key>> {
  if (!isSigned(request)) throw new Problem('MissingAuthenticationTokenException', 'Missing Authentication Token');
  const authorization = headerValue(request.headers, 'authorization');
  const signature =
    authorization === undefined
      ? parsePresigned(request.query)
      : parseAuthorization(authorization, request.headers, rules.quotesAuthorization === true);
  const { scope } = signature;
  if (rules.region !== undefined && scope.region !== rules.region) {
    throw invalid(`Credential should be scoped to a valid region, not '${scope.region}'. `);
  }
  if (scope.service !== rules.service) {
    throw invalid(`Credential should be scoped to correct service: '${rules.service}'. `);
  }
  checkTime(signature, nowMs, rules.isForS3 === true ? maxS3SkewMs : maxSkewMs);
  // A signature that leaves out the host could be replayed elsewhere; one that leaves out an x-amz header lets it be changed on the way.
  const uncovered = ['host', ...amzHeaders(request.headers)].find((name) => !signature.signedHeaders.includes(name));
  if (uncovered !== undefined) {
    throw invalid(
      uncovered === 'host'
        ? "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
        : `'${uncovered}' must be a 'SignedHeader' in the AWS Authorization.`,
    );
  }
  const isForS3 = rules.isForS3 === true;
  const payloadHash = isForS3
    ? signedPayloadHash(request, signature)
    : payloadHashOf(request, signature, rules.allowsUnsignedPayload === true);

  function verifyWith(key: Key | undefined): Verified<Key> {
    if (
      key === undefined ||
      (key.sessionToken !== undefined && !sameText(key.sessionToken, signature.securityToken ?? ''))
    ) {
      throw new Problem('UnrecognizedClientException', 'The security token included in the request is invalid.');
    }
    checkSignature(request, signature, payloadHash, key.secretAccessKey, isForS3);
    if (key.expiresAtMs !== undefined && nowMs >= key.expiresAtMs) {
      throw new Problem('ExpiredTokenException', 'The security token included in the request is expired');
    }
    return { key, scope };
  }

  const key = keyOf(scope.accessKeyId);
  return key instanceof Promise ? key.then(verifyWith) : verifyWith(key);
}

function invalid(message: string): Problem {
  return new Problem('InvalidSignatureException', message);
}

function checkSignature(
  request: HttpRequest,
  signature: Signature,
  payloadHash: string,
  secret: string,
  isForS3: boolean,
): void {
  const { scope } = signature;
  const key = signingKey(secret, scope);
  const toSignOf = (canonical: string): string =>
    `${signatureAlgorithm}\n${signature.amzDate}\n${scopeText(scope)}\n${sha256(canonical)}`;
  const isSignatureOf = (canonical: string): boolean =>
    sameText(createHmac('sha256', key).update(toSignOf(canonical)).digest('hex'), signature.signature);
  const pathRule = isForS3 ? 'as-is' : 'normalized';
  const canonical = canonicalRequest(request, signature.signedHeaders, payloadHash, pathRule);
  if (isSignatureOf(canonical)) return;
  // Some clients (curl among them) encode the path once, not twice, and leave its slashes alone. With an encoded `%` in it the two could not be told
  // apart: what was signed for `/a%20b` would let in `/a%2520b`, another path.
  const isUnambiguous = !isForS3 && !request.path.includes('%25');
  if (isUnambiguous && isSignatureOf(canonicalRequest(request, signature.signedHeaders, payloadHash, 'as-is'))) return;
  throw new Problem(
    'InvalidSignatureException',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. ' +
      `Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'${canonical}'\n\n` +
      `The String-to-Sign should have been\n'${toSignOf(canonical)}'\n`,
    { why: `wrong signature of access key ${scope.accessKeyId}` },
  );
}

/** What S3 puts where the hash of the body stands: the caller's word, which a presigned URL seldom gives. */
function signedPayloadHash(request: HttpRequest, { expiresSeconds }: Signature): string {
  const given = headerValue(request.headers, 'x-amz-content-sha256');
  if (given !== undefined && given !== '') return given;
  const inQuery = queryParameter(request.query, 'X-Amz-Content-Sha256');
  if (inQuery !== undefined) return inQuery;
  return expiresSeconds === undefined ? sha256(request.body) : 'UNSIGNED-PAYLOAD';
}

/** Hash of the body as the caller signed it. A hash given in a header must be the hash of what came. */
function payloadHashOf(request: HttpRequest, signature: Signature, allowsUnsigned: boolean): string {
  const given = headerValue(request.headers, 'x-amz-content-sha256');
  if (given === 'UNSIGNED-PAYLOAD') {
    // Without TLS nothing would protect the body on its way. SDKs leave bodies unsigned over TLS only, too.
    if (request.secure || allowsUnsigned) return given;
    throw invalid('An unsigned payload is accepted over TLS only.');
  }
  const actual = sha256(request.body);
  if (given === undefined || given === '') return actual;
  if (given.toLowerCase() !== actual && signature.signedHeaders.includes('x-amz-content-sha256')) {
    throw new Problem(
      'InvalidSignatureException',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  return actual;
}

function checkTime(signature: Signature, nowMs: number, skewMs: number): void {
  const signedMs = timeOf(signature.amzDate);
  if (!signature.amzDate.startsWith(signature.scope.date)) {
    throw new Problem(
      'InvalidSignatureException',
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${signature.scope.date}' != '${signature.amzDate.slice(0, 8)}', from '${signature.amzDate}'.`,
    );
  }
  const lifeMs = signature.expiresSeconds === undefined ? skewMs : signature.expiresSeconds * 1000;
  const now = basicTime(nowMs);
  if (nowMs - signedMs > lifeMs) {
    const limit = basicTime(nowMs - lifeMs);
    throw new Problem(
      'InvalidSignatureException',
      `Signature expired: ${signature.amzDate} is now earlier than ${limit} (${now} - ${lifeMs / 60_000} min.)`,
    );
  }
  if (signedMs - nowMs > skewMs) {
    const limit = basicTime(nowMs + skewMs);
    throw new Problem(
      'InvalidSignatureException',
      `Signature not yet current: ${signature.amzDate} is still later than ${limit} (${now} + ${skewMs / 60_000} min.)`,
    );
  }
}

/** Headers that must be signed when they are sent. */
function amzHeaders(headers: HeaderList): string[] {
  const names: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!.toLowerCase();
    if (name === 'x-amz-date' || name === 'x-amz-security-token' || name === 'x-amz-target') names.push(name);
  }
  return names;
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
