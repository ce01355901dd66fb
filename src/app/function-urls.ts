/**
 * Serves function URLs: `{id}.lambda-url.{anything}` and `/_aws/lambda-url/{id}/…`. A URL is to a function what an HTTP API with one `$default` route is, so events
 * and answers are made as those of payload format 2.0; who may call, CORS and errors are Lambda's own ("Lambda function URLs" in its developer guide).
 */
import type { BodyStream } from '../base/body-stream.ts';
import { BoundedMap } from '../base/bounded-map.ts';
import type { Clock } from '../base/clock.ts';
import { type HeaderList, hasHeader, headerValue } from '../base/headers.ts';
import type { HttpReply, HttpRequest } from '../base/http.ts';
import { newTraceRoot } from '../base/ids.ts';
import { combined } from '../base/permissions.ts';
import { anonymousPrincipal, compileStatements, type PolicyOutcome } from '../base/policy.ts';
import { Problem } from '../base/problem.ts';
import { RequestContext } from '../base/request-context.ts';
import { verifySignature } from '../base/sigv4-verify.ts';
import { functionArn } from '../companions/functions/names.ts';
import { policyOf } from '../companions/functions/permissions.ts';
import type { UrlTarget } from '../companions/functions/urls.ts';
import { newExchange } from '../gateway/exchange.ts';
import type { Pages } from '../gateway/pages.ts';
import type { Exchange } from '../plan/exchange.ts';
import { readAnswer2 } from '../plan/http/function-answer.ts';
import { compileEvent2 } from '../plan/http/lambda-event-2.ts';
import type { RouteScope } from '../plan/http/route-scope.ts';
import { readMetadata } from '../plan/integrations/streamed-lambda-proxy.ts';
import type { AccessKey, Credentials } from '../ports/credentials.ts';
import type { FunctionInvocation, Functions } from '../ports/functions.ts';
import type { StreamedFunctions } from '../ports/streaming.ts';
import type { Log } from '../ports/telemetry.ts';
import { hostForm, pathForm } from './function-url-pages.ts';

