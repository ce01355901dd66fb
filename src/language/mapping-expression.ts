/**
 * Parameter mapping expressions of REST APIs: where a mapped path variable, query parameter or header takes its value from (rows MAP-01, MAP-03,
 * MAP-04; guide page request-response-data-mappings). Parsed once; who compiles it decides what the parts mean.
 */
export type RequestLocation = 'path' | 'querystring' | 'header' | 'multivaluequerystring' | 'multivalueheader';

export type MappingExpression =
  | { readonly kind: 'literal'; readonly value: string }
  | { readonly kind: 'request'; readonly location: RequestLocation; readonly name: string }
  | { readonly kind: 'response-header'; readonly isMultiValue: boolean; readonly name: string }
  /** Of the request or of the integration's response, whichever side the expression was parsed for; `path` is a JSONPath, not looked at yet. */
  | { readonly kind: 'body'; readonly path: string | undefined }
  | { readonly kind: 'stage-variable'; readonly name: string }
  /** Name without `context.`. */
  | { readonly kind: 'context'; readonly name: string };

const request = /^method\.request\.(path|querystring|header|multivaluequerystring|multivalueheader)\.([\w.$-]+)$/;
const responseHeader = /^integration\.response\.(header|multivalueheader)\.([\w.$-]+)$/;
const shared = /^(stageVariables|context)\.([\w.$:-]+)$/;
const literal = /^'(.*)'$/s;

/** An expression on the request side: the value of an `integration.request.*` parameter. Undefined when it is none. */
export function parseRequestExpression(text: string): MappingExpression | undefined {
  const parameter = request.exec(text);
  if (parameter !== null) return { kind: 'request', location: parameter[1] as RequestLocation, name: parameter[2]! };
  return parseBody(text, 'method.request.body') ?? parseShared(text);
}

/** An expression on the response side: the value of a `method.response.header.*` parameter. Undefined when it is none. */
export function parseResponseExpression(text: string): MappingExpression | undefined {
  const header = responseHeader.exec(text);
  if (header !== null) {
    return { kind: 'response-header', isMultiValue: header[1] === 'multivalueheader', name: header[2]! };
  }
  return parseBody(text, 'integration.response.body') ?? parseShared(text);
}

function parseShared(text: string): MappingExpression | undefined {
  const quoted = literal.exec(text);
  if (quoted !== null) return { kind: 'literal', value: quoted[1]! };
  const variable = shared.exec(text);
  if (variable === null) return undefined;
  return { kind: variable[1] === 'context' ? 'context' : 'stage-variable', name: variable[2]! };
}

function parseBody(text: string, prefix: string): MappingExpression | undefined {
  if (text === prefix) return { kind: 'body', path: undefined };
  if (!text.startsWith(`${prefix}.`) && !text.startsWith(`${prefix}[`)) return undefined;
  const path = text.slice(text[prefix.length] === '.' ? prefix.length + 1 : prefix.length);
  return { kind: 'body', path: path === '' ? undefined : path };
}
