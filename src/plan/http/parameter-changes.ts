/**
 * Parameter mapping of HTTP APIs (rows HPM-*): `requestParameters` change what the integration gets, `responseParameters` what the client does, by
 * the status the integration answered with. Compiled once; a route without mappings has none of this in its line.
 */
import { type HeaderList, headerValue, headerValues } from '../../base/headers.ts';
import {
  isReservedHeader,
  type MappingAction,
  type MappingTarget,
  requestMappingTarget,
  responseMappingTarget,
} from '../../definition/http-parameter-mapping.ts';
import type { Exchange, Reply } from '../exchange.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import { fieldValue } from '../http-headers.ts';
import type { Integration } from '../plan.ts';
import { parseQuery, percentEncoded, safeWrittenText } from '../query.ts';
import { inPath, sentPath } from './backend-target.ts';
import { compileValue, requestSource, type ValueReader, type ValueSource } from './mapped-value.ts';
import { capitalised } from './reply.ts';
import { nothingOverwritten, type Overwritten, type RouteIntegration } from './route-integration.ts';
import type { IntegrationScope } from './route-scope.ts';

interface Change {
  readonly action: MappingAction;
  readonly name: string;
  readonly read: ValueReader;
}

interface Changes {
  readonly headers: readonly Change[];
  readonly query: readonly Change[];
  readonly path: ValueReader | undefined;
  readonly status: ValueReader | undefined;
}

type Texts = Readonly<Record<string, string>>;

/** Puts the mappings around an integration, which stays as it is where there are none. */
export function withParameterChanges(inner: RouteIntegration, scope: IntegrationScope): Integration {
  const { requestParameters = {}, responseParameters = {} } = scope.integration;
  const request = compileChanges(requestParameters, 'request', scope);
  const responses = new Map<number, Changes>();
  for (const [status, parameters] of Object.entries(responseParameters)) {
    const changes = compileChanges(parameters, 'response', scope);
    if (changes !== undefined) responses.set(Number(status), changes);
  }
  if (request === undefined && responses.size === 0)
    return { name: inner.name, run: (x) => inner.run(x, nothingOverwritten) };

  return {
    name: [
      inner.name,
      ...namesOf(requestParameters),
      ...Object.entries(responseParameters).flatMap(namesOfStatus),
    ].join(', '),
    run: async function runMapped(x) {
      const { changed, overwritten } =
        request === undefined ? { changed: x, overwritten: nothingOverwritten } : changedExchange(x, request);
      let reply: Reply;
      try {
        reply = await inner.run(changed, overwritten);
      } finally {
        x.integrationLatencyMs = changed.integrationLatencyMs;
        x.traceHeader = changed.traceHeader;
      }
      const changes = responses.get(reply.status);
      if (changes !== undefined) changeReply(reply, x, changes, scope.label);
      return reply;
    },
  };
}

function namesOf(parameters: Texts): string[] {
  return Object.entries(parameters).map(([key, value]) => (key.startsWith('remove:') ? key : `${key} = ${value}`));
}

function namesOfStatus([status, parameters]: [string, Texts]): string[] {
  return namesOf(parameters).map((name) => `on ${status} ${name}`);
}

/** Undefined when there is nothing to change; complains of what is no mapping and of headers nobody may touch. */
function compileChanges(parameters: Texts, side: 'request' | 'response', scope: IntegrationScope): Changes | undefined {
  const headers: Change[] = [];
  const query: Change[] = [];
  let path: ValueReader | undefined;
  let status: ValueReader | undefined;
  for (const [key, text] of Object.entries(parameters)) {
    const target = side === 'request' ? requestMappingTarget(key) : responseMappingTarget(key);
    if (target === undefined || isReserved(target)) {
      scope.complain(target === undefined ? `${key} is no mapping target` : `${key} is a header no mapping may touch`);
      continue;
    }
    const isPath = target.place === 'path';
    // What a removal is given is not looked at: the guide writes ''.
    const read = compileValue(
      target.action === 'remove' ? '' : isPath ? safeWrittenText(text) : text,
      side,
      scope,
      isPath ? encodedForPath : undefined,
    );
    if (read === undefined) continue;
    if ('name' in target) {
      (target.place === 'header' ? headers : query).push({ action: target.action, name: target.name, read });
    } else if (isPath) path = read;
    else status = read;
  }
  const isEmpty = headers.length === 0 && query.length === 0 && path === undefined && status === undefined;
  return isEmpty ? undefined : { headers, query, path, status };
}

