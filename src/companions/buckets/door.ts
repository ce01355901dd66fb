/** S3's front door: a request to an operation, who asks, whether they may, the answer; and every failure as S3's XML. */
import { createHash, randomBytes } from 'node:crypto';
import { type HeaderList, headerValue } from '../../base/headers.ts';
import type { HttpReply, HttpRequest } from '../../base/http.ts';
import { Problem } from '../../base/problem.ts';
import type { Log } from '../../ports/telemetry.ts';
import type { AnsweredCall } from '../../wire/endpoint.ts';
import { errorAnswer } from '../../wire/errors.ts';
import { decodeRestXml, encodeRestXml, xmlHead } from '../../wire/rest-xml.ts';
import type { Service } from '../../wire/service.ts';
import { escapeXml, xmlElement } from '../../wire/xml.ts';
import { actionOf } from './actions.ts';
import { type BucketAddress, bucketAddress } from './address.ts';
import { type Authenticated, authenticate } from './authenticate.ts';
import type { Authorize } from './authorize.ts';
import { decodedAwsChunks, type Trailers } from './aws-chunked.ts';
import type { BucketsOptions } from './buckets.ts';
import type { BucketAnswer, BucketCall } from './call.ts';
import { runningChecksum } from './checksums.ts';
import { createChunkSignatures } from './chunk-signatures.ts';
import { type CorsQuestion, corsHeaders, corsQuestion } from './cors.ts';
import { bodyOf, givenChecksum, incomingObject } from './incoming-object.ts';
import { buckets } from './records.ts';
import {
  accessDenied,
  badArgument,
  badDigest,
  badMd5,
  badUri,
  methodNotAllowed,
  sha256Mismatch,
  statusOf,
} from './refusals.ts';
import { type BucketRouter, compileBucketRouter } from './routing.ts';

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** Of documents; objects are read as they come. */
const maxDocumentBytes = 2 * 1024 * 1024;

export interface DoorOptions
  extends Pick<BucketsOptions, 'store' | 'clock' | 'log' | 'mode' | 'credentials' | 'answered'> {
  readonly service: Service;
  readonly authorize: Authorize;
}

/** `isForeignPage`: a browser sent it for a page of another site. */
export type Door = (request: HttpRequest, isForeignPage: boolean) => Promise<HttpReply>;

