/**
 * AWS calls that one part of this process makes to a service of it, on behalf of a caller: no socket, no signature, and otherwise everything an endpoint
 * does with a call. The input is validated, the caller's policies are asked, the call is recorded.
 */
import type { Clock } from '../base/clock.ts';
import { type HttpRequest, noBody } from '../base/http.ts';
import { Problem } from '../base/problem.ts';
import type { AccessKey, Credentials } from '../ports/credentials.ts';
import { type Log, silentLog } from '../ports/telemetry.ts';
import type { Call } from './call.ts';
import type { EndpointParts } from './endpoint.ts';
import { type ErrorAnswer, errorAnswer } from './errors.ts';
import type { Service } from './service.ts';
import type { OperationModel, ServiceModel, Shape } from './service-model.ts';

export interface InProcessCalls {
  /** Whether there is such an operation and a handler for it. */
  can(service: string, operation: string): boolean;
  inputOf(service: string, operation: string): Shape;
  /** What the operation answers. `input` is as handlers take it: blobs are bytes, times are milliseconds. Rejects with a Problem of the service. */
  run(service: string, operation: string, input: Record<string, unknown>, call: Call): Promise<unknown>;
}

export interface InProcessParts extends Pick<EndpointParts, 'mode' | 'authorize' | 'answered'> {
  readonly services: readonly Service[];
  /** Services whose calls come in by a door of their own. */
  readonly others?: readonly OtherService[];
  readonly clock: Clock;
  readonly credentials: Credentials;
  readonly log: Log;
  /** Who calls, as records and policies name it: `cloudformation.amazonaws.com`. */
  readonly agent: string;
}

/** A service that is no part of the endpoint: it asks for permission itself, and its code is read when it is first called. */
export interface OtherService {
  readonly model: ServiceModel;
  service(): Promise<Service>;
  run(
    operation: OperationModel,
    input: Record<string, unknown>,
    call: Call,
    made: { readonly request: HttpRequest; readonly caller: AccessKey | undefined },
  ): Promise<unknown>;
}

export function createInProcessCalls(parts: InProcessParts): InProcessCalls {
  const { clock, credentials, mode, agent, log } = parts;
  const named = (service: string): Service | undefined => parts.services.find(({ model }) => model.name === service);

  async function callerOf(call: Call): Promise<AccessKey | undefined> {
    const key = call.accessKeyId === undefined ? undefined : await credentials.accessKey(call.accessKeyId);
    if (key === undefined && mode === 'secure') {
      throw new Problem('UnrecognizedClientException', 'The security token included in the request is invalid.');
    }
    return key;
  }

  const other = (service: string): OtherService | undefined =>
    parts.others?.find(({ model }) => model.name === service);

  return {
    can: (service, operation) =>
      named(service)?.operations.some(({ name, built }) => built && name === operation) ??
      other(service)?.model.operationNames.includes(operation) === true,
    inputOf: (service, operation) => (named(service) ?? other(service))!.model.operation(operation).input,
    async run(serviceName, operationName, input, call) {
      const elsewhere = other(serviceName);
      const service = named(serviceName) ?? (await elsewhere?.service());
      if (service === undefined)
        throw new Problem('NotImplementedException', `There is no service ${serviceName} here.`);
      const operation = service.model.operation(operationName);
      const startedAtMs = clock.now();
      const request = requestOf(operation, input, call, agent);
      const caller = await callerOf(call);
      let output: unknown;
      let failure: ErrorAnswer | undefined;
      try {
        if (elsewhere === undefined && mode === 'secure') {
          await parts.authorize?.(caller!, {
            ...{ service: serviceName, operation: operationName, input, request, call, nowMs: clock.now() },
          });
        }
        output =
          elsewhere === undefined
            ? await service.run(operation, input, call)
            : await elsewhere.run(operation, input, call, { request, caller });
        return output;
      } catch (thrown) {
        // The models of services with a door of their own do not list their errors.
        const isListed = !(thrown instanceof Problem) || elsewhere === undefined;
        const told = errorAnswer(thrown, service.model, service.dialect, isListed ? log : silentLog, {
          ...{ requestId: call.requestId, operation: operationName },
        });
        const own = { code: thrown instanceof Problem ? thrown.kind : told.code, message: (thrown as Error).message };
        failure = isListed ? told : { ...told, ...own, exceptionName: own.code };
        throw thrown instanceof Problem ? thrown : new Problem(told.code, told.message, { cause: thrown });
      } finally {
        parts.answered?.({
          ...{ service, operation, request, call, caller, input, failure, startedAtMs },
          output: output as Readonly<Record<string, unknown>> | undefined,
        });
      }
    },
  };
}

/** The request the call would have been, as far as policies and records look at one. */
function requestOf(operation: OperationModel, input: Record<string, unknown>, call: Call, agent: string): HttpRequest {
  const query = new URLSearchParams();
  const values = new Map<string, string>();
  for (const member of operation.input.members) {
    const value = input[member.name];
    if (value === undefined) continue;
    if (member.location === 'uri') values.set(member.wireName, String(value));
    if (member.location === 'querystring' && typeof value !== 'object') query.set(member.wireName, String(value));
  }
  const [template, literal] = operation.requestUri.split('?');
  const path = template!.replace(/\{([^}+]+)(\+?)\}/g, (_, name: string, greedy: string) => {
    const value = encodeURIComponent(values.get(name) ?? '');
    return greedy === '' ? value : value.replaceAll('%2F', '/');
  });
  if (literal !== undefined) for (const [name, value] of new URLSearchParams(literal)) query.set(name, value);
  return {
    ...{ method: operation.method, path, query: query.toString(), body: noBody, protocol: 'HTTP/1.1' },
    headers: ['host', call.endpoint.replace(/^https?:\/\//, ''), 'user-agent', agent],
    secure: true,
    sourceIp: agent,
  };
}