export interface FunctionUrlParts {
  urlTarget(id: string): Promise<UrlTarget | undefined>;
  readonly functions: Functions & StreamedFunctions;
  readonly credentials: Credentials;
  /** A URL without authorization still needs the function's permission, as on AWS; in dev mode only where that is strict. */
  readonly strictPermissions: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** AWS: 6 MB. */
const maxBodyBytes = 6 * 1024 * 1024;
const action = 'lambda:InvokeFunctionUrl';

export function createFunctionUrls(parts: FunctionUrlParts): Pick<Pages, 'answer'> {
  const { clock, log, credentials, strictPermissions } = parts;
  /** Writers of events, by URL and by whose account stands in them. */
  const writers = new BoundedMap<(x: Exchange) => string>(1000);

  return {
    async answer(request) {
      const byPath = pathForm.exec(request.path);
      const host = headerValue(request.headers, 'host') ?? '';
      const id = byPath?.[1] ?? hostForm.exec(host)?.[1]?.toLowerCase() ?? '';
      const path = byPath === null ? request.path : (byPath[2] ?? '/');
      const x = newExchange(request, addressOf(id, host, path), clock);
      const ids = ['x-amzn-RequestId', x.requestId];
      const target = await parts.urlTarget(id);
      if (target === undefined) return jsonReply(404, { Message: null }, ids);
      const cors = corsHeaders(target, request);
      if (cors !== undefined && isPreflight(request)) return { status: 200, headers: [...cors, ...ids], body: '' };
      try {
        const reply = await called(target, x, request);
        return { ...reply, headers: [...withoutCors(reply.headers, cors), ...ids, ...(cors ?? [])] };
      } catch (error) {
        const refused = refusalOf(error, target, log);
        return { ...refused, headers: [...refused.headers, ...ids, ...(cors ?? [])] };
      }
    },
  };

  async function called(target: UrlTarget, x: Exchange, request: HttpRequest): Promise<HttpReply> {
    const caller = await admitted(target, request);
    if (request.body.length > maxBodyBytes) return jsonReply(413, { Message: 'Request Entity Too Large' }, []);
    if (caller !== undefined) {
      const { accessKeyId, account, userId, callerArn } = caller;
      x.caller = {
        ...{ accessKey: accessKeyId, accountId: account, caller: userId, user: userId, userArn: callerArn },
        ...{ principalOrgId: undefined, cognito: null },
      };
    }
    const invocation: FunctionInvocation = {
      functionArn: functionArn(target.record, target.qualifier),
      payload: writerFor(target, caller?.account ?? 'anonymous')(x),
      type: 'RequestResponse',
      traceId: `Root=${newTraceRoot(clock.now())};Sampled=0`,
    };
    return target.url.invokeMode === 'RESPONSE_STREAM' ? streamed(invocation) : buffered(invocation);
  }

  function writerFor({ record, url }: UrlTarget, account: string): (x: Exchange) => string {
    const key = `${url.id} ${account}`;
    const known = writers.get(key);
    if (known !== undefined) return known;
    const stage = {
      apiId: url.id,
      apiName: record.name,
      account,
      region: record.region,
      stage: '$default',
      deploymentId: '',
      stageVariables: null,
    };
    const made = compileEvent2({ label: '$default', stage } as unknown as RouteScope);
    writers.set(key, made);
    return made;
  }

  async function buffered(invocation: FunctionInvocation): Promise<HttpReply> {
    const result = await parts.functions.invoke(invocation);
    if (result.functionError !== undefined) throw failed(result.payload.toString());
    const answer = readAnswer2(result.payload.toString());
    if (typeof answer === 'string') throw failed(answer);
    const body = answer.isBase64Encoded ? Buffer.from(answer.body, 'base64') : answer.body;
    return { status: answer.status, headers: ['Content-Type', answer.contentType, ...answer.headers], body };
  }

  /** What the function writes goes on as it comes; a head before it, where the function writes one. */
  async function streamed(invocation: FunctionInvocation): Promise<HttpReply> {
    const result = await parts.functions.stream(invocation);
    if (result.functionError !== undefined) throw failed(result.payload.toString());
    const first = await result.body.read();
    const body = putBack(first, result.body);
    // The prelude of HttpResponseStream begins with its JSON; anything else is the body itself.
    if (first === undefined || first[0] !== 0x7b || !hasPrelude(first)) {
      return { status: 200, headers: ['Content-Type', 'application/octet-stream'], body: '', stream: body };
    }
    const begun = await readMetadata(body);
    if (typeof begun === 'string') {
      body.cancel();
      throw failed(begun);
    }
    const { status, contentType, headers } = begun.answer;
    return {
      status,
      headers: ['Content-Type', contentType, ...headers],
      body: '',
      stream: putBack(begun.rest, result.body),
    };
  }

  /** Who calls, where the URL asks. Throws a Problem when they may not. */
  async function admitted({ record, qualifier, url }: UrlTarget, request: HttpRequest): Promise<AccessKey | undefined> {
    const isOpen = url.authType === 'NONE';
    if (isOpen && !strictPermissions) return undefined;
    const resource = functionArn(record, qualifier);
    const nowMs = clock.now();
    const key = isOpen
      ? undefined
      : (
          await verifySignature(
            request,
            { service: 'lambda', allowsUnsignedPayload: true },
            (id) => credentials.accessKey(id),
            nowMs,
          )
        ).key;
    const said = {
      get: (name: string) =>
        name === 'lambda:functionurlauthtype'
          ? url.authType
          : name === 'lambda:invokedviafunctionurl'
            ? 'true'
            : key?.context.get(name),
    };
    const context = new RequestContext(request, nowMs, record.region, said);
    const statements = policyOf(record, qualifier)?.statements;
    const asked = { principal: key?.principal ?? anonymousPrincipal, action, resource, context };
    const byFunction: PolicyOutcome | undefined =
      statements && compileStatements(statements, 'resource', true).evaluate(asked);
    if (key === undefined) {
      if (byFunction?.decision === 'allow') return undefined;
      throw forbidden(`the function's policy lets nobody in particular call ${action} on ${resource}`);
    }
    const outcome = combined(key.permissions.decide(asked), byFunction, key.account === record.account);
    if (outcome.decision !== 'allow')
      throw forbidden(
        `${key.callerArn} may not ${action} on ${resource}: ${outcome.decision} by ${outcome.policyType}`,
      );
    return key;
  }
}

const forbidden = (why: string): Problem => new Problem('AccessDeniedException', forbiddenText, { why });
const forbiddenText =
  'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html';
const failed = (why: string): Problem => new Problem('FunctionFailed', 'Internal Server Error', { why });

function refusalOf(error: unknown, { record }: UrlTarget, log: Log): HttpReply {
  if (!(error instanceof Problem)) throw error;
  log.info(`Function URL of ${record.name}: ${error.kind}: ${error.why}`);
  switch (error.kind) {
    case 'FunctionFailed':
      return { status: 502, headers: ['Content-Type', 'application/json'], body: 'Internal Server Error' };
    case 'TooManyRequestsException':
      return jsonReply(429, { Reason: error.members['Reason'], Type: 'User', message: error.message }, [
        'x-amzn-ErrorType',
        error.kind,
      ]);
    case 'RequestTooLargeException':
      return jsonReply(413, { Message: error.message }, ['x-amzn-ErrorType', error.kind]);
    case 'ResourceNotFoundException':
      return jsonReply(404, { Message: error.message }, ['x-amzn-ErrorType', error.kind]);
    case 'AccessDeniedException':
    case 'MissingAuthenticationTokenException':
      return jsonReply(403, { Message: forbiddenText }, ['x-amzn-ErrorType', 'AccessDeniedException']);
    default:
      // What is wrong with a signature.
      return jsonReply(403, { message: error.message }, ['x-amzn-ErrorType', error.kind]);
  }
}

function jsonReply(status: number, value: object, headers: HeaderList): HttpReply {
  return { status, headers: ['Content-Type', 'application/json', ...headers], body: JSON.stringify(value) };
}

function addressOf(apiId: string, host: string, path: string) {
  const domainName = host.replace(/:\d+$/, '').toLowerCase();
  const domainPrefix = domainName.split('.')[0]!;
  return {
    kind: 'invoke',
    form: 'host',
    apiId,
    stage: '$default',
    path,
    contextPath: path,
    domainName,
    domainPrefix,
  } as const;
}

const isPreflight = ({ method, headers }: HttpRequest): boolean =>
  method === 'OPTIONS' && hasHeader(headers, 'access-control-request-method');

/** Of a request from a page, where the URL has CORS settings: what lets the page read the answer. Undefined: the function answers for itself. */
function corsHeaders({ url: { cors } }: UrlTarget, { headers, method }: HttpRequest): HeaderList | undefined {
  const origin = headerValue(headers, 'origin');
  if (cors === undefined) return undefined;
  const {
    AllowOrigins = [],
    AllowMethods = [],
    AllowHeaders = [],
    ExposeHeaders = [],
    MaxAge,
    AllowCredentials,
  } = cors;
  const isAllowed = origin !== undefined && AllowOrigins.some((allowed) => allowed === '*' || fits(allowed, origin));
  if (!isAllowed) return [];
  return [
    ...['Access-Control-Allow-Origin', AllowOrigins.includes('*') && AllowCredentials !== true ? '*' : origin],
    ...['Vary', 'Origin'],
    ...(AllowCredentials === true ? ['Access-Control-Allow-Credentials', 'true'] : []),
    ...(ExposeHeaders.length > 0 && method !== 'OPTIONS'
      ? ['Access-Control-Expose-Headers', ExposeHeaders.join(',')]
      : []),
    ...(method !== 'OPTIONS'
      ? []
      : [
          ...(AllowMethods.length > 0 ? ['Access-Control-Allow-Methods', AllowMethods.join(',')] : []),
          ...(AllowHeaders.length > 0 ? ['Access-Control-Allow-Headers', AllowHeaders.join(',')] : []),
          ...(MaxAge !== undefined ? ['Access-Control-Max-Age', String(MaxAge)] : []),
        ]),
  ];
}

/** `https://*.example.com`, as AWS allows. */
function fits(allowed: string, origin: string): boolean {
  const [before, after] = allowed.split('*', 2) as [string, string?];
  return after === undefined
    ? allowed === origin
    : origin.startsWith(before) && origin.endsWith(after) && origin.length >= allowed.length;
}

/** The URL's settings stand in place of what the function says of CORS. */
function withoutCors(headers: HeaderList, cors: HeaderList | undefined): HeaderList {
  if (cors === undefined) return headers;
  return headers.flatMap((name, i) =>
    i % 2 === 1 || name.toLowerCase().startsWith('access-control-') ? [] : [name, headers[i + 1]!],
  );
}

function putBack(first: Uint8Array | undefined, rest: BodyStream): BodyStream {
  let waiting = first;
  return {
    async read() {
      const piece = waiting;
      waiting = undefined;
      return piece !== undefined && piece.length > 0 ? piece : rest.read();
    },
    cancel: () => rest.cancel(),
  };
}

/** A JSON object, then eight NUL bytes: they come in one piece from every runtime that writes them. */
function hasPrelude(first: Uint8Array): boolean {
  return Buffer.from(first).indexOf(Buffer.alloc(8)) > 0;
}