export function createDoor(options: DoorOptions): Door {
  const { store, clock, log, mode, service, authorize } = options;
  const { model, dialect } = service;
  const built = new Set(service.operations.filter((each) => each.built).map(({ name }) => name));
  const route: BucketRouter = compileBucketRouter(model, (name) => built.has(name));

  return async function answer(request, isForeignPage) {
    const requestId = randomBytes(8).toString('hex').toUpperCase();
    const hostId = randomBytes(57).toString('base64');
    const startedAtMs = clock.now();
    const address = bucketAddress(request);
    const question = corsQuestion(request);
    let operationName: string | undefined;
    let made: Pick<AnsweredCall, 'operation' | 'call' | 'caller' | 'input' | 'output'> | undefined;
    let failure: AnsweredCall['failure'];
    let cors: HeaderList = [];

    const reply = await respond().catch((thrown: unknown) => {
      const { problem, isOurFault } = asS3Problem(thrown, log, operationName);
      const status = problem.kind === 'NotImplementedException' ? 501 : (statusOf[problem.kind] ?? 400);
      const code = problem.kind === 'NotImplementedException' ? 'NotImplemented' : problem.kind;
      if (!isOurFault && problem.why !== problem.message) log.info(`S3: ${code}: ${problem.why}`, { requestId });
      failure = errorAnswer(problem, model, dialect, silent, { requestId, operation: operationName });
      failure = { ...failure, status, code, exceptionName: code, message: problem.message };
      return errorReply(status, code, problem, request, { requestId, hostId });
    });
    if (made !== undefined) options.answered?.({ ...made, service, request, failure, startedAtMs });
    log.debug(`S3 ${operationName ?? `${request.method} ${request.path}`}: ${reply.status}`, { requestId });
    request.bodyStream?.cancel();
    const ids = ['x-amz-request-id', requestId, 'x-amz-id-2', hostId];
    return { ...reply, headers: [...reply.headers, ...cors, 'Server', 'AmazonS3', ...ids] };

    async function respond(): Promise<HttpReply> {
      if (address === undefined) throw badUri();
      const rules = question === undefined ? undefined : await rulesOf(address);
      const allowed = question && rules && corsHeaders(rules, question);
      if (request.method === 'OPTIONS') return preflight(question, rules, allowed);
      if (allowed !== undefined) cors = allowed;
      // In dev mode anybody's word is taken; a page that the bucket does not know must not change things through its visitor's browser.
      const changes = request.method !== 'GET' && request.method !== 'HEAD';
      if (isForeignPage && mode === 'dev' && changes && allowed === undefined) {
        throw accessDenied(
          'Access denied to pages of other sites',
          'a page of another site, which the CORS configuration of the bucket does not name',
        );
      }
      const who = await authenticate(request, address, options);
      const query = new URLSearchParams(request.query);
      const level = address.key !== undefined ? 'object' : address.bucket !== undefined ? 'bucket' : 'service';
      const name = route(request.method, level, query, request.headers);
      if (name === undefined) throw methodNotAllowed(request.method, level.toUpperCase());
      operationName = name;
      const operation = model.operation(name);
      const call = callOf(who, address, query);
      made = { operation, call, caller: who.caller, input: undefined, output: undefined };
      const whole = isObjectPut(name) ? request : await withWholeBody(request, who.secret);
      const most = query.get('max-keys');
      if (most !== null && most !== '' && !/^-?\d{1,9}$/.test(most)) {
        throw badArgument('Provided max-keys not an integer or within integer range', 'max-keys', most);
      }
      const labels = { Bucket: address.bucket ?? '', Key: address.key ?? '' };
      const input = decodeRestXml(operation, { operation: name, labels, literalQuery: [] }, query, whole);
      made = { ...made, input };
      const asked = actionOf(name, call);
      if (asked !== undefined) await call.mayAlso(asked.action, asked.resource);
      const output = ((await service.run(operation, input, call)) ?? {}) as Record<string, unknown>;
      made = { ...made, output };
      return encoded(name, output, call.answer);
    }

    function callOf(
      who: Authenticated,
      { bucket = '', key = '', isVirtualHosted }: BucketAddress,
      query: URLSearchParams,
    ): BucketCall {
      const { account, region, accessKeyId, callerArn, caller, secret } = who;
      const call: BucketCall = {
        ...{ account, region, requestId, accessKeyId, callerArn, caller, request, query, bucket, key, isVirtualHosted },
        endpoint: `${request.secure ? 'https' : 'http'}://${headerValue(request.headers, 'host') ?? 'localhost'}`,
        incoming: (wantedAlgorithm) => incomingObject({ request, secret, wantedAlgorithm }),
        mayAlso: (action, resource) => (mode === 'dev' ? Promise.resolve() : authorize(call, action, resource)),
        answer: { headers: [] },
      };
      return call;
    }
  };

  async function rulesOf({ bucket }: BucketAddress) {
    if (bucket === undefined) return undefined;
    return (await store.read((tx) => tx.get(buckets, [bucket])))?.cors;
  }

  function encoded(name: string, output: Record<string, unknown>, answer: BucketAnswer): HttpReply {
    const operation = model.operation(name);
    const { headers, body } = encodeRestXml(operation, output, dialect, namespace);
    const text = answer.body ?? body;
    const status = answer.status ?? operation.responseCode;
    const type = text !== '' && answer.body === undefined ? ['Content-Type', 'application/xml'] : [];
    return { status, headers: [...headers, ...answer.headers, ...type], body: text, stream: answer.stream };
  }
}

