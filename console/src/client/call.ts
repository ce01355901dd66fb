/** AWS calls from the browser to the server that served this page: signed, with the paths, names and errors that SDKs have. */
import { models } from 'virtual:aws-models';
import { awsErrorOf } from './aws-error.ts';
import type { ClientModel, ClientOperation } from './client-model.ts';
import type { Input, OperationName, Output, ServiceName } from './operations.ts';
import { currentSession, type Session } from './session.ts';
import { amzDate, authorization, encoded } from './signature.ts';
import { jsonMembers, jsonOf, valueFrom, valueMembers } from './values.ts';

type Values = Readonly<Record<string, unknown>>;

interface Draft {
  readonly method: string;
  path: string;
  readonly query: string[];
  readonly headers: Record<string, string>;
  body: Uint8Array<ArrayBuffer>;
}

/**
 * The output of an operation, in the region chosen above unless another is given. Rejects with an AwsError for a refusal, with a TypeError when the server does not
 * answer.
 */
export async function call<S extends ServiceName, O extends OperationName<S>>(
  service: S,
  operation: O,
  input: Input<S, O>,
  region: string = currentSession().region,
): Promise<Output<S, O>> {
  const model = models[service];
  const bound = model.operations[operation];
  if (bound === undefined)
    throw new Error(`${service} ${operation} is not among the operations of console/aws-models.ts`);
  const draft =
    model.protocol === 'json'
      ? jsonDraft(model, bound, operation, input as Values)
      : restDraft(model, bound, input as Values);
  const response = await send(draft, model.signingName, { ...currentSession(), region });
  return (await outputOf(response, bound, model)) as Output<S, O>;
}

/** Any request to a service by its path, `/restapis/a1b2?embed=methods`, for what has no model here; its answer's JSON. */
export async function callPath(
  service: ServiceName,
  method: string,
  pathWithQuery: string,
  input?: unknown,
): Promise<Record<string, unknown>> {
  const [path = '/', query] = pathWithQuery.split('?');
  const body = input === undefined ? empty : jsonBytes(input);
  const headers: Record<string, string> = input === undefined ? {} : { 'content-type': 'application/json' };
  const response = await send(
    { method, path, query: query ? [query] : [], headers, body },
    models[service].signingName,
  );
  const text = await response.text();
  if (!response.ok) throw awsErrorOf(response.status, response.headers, text);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

/** Every item of a list that comes in pages. */
export async function allItems<S extends ServiceName, O extends OperationName<S>>(
  service: S,
  operation: O,
  input: Input<S, O>,
): Promise<ItemOf<Output<S, O>>[]> {
  const items: ItemOf<Output<S, O>>[] = [];
  let page: Values = {};
  do {
    const output = (await call(service, operation, { ...(input as object), ...page } as Input<S, O>)) as Values;
    items.push(...((output['items'] ?? output['Items'] ?? []) as ItemOf<Output<S, O>>[]));
    const { position, NextToken } = output;
    page = position ? { position } : NextToken ? { NextToken } : {};
  } while (Object.keys(page).length > 0);
  return items;
}

export type ItemOf<T> = T extends { items?: readonly (infer I)[] }
  ? I
  : T extends { Items?: readonly (infer I)[] }
    ? I
    : never;

function restDraft(model: ClientModel, { method, requestUri, input }: ClientOperation, values: Values): Draft {
  const [template, literalQuery] = requestUri.split('?') as [string, string?];
  const draft: Draft = { method, path: template, query: literalQuery ? [literalQuery] : [], headers: {}, body: empty };
  if (input === undefined) return draft;
  const shape = model.shapes[input]!;
  for (const [name, member] of Object.entries(shape.members!)) {
    const value = values[name];
    const wireName = member.locationName ?? name;
    if (member.location === 'uri') {
      draft.path = draft.path
        .replace(`{${wireName}}`, () => encoded(String(value)))
        .replace(`{${wireName}+}`, () => String(value).split('/').map(encoded).join('/'));
    } else if (value === undefined || value === null) {
    } else if (member.location === 'querystring') {
      draft.query.push(...queryPairs(wireName, value));
    } else if (member.location === 'header') {
      draft.headers[wireName.toLowerCase()] = String(value);
    }
  }
  const payload = shape.payload && shape.members![shape.payload];
  if (payload) {
    const value = values[shape.payload!];
    if (value === undefined) return draft;
    draft.body =
      value instanceof Uint8Array ? new Uint8Array(value) : jsonBytes(jsonOf(value, payload.shape, model.shapes));
  } else {
    const json = jsonMembers(values, shape, model.shapes);
    if (Object.keys(json).length > 0 || method === 'POST' || method === 'PUT' || method === 'PATCH')
      draft.body = jsonBytes(json);
  }
  if (draft.body.length > 0) draft.headers['content-type'] ??= 'application/json';
  return draft;
}

function jsonDraft(model: ClientModel, { input }: ClientOperation, operation: string, values: Values): Draft {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `${model.targetPrefix}.${operation}`,
  };
  const body = jsonBytes(input === undefined ? {} : jsonOf(values, input, model.shapes));
  return { method: 'POST', path: '/', query: [], headers, body };
}

