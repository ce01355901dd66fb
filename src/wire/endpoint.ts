/**
 * The control plane's front door: tells services apart, checks or reads the signature, and takes a call through routing, decoding, validation, its
 * handler and encoding. Whatever happens, the caller gets an answer of the service's own protocol with a request id.
 */
import { gunzipSync } from 'node:zlib';
import type { Clock } from '../base/clock.ts';
import { headerValue } from '../base/headers.ts';
import type { HttpReply, HttpRequest } from '../base/http.ts';
import { newExtendedRequestId } from '../base/ids.ts';
import { Problem } from '../base/problem.ts';
import { type CredentialScope, claimedScope, verifySignature } from '../base/sigv4-verify.ts';
import type { AccessKey, Credentials } from '../ports/credentials.ts';
import type { Log } from '../ports/telemetry.ts';
import { addressedService, protocolOf } from './addressed-service.ts';
import type { Call } from './call.ts';
import { type ErrorAnswer, errorAnswer } from './errors.ts';
import { asksForHal, halMediaType, wantsHal, withLinks } from './hal.ts';
import type { WireRequest } from './protocol.ts';
import type { Service } from './service.ts';
import type { OperationModel } from './service-model.ts';

export interface EndpointParts {
  readonly services: readonly Service[];
  readonly clock: Clock;
  readonly newRequestId: () => string;
  readonly log: Log;
  /** `dev` believes what a signature claims; `secure` verifies every call and refuses unsigned ones. */
  readonly mode: 'dev' | 'secure';
  /** Required in secure mode. In dev mode a known key's account and ARN are used. */
  readonly credentials?: Credentials;
  /** In secure mode, what a verified caller's policies say of a call; throws a Problem, or rejects with one, to refuse it. */
  readonly authorize?: (key: AccessKey, made: AuthorizedCall) => void | Promise<void>;
  /** Told of every call whose operation and caller were known, once it is answered: for records of who did what. Must neither throw nor wait. */
  readonly answered?: (made: AnsweredCall) => void;
  readonly defaultRegion?: string;
  readonly defaultAccount?: string;
}

/** A call and what became of it. */
export interface AnsweredCall {
  readonly service: Service;
  readonly operation: OperationModel;
  readonly request: HttpRequest;
  readonly call: Call;
  /** Undefined for an unsigned call, and in dev mode for a key nobody made. */
  readonly caller: AccessKey | undefined;
  /** Undefined when it could not be read. */
  readonly input: Readonly<Record<string, unknown>> | undefined;
  /** Undefined when there is none or the call failed. */
  readonly output: Readonly<Record<string, unknown>> | undefined;
  readonly failure: ErrorAnswer | undefined;
  /** Epoch milliseconds. */
  readonly startedAtMs: number;
}

/** A call as policies see it. */
export interface AuthorizedCall {
  /** Name of the service's model. */
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly request: HttpRequest;
  readonly call: Call;
  readonly nowMs: number;
}

export type Endpoint = (request: HttpRequest) => Promise<HttpReply>;

