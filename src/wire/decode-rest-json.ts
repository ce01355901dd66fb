/** A rest-json request to an operation's input: path labels, query, headers and body, each where the model binds it. */
import { type HeaderList, headerValue } from '../base/headers.ts';
import type { HttpRequest } from '../base/http.ts';
import {
  decodeJsonMembers,
  decodeJsonValue,
  decodeText,
  decodeTextValue,
  parseJsonBody,
  serializationProblem,
} from './decode-values.ts';
import type { Dialect } from './dialects.ts';
import type { OperationMatch } from './routing.ts';
import type { Member, OperationModel, Shape } from './service-model.ts';

/** What the caller sent, as plain values; nothing is validated yet. Throws a SerializationException when a value has the wrong type. */
export function decodeRestJson(
  operation: OperationModel,
  match: OperationMatch,
  query: URLSearchParams,
  request: Pick<HttpRequest, 'headers' | 'body'>,
  dialect: Dialect,
): Record<string, unknown> {
  const { input } = operation;
  const values = boundMembers(input, match, query, request.headers);
  if (input.payload !== undefined) {
    const value = decodePayload(input.payload, request.body, dialect);
    if (value !== undefined) values[input.payload.name] = value;
    return values;
  }
  const takesBody = input.members.some((member) => member.location === undefined);
  if (!takesBody || request.body.length === 0) return values;
  const body = parseJsonBody(request.body);
  if (body === null) return values;
  if (typeof body !== 'object' || Array.isArray(body)) throw serializationProblem('Unexpected value type in payload');
  return Object.assign(values, decodeJsonMembers(body as Record<string, unknown>, input, dialect));
}

/** The members that stand in the path, the query and the headers. Throws a SerializationException when a value has the wrong type. */
export function boundMembers(
  input: Shape,
  match: OperationMatch,
  query: URLSearchParams,
  requestHeaders: HeaderList,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const member of input.members) {
    const value = boundValue(member);
    if (value !== undefined) values[member.name] = value;
  }
  return values;

  function boundValue(member: Member): unknown {
    switch (member.location) {
      case 'uri': {
        const text = match.labels[member.wireName];
        return text === undefined ? undefined : decodeTextValue(text, member.shape);
      }
      case 'querystring':
        return queryValue(member);
      case 'header': {
        const text = headerValue(requestHeaders, member.wireName.toLowerCase());
        if (text === undefined) return undefined;
        if (member.shape.type !== 'list') return decodeTextValue(text, member.shape);
        return text.split(',').map((each) => decodeTextValue(each.trim(), member.shape.element!));
      }
      case 'headers':
        return prefixedHeaders(member.wireName.toLowerCase());
      default:
        return undefined;
    }
  }

  function queryValue(member: Member): unknown {
    if (member.shape.type === 'map') return remainingQuery();
    if (member.shape.type === 'list') {
      // `tagKeys=a&tagKeys=b` and `tagKeys=a,b` are the same list (row CP-28).
      const texts = query.getAll(member.wireName).flatMap((text) => text.split(','));
      return texts.length === 0 ? undefined : texts.map((text) => decodeTextValue(text, member.shape.element!));
    }
    const text = query.get(member.wireName);
    if (text === null || (text === '' && member.shape.type !== 'string')) return undefined;
    return decodeTextValue(text, member.shape);
  }

  /** A map bound to the query takes every name that nothing else is bound to: `parameters` of an import. */
  function remainingQuery(): Record<string, string> | undefined {
    const taken = new Set<string>(match.literalQuery);
    for (const member of input.members) {
      if (member.location === 'querystring' && member.shape.type !== 'map') taken.add(member.wireName);
    }
    const rest = [...query].filter(([name]) => !taken.has(name) && name !== '__proto__' && !/^x-amz-/i.test(name));
    return rest.length === 0 ? undefined : Object.fromEntries(rest);
  }

  function prefixedHeaders(prefix: string): Record<string, string> | undefined {
    const found: [string, string][] = [];
    for (let i = 0; i < requestHeaders.length; i += 2) {
      const name = requestHeaders[i]!;
      if (name.toLowerCase().startsWith(prefix)) found.push([name.slice(prefix.length), requestHeaders[i + 1]!]);
    }
    return found.length === 0 ? undefined : Object.fromEntries(found);
  }
}

/** The member that is the whole body. An empty body is an absent payload, unless the model asks for one: then it is empty bytes. */
function decodePayload(member: Member, body: Buffer, dialect: Dialect): unknown {
  if (body.length === 0 && !(member.isRequired && member.shape.type === 'blob')) return undefined;
  if (member.shape.type === 'blob') return body;
  if (member.shape.type === 'string') return decodeText(body);
  const value = parseJsonBody(body);
  return value === null ? undefined : decodeJsonValue(value, member.shape, dialect);
}