function queryPairs(name: string, value: unknown): string[] {
  if (Array.isArray(value)) return value.map((each) => `${encoded(name)}=${encoded(String(each))}`);
  if (typeof value === 'object') {
    return Object.entries(value as Values).map(([key, each]) => `${encoded(key)}=${encoded(String(each))}`);
  }
  return [`${encoded(name)}=${encoded(String(value))}`];
}

async function send(draft: Draft, service: string, session: Session = currentSession()): Promise<Response> {
  const { credentials, region } = session;
  const { method, path, body } = draft;
  const query = draft.query.join('&');
  const time = amzDate(new Date());
  const headers: Record<string, string> = { ...draft.headers, host: location.host, 'x-amz-date': time };
  if (credentials.sessionToken !== undefined) headers['x-amz-security-token'] = credentials.sessionToken;
  const signature = await authorization({ method, path, query, headers, body }, { service, region, time }, credentials);
  // The browser writes Host itself, as signed.
  const { host: _, ...sent } = headers;
  return fetch(`${path}${query && `?${query}`}`, {
    method,
    headers: { ...sent, authorization: signature },
    ...(body.length > 0 && { body }),
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'error',
  });
}

async function outputOf(response: Response, { output }: ClientOperation, model: ClientModel): Promise<unknown> {
  const body = new Uint8Array(await response.arrayBuffer());
  const text = (): string => new TextDecoder().decode(body);
  if (!response.ok) throw awsErrorOf(response.status, response.headers, text());
  if (output === undefined) return undefined;
  const shape = model.shapes[output]!;
  const values: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(shape.members ?? {})) {
    const told = member.location === 'header' ? response.headers.get(member.locationName ?? name) : null;
    if (told !== null) values[name] = told;
  }
  if (shape.payload === undefined)
    return body.length === 0
      ? values
      : Object.assign(values, valueMembers(JSON.parse(text()) as Values, shape, model.shapes));
  const payload = shape.members![shape.payload]!.shape;
  const isBlob = model.shapes[payload]!.type === 'blob';
  values[shape.payload] = isBlob ? body : valueFrom(JSON.parse(text()), payload, model.shapes);
  return values;
}

/**
 * The account and ARN of a caller. STS speaks XML, and this is all that is asked of it.
 */
export async function callerIdentity(session: Session = currentSession()): Promise<{ account: string; arn: string }> {
  const body = new TextEncoder().encode('Action=GetCallerIdentity&Version=2011-06-15');
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  const response = await send({ method: 'POST', path: '/', query: [], headers, body }, 'sts', session);
  const text = await response.text();
  // Not of STS: something between says it.
  if (!response.headers.get('content-type')?.includes('xml')) throw awsErrorOf(response.status, response.headers, text);
  const xml = new DOMParser().parseFromString(text, 'text/xml');
  const told = (name: string): string => xml.getElementsByTagName(name)[0]?.textContent ?? '';
  if (!response.ok) {
    throw awsErrorOf(
      response.status,
      response.headers,
      JSON.stringify({ __type: told('Code'), message: told('Message') }),
    );
  }
  return { account: told('Account'), arn: told('Arn') };
}

const empty = new Uint8Array();
const jsonBytes = (value: unknown): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(value));
