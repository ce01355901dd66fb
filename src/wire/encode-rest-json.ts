/** An operation's output to a rest-json answer: status, bound headers, and a body of JSON or of raw bytes. */
import type { HeaderList } from '../base/headers.ts';
import type { HttpReply } from '../base/http.ts';
import type { Dialect } from './dialects.ts';
import { encodeHeaderValue, encodeJsonMembers, encodeJsonValue } from './encode-values.ts';
import { eventStreamBody, eventStreamType } from './event-stream.ts';
import type { OperationModel, Shape } from './service-model.ts';

/** `decorate` may add to a JSON body before it is written (wire/hal). */
export function encodeRestJson(
  operation: OperationModel,
  output: unknown,
  dialect: Dialect,
  decorate: (body: Record<string, unknown>) => Record<string, unknown> = (body) => body,
): HttpReply {
  const shape = operation.output;
  if (shape === undefined) {
    // Also a 204 names a content type: recorded for DeleteConnection.
    return { status: operation.responseCode, headers: ['Content-Type', 'application/json'], body: '' };
  }

  const values = (output ?? {}) as Record<string, unknown>;
  const bound = boundHeaders(shape, values, dialect);
  const { headers, hasContentType } = bound;
  const status = bound.status ?? dialect.statuses[operation.name] ?? operation.responseCode;
  const withType = (type: string): HeaderList => (hasContentType ? headers : [...headers, 'Content-Type', type]);

  if (shape.payload === undefined) {
    if (status === 204) return { status, headers: withType('application/json'), body: '' };
    const body = JSON.stringify(decorate(encodeJsonMembers(values, shape, dialect)));
    return { status, headers: withType('application/json'), body };
  }
  const payload = values[shape.payload.name];
  if (shape.payload.shape.isEventStream) {
    const stream = eventStreamBody(payload as AsyncIterable<object>, shape.payload.shape, dialect);
    return { status, headers: withType(eventStreamType), body: '', stream };
  }
  const type = shape.payload.shape.type;
  if (payload === undefined || payload === null) return { status, headers: withType('application/json'), body: '' };
  // Lambda's Invoke answers a function's JSON as application/json although the model calls it a blob.
  if (type === 'blob') return { status, headers: withType('application/json'), body: payload as Uint8Array };
  if (type === 'string') return { status, headers: withType('text/plain'), body: payload as string };
  const body = JSON.stringify(encodeJsonValue(payload, shape.payload.shape, dialect));
  return { status, headers: withType('application/json'), body };
}

/** The members of an output that are headers or the status. */
export function boundHeaders(
  shape: Shape,
  values: Readonly<Record<string, unknown>>,
  dialect: Dialect,
): { headers: HeaderList; status: number | undefined; hasContentType: boolean } {
  const headers: HeaderList = [];
  let status: number | undefined;
  let hasContentType = false;
  for (const member of shape.members) {
    const value = values[member.name];
    if (value === undefined || value === null) continue;
    if (member.location === 'statusCode') status = value as number;
    if (member.location === 'header') {
      headers.push(member.wireName, encodeHeaderValue(value, member.shape, dialect));
      hasContentType ||= member.wireName.toLowerCase() === 'content-type';
    }
    if (member.location === 'headers') {
      for (const [name, text] of Object.entries(value)) headers.push(`${member.wireName}${name}`, String(text));
    }
  }
  return { headers, status, hasContentType };
}