/** Builds the front door of some services. The first service answers for requests that name none. */
export function createEndpoint(parts: EndpointParts): Endpoint {
  const { services, clock, newRequestId, log, mode, credentials } = parts;
  const defaultRegion = parts.defaultRegion ?? 'us-east-1';
  const defaultAccount = parts.defaultAccount ?? '000000000000';
  if (services.length === 0) throw new Error('Cannot build an endpoint: it has no services');
  if (mode === 'secure' && credentials === undefined) {
    throw new Error('Cannot build a secure endpoint: there are no credentials to verify signatures with');
  }

  async function callOf(
    request: HttpRequest,
    service: Service,
    isUnsignedAllowed: boolean,
    requestId: string,
    basePath: string,
  ): Promise<{ call: Call; verifiedKey: AccessKey | undefined; caller: AccessKey | undefined }> {
    const claimed = claimedScope(request);
    let key: { accessKeyId: string; account: string; callerArn: string } | undefined;
    let caller: AccessKey | undefined;
    let region = claimed?.region;
    let verifiedKey: AccessKey | undefined;
    if (mode === 'secure' && !(isUnsignedAllowed && claimed === undefined)) {
      const verified = await verifySignature(
        request,
        { service: service.model.signingName },
        (accessKeyId) => credentials!.accessKey(accessKeyId),
        clock.now(),
      );
      verifiedKey = verified.key;
      caller = verifiedKey;
      key = verifiedKey;
      region = verified.scope.region;
    } else if (claimed !== undefined) {
      caller = await credentials?.accessKey(claimed.accessKeyId);
      key = caller ?? believed(claimed);
    }
    const account = key?.account ?? defaultAccount;
    const call: Call = {
      account,
      region: region ?? defaultRegion,
      requestId,
      accessKeyId: key?.accessKeyId,
      callerArn: key?.callerArn ?? `arn:aws:iam::${account}:root`,
      endpoint: `${request.secure ? 'https' : 'http'}://${headerValue(request.headers, 'host') ?? 'localhost'}`,
      basePath,
    };
    return { call, verifiedKey, caller };
  }

  /** In dev mode an access key of 12 digits is the account. */
  function believed(scope: CredentialScope): { accessKeyId: string; account: string; callerArn: string } {
    const account = /^\d{12}$/.test(scope.accessKeyId) ? scope.accessKeyId : defaultAccount;
    return { accessKeyId: scope.accessKeyId, account, callerArn: `arn:aws:iam::${account}:root` };
  }

  return async function answer(request) {
    const requestId = newRequestId();
    const startedAtMs = clock.now();
    const incoming: WireRequest = { request: unpacked(request), query: new URLSearchParams(request.query) };
    const found = addressedService(services, incoming);
    const service = found instanceof Problem ? services[0]! : found;
    const { model, dialect } = service;
    const protocol = protocolOf(service, incoming);
    let operationName: string | undefined;
    let errorType: string[] = [];
    let made: Pick<AnsweredCall, 'operation' | 'call' | 'caller' | 'input' | 'output'> | undefined;
    let failure: ErrorAnswer | undefined;
    const reply = await respond().catch((thrown: unknown) => {
      failure = errorAnswer(thrown, model, dialect, log, { requestId, operation: operationName });
      errorType = ['x-amzn-ErrorType', failure.code];
      return protocol.encodeError(failure, requestId);
    });
    log.debug(`${model.serviceId} ${operationName ?? `${request.method} ${request.path}`}: ${reply.status}`, {
      requestId,
    });
    if (made !== undefined) parts.answered?.({ ...made, service, request, failure, startedAtMs });
    // The recorded order: content type, request id, error type, extended request id.
    const extendedId = dialect.hasExtendedRequestId ? ['x-amz-apigw-id', newExtendedRequestId()] : [];
    return { ...reply, headers: [...reply.headers, 'x-amzn-RequestId', requestId, ...errorType, ...extendedId] };

    async function respond(): Promise<HttpReply> {
      if (found instanceof Problem) throw found;
      if (incoming.request.body.length > dialect.maxBodyBytes) {
        throw new Problem(
          'RequestEntityTooLargeException',
          `Request body is larger than ${dialect.maxBodyBytes} bytes`,
        );
      }
      const matched = protocol.match(incoming);
      operationName = matched?.operation.name;
      // Who calls is settled before the caller learns whether there is such an operation.
      const { call, verifiedKey, caller } = await callOf(
        request,
        service,
        matched?.operation.isUnsigned === true,
        requestId,
        matched?.basePath ?? '',
      );
      if (matched === undefined) throw protocol.unknown(incoming);

      const { operation } = matched;
      made = { operation, call, caller, input: undefined, output: undefined };
      const input = matched.decode();
      made = { ...made, input };
      if (verifiedKey !== undefined) {
        await parts.authorize?.(verifiedKey, {
          service: model.name,
          operation: operation.name,
          input,
          request,
          call,
          nowMs: clock.now(),
        });
      }
      const output = await service.run(operation, input, call);
      made = { ...made, output: output as AnsweredCall['output'] };
      const isHal = dialect.speaksHal && wantsHal(request.headers);
      const encoded = protocol.encode(operation, output, requestId, (body) => {
        if (!isHal) return body;
        return withLinks(
          body,
          service.halLinks?.(operation.name, input, (output ?? {}) as Record<string, unknown>, call),
        );
      });
      if (isHal && asksForHal(request.headers)) asHal(encoded);
      return encoded;
    }
  };
}

function asHal(reply: HttpReply): void {
  for (let i = 0; i < reply.headers.length; i += 2) {
    if (reply.headers[i] === 'Content-Type' && reply.headers[i + 1] === 'application/json') {
      reply.headers[i + 1] = halMediaType;
    }
  }
}

/** Largest body that is unpacked, in bytes; a service may take less. */
const maxUnpackedBytes = 10 * 1024 * 1024;

/**
 * SDKs send long bodies of PutMetricData as gzip; the signature is that of the packed body. What is no gzip, or unpacks to more than any service takes,
 * stays as it is, and whoever reads it refuses it.
 */
function unpacked(request: HttpRequest): HttpRequest {
  if (headerValue(request.headers, 'content-encoding')?.toLowerCase() !== 'gzip') return request;
  try {
    return { ...request, body: gunzipSync(request.body, { maxOutputLength: maxUnpackedBytes }) };
  } catch {
    return request;
  }
}