function isReserved(target: MappingTarget): boolean {
  return target.place === 'header' && isReservedHeader(target.name);
}

/** The request's own path is encoded already; what else stands in a path is text. */
function encodedForPath(value: string, { from, name }: { readonly from: string; readonly name: string }): string {
  return from === 'path' && name === '' ? sentPath(value) : inPath(value);
}

/** The request as the integration gets it. Values are read from what the client sent, so that their order does not matter. */
function changedExchange(
  x: Exchange,
  { headers, query, path: pathReader }: Changes,
): { readonly changed: Exchange; readonly overwritten: Overwritten } {
  const source = requestSource(x);
  const request = {
    ...x.request,
    headers: changedHeaders([...x.request.headers], headers, source, (name) => name),
    query: query.length === 0 ? x.request.query : changedQuery(x.request.query, query, source),
  };
  const written = pathReader?.(source);
  const path = written === undefined || written.startsWith('/') ? written : `/${written}`;
  // Behind a custom domain events of format 1.0 have the client's whole path (lambda-event-1.ts), unless another one was written.
  if (path !== undefined && x.customDomain !== null) request.path = path;
  const setsHost = headers.some(({ name }) => name.toLowerCase() === 'host');
  return {
    changed: { ...x, request, contextPath: path ?? x.contextPath },
    overwritten: { path, host: setsHost ? headerValues(request.headers, 'host').at(-1) : undefined },
  };
}

/** The same list. A value that is not there changes nothing. */
function changedHeaders(
  list: HeaderList,
  changes: readonly Change[],
  source: ValueSource,
  spelled: (name: string) => string,
): HeaderList {
  for (const { action, name, read } of changes) {
    const value = action === 'remove' ? undefined : read(source);
    if (action === 'remove' || (action === 'overwrite' && value !== undefined)) removeNamed(list, name.toLowerCase());
    if (value !== undefined) list.push(spelled(name), fieldValue(value));
  }
  return list;
}

function removeNamed(list: HeaderList, lowerName: string): void {
  for (let i = list.length - 2; i >= 0; i -= 2) if (list[i]!.toLowerCase() === lowerName) list.splice(i, 2);
}

/** Names a mapping changes are written anew, the others stay as they were sent. */
function changedQuery(sent: string, changes: readonly Change[], source: ValueSource): string {
  let parameters = sent === '' ? [] : sent.split('&').map((text) => ({ name: parseQuery(text, '&')[0] ?? '', text }));
  for (const { action, name, read } of changes) {
    const value = action === 'remove' ? undefined : read(source);
    if (action === 'remove' || (action === 'overwrite' && value !== undefined)) {
      parameters = parameters.filter((each) => each.name !== name);
    }
    if (value !== undefined) parameters.push({ name, text: `${percentEncoded(name)}=${percentEncoded(value)}` });
  }
  return parameters.map(({ text }) => text).join('&');
}

const noBytes = Buffer.alloc(0);

/** Headers are put before the id, which stays the last. */
function changeReply(reply: Reply, x: Exchange, { headers, status }: Changes, label: string): void {
  const body = reply.body === '' ? noBytes : Buffer.from(reply.body);
  const source: ValueSource = { x, headers: reply.headers, body, query: undefined, json: undefined };
  const code = status?.(source);
  const id = reply.headers.slice(-2);
  const changed = changedHeaders(reply.headers.slice(0, -2), headers, source, (name) =>
    capitalised(name.toLowerCase()),
  );
  reply.headers = typeFirst([...changed, ...id]);
  if (code === undefined) return;
  if (!/^[2-5]\d\d$/.test(code)) {
    throw gatewayProblem(
      'API_CONFIGURATION_ERROR',
      `${label}: overwrite:statuscode made "${code}", which is no status`,
    );
  }
  reply.status = Number(code);
}

/** Content-Type keeps its place, whoever chose it. */
function typeFirst(headers: HeaderList): HeaderList {
  const type = headerValue(headers, 'content-type');
  if (type === undefined || headers[0] === 'Content-Type') return headers;
  removeNamed(headers, 'content-type');
  return ['Content-Type', type, ...headers];
}
