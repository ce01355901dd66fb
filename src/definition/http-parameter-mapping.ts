/**
 * The parameter mapping of HTTP APIs (rows HPM-*): what a key changes and what a value reads. The control plane refuses what does not parse here,
 * the plan compiles what does.
 */

export type MappingAction = 'append' | 'overwrite' | 'remove';

/** What a mapping changes: a header or query parameter by name, the path, or the status of a response. */
export type MappingTarget =
  | { readonly action: MappingAction; readonly place: 'header' | 'querystring'; readonly name: string }
  | { readonly action: 'overwrite'; readonly place: 'path' | 'statuscode' };

/** What a part of a value reads. */
export interface MappingSource {
  readonly from: 'header' | 'querystring' | 'path' | 'body' | 'context' | 'stageVariables';
  /**
   * Name of the header, parameter or variable. Of a body, the JSON path behind the dollar (`.name[0]`). Empty for the whole path or the whole body.
   */
  readonly name: string;
}

/** A value: texts and what is read between them, in order. */
export type MappingValue = readonly (string | MappingSource)[];

const name = '[a-zA-Z0-9._$-]+';
const target = new RegExp(`^(append|overwrite|remove):(header|querystring)\\.(${name})$`);

/** The target of a request mapping's key; undefined when it is none. */
export function requestMappingTarget(key: string): MappingTarget | undefined {
  if (key === 'overwrite:path') return { action: 'overwrite', place: 'path' };
  return namedTarget(key);
}

/** The target of a response mapping's key; undefined when it is none. */
export function responseMappingTarget(key: string): MappingTarget | undefined {
  if (key === 'overwrite:statuscode') return { action: 'overwrite', place: 'statuscode' };
  const named = namedTarget(key);
  return named?.place === 'header' ? named : undefined;
}

function namedTarget(key: string): MappingTarget | undefined {
  const [, action, place, parameter] = target.exec(key) ?? [];
  if (parameter === undefined) return undefined;
  return { action: action as MappingAction, place: place as 'header' | 'querystring', name: parameter };
}

type Side = 'request' | 'response';

/**
 * The parts of a value: `$request.header.a` alone, `${request.header.a}` any number of times within text, or text. Undefined when a variable in it
 * cannot be read on this side.
 */
export function mappingValue(text: string, side: Side): MappingValue | undefined {
  if (/^\$(request|response|context|stageVariables)\b/.test(text)) {
    const source = sourceOf(text.slice(1), side);
    return source && [source];
  }
  const parts: (string | MappingSource)[] = [];
  let at = 0;
  for (const found of text.matchAll(/\$\{([^{}]*)\}/g)) {
    const source = sourceOf(found[1]!, side);
    if (source === undefined) return undefined;
    if (found.index > at) parts.push(text.slice(at, found.index));
    parts.push(source);
    at = found.index + found[0].length;
  }
  if (at < text.length) parts.push(text.slice(at));
  return parts;
}

function sourceOf(expression: string, side: Side): MappingSource | undefined {
  const [, context] = /^context\.([a-zA-Z0-9._-]+)$/.exec(expression) ?? [];
  if (context !== undefined) return { from: 'context', name: context };
  const [, variable] = /^stageVariables\.([a-zA-Z0-9_]+)$/.exec(expression) ?? [];
  if (variable !== undefined) return { from: 'stageVariables', name: variable };
  if (!expression.startsWith(`${side}.`)) return undefined;
  const rest = expression.slice(side.length + 1);
  if (rest === 'body') return { from: 'body', name: '' };
  if (/^body[.[]/.test(rest)) {
    const path = rest.slice('body'.length);
    // Neither recursive descent nor filters (developer guide, "Transforming API requests and responses").
    return path.includes('..') || path.includes('?(') || path === '.' ? undefined : { from: 'body', name: path };
  }
  const [, place, parameter] = new RegExp(`^(header|querystring|path)\\.(${name})$`).exec(rest) ?? [];
  if (side === 'request') {
    if (rest === 'path') return { from: 'path', name: '' };
    if (parameter !== undefined) return { from: place as 'header' | 'querystring' | 'path', name: parameter };
  }
  return place === 'header' && parameter !== undefined ? { from: 'header', name: parameter } : undefined;
}

const reserved = new Set([
  'authorization',
  'connection',
  'content-encoding',
  'content-length',
  'content-location',
  'forwarded',
  'keep-alive',
  'origin',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailers',
  'transfer-encoding',
  'upgrade',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'via',
]);

/** Headers that no mapping may touch (row HPM-05). */
export function isReservedHeader(header: string): boolean {
  const lower = header.toLowerCase();
  return reserved.has(lower) || /^(access-control-|apigw-|x-amz-|x-amzn-)/.test(lower);
}

type Texts = Readonly<Record<string, string>>;

/** What is wrong with the request mappings of an HTTP API's integration, in the words AWS puts between the brackets of `errors : […]`. */
export function httpRequestMappingComplaints(mappings: Texts): string[] {
  return complaints(mappings, 'request', requestMappingTarget);
}

/** The same for response mappings, which stand by status code. */
export function httpResponseMappingComplaints(byStatus: Readonly<Record<string, Texts>>): string[] {
  return Object.entries(byStatus).flatMap(([status, mappings]) =>
    /^[2-5]\d\d$/.test(status)
      ? complaints(mappings, 'response', responseMappingTarget)
      : [`Invalid status code specified: ${status}`],
  );
}

function complaints(mappings: Texts, side: Side, targetOf: (key: string) => MappingTarget | undefined): string[] {
  return Object.entries(mappings).flatMap(([key, value]) => {
    const found = targetOf(key);
    if (found === undefined) return [`Invalid mapping expression specified: ${key}`];
    if (found.place === 'header' && isReservedHeader(found.name)) {
      return [`Operations on header ${found.name.toLowerCase()} are restricted`];
    }
    // What a removal is given is not looked at: the guide writes ''.
    if (found.action === 'remove') return [];
    if (mappingValue(value, side) === undefined) return [`Invalid mapping expression specified: ${value}`];
    if (found.place === 'statuscode' && !/^([2-5]\d\d|.*\$.*)$/s.test(value)) {
      return [`Invalid mapping expression specified: ${value}`];
    }
    return [];
  });
}