/** Operations whose body is an object's bytes. */
const isObjectPut = (name: string): boolean => name === 'PutObject' || name === 'UploadPart';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** The preflight's answer; 403 in S3's words where no rule lets the page in. */
function preflight(question: CorsQuestion | undefined, rules: unknown, allowed: HeaderList | undefined): HttpReply {
  if (question === undefined || question.method === '') {
    throw new Problem('BadRequest', 'Insufficient information. Origin request header needed.');
  }
  if (allowed !== undefined) return { status: 200, headers: allowed, body: '' };
  throw accessDenied(
    rules === undefined
      ? 'CORSResponse: CORS is not enabled for this bucket.'
      : "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
  );
}

/** A document's bytes, held against every digest that came with them. */
async function withWholeBody(request: HttpRequest, secret: string | undefined): Promise<HttpRequest> {
  const header = (name: string): string | undefined => headerValue(request.headers, name);
  const given = header('x-amz-content-sha256') ?? '';
  const trailers: Trailers = { values: new Map() };
  const isSigned = given.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD') && secret !== undefined;
  const source = bodyOf(request);
  const pieces: Uint8Array[] = [];
  let size = 0;
  const decoded = given.startsWith('STREAMING-')
    ? decodedAwsChunks(source, trailers, isSigned ? createChunkSignatures(request, secret!) : undefined)
    : source;
  for await (const piece of decoded) {
    size += piece.length;
    if (size > maxDocumentBytes) throw new Problem('MaxMessageLengthExceeded', 'Your request was too big.');
    pieces.push(piece);
  }
  const body = Buffer.concat(pieces);
  const sha256 = createHash('sha256').update(body).digest('hex');
  if (/^[0-9a-f]{64}$/i.test(given) && given.toLowerCase() !== sha256) throw sha256Mismatch(given, sha256);
  const md5 = header('content-md5');
  if (md5 !== undefined) {
    if (Buffer.from(md5, 'base64').length !== 16) throw badMd5(md5);
    if (createHash('md5').update(body).digest('base64') !== md5) throw badDigest('Content-MD5');
  }
  const checksum = givenChecksum((name) => header(name) ?? trailers.values.get(name));
  // CompleteMultipartUpload tells the checksum of the object, not of its own document.
  if (checksum !== undefined && !/[?&]?uploadId=/.test(request.query)) {
    const running = runningChecksum(checksum.algorithm);
    running.update(body);
    if (running.digest().toString('base64') !== checksum.value) throw badDigest(checksum.algorithm);
  }
  return { ...request, body };
}

function asS3Problem(
  thrown: unknown,
  log: Log,
  operation: string | undefined,
): { problem: Problem; isOurFault: boolean } {
  if (thrown instanceof Problem) {
    // Kinds of the wire layer, in S3's words.
    if (thrown.kind === 'SerializationException')
      return { problem: new Problem('InvalidArgument', thrown.message, { why: thrown.why }), isOurFault: false };
    return { problem: thrown, isOurFault: false };
  }
  log.error(`S3: ${operation ?? 'a call'} failed unexpectedly`, {
    error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
  });
  const problem = new Problem('InternalError', 'We encountered an internal error. Please try again.');
  return { problem, isOurFault: true };
}

function errorReply(
  status: number,
  code: string,
  problem: Problem,
  request: HttpRequest,
  { requestId, hostId }: { requestId: string; hostId: string },
): HttpReply {
  const extraHeaders = (problem.members['headers'] as HeaderList | undefined) ?? [];
  if (status === 304 || request.method === 'HEAD') return { status, headers: [...extraHeaders], body: '' };
  const members = Object.entries(problem.members)
    .filter(([name]) => name !== 'headers')
    .map(([name, value]) => xmlElement(name, escapeXml(String(value))))
    .join('');
  const error =
    xmlElement('Code', escapeXml(code)) +
    xmlElement('Message', escapeXml(problem.message)) +
    members +
    xmlElement('RequestId', requestId) +
    xmlElement('HostId', hostId);
  return {
    status,
    headers: [...extraHeaders, 'Content-Type', 'application/xml'],
    body: `${xmlHead}${xmlElement('Error', error)}`,
  };
}
