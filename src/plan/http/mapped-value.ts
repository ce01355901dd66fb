/** Values of parameter mappings and of first-class services' parameters, compiled to closures (rows HPM-02, HPM-03, AWSI-05, AWSI-06). */
import type { HeaderList } from '../../base/headers.ts';
import { type MappingSource, mappingValue } from '../../definition/http-parameter-mapping.ts';
import type { Exchange } from '../exchange.ts';
import { type BodySource, bodyReader } from '../parameter-mapping.ts';
import { parseQuery } from '../query.ts';
import { httpContextVariable } from './context-variables.ts';
import type { RouteScope } from './route-scope.ts';

/** What values of one request, or of the answer to it, are read from. */
export interface ValueSource {
  readonly x: Exchange;
  /** Of the request, or of the answer. */
  readonly headers: HeaderList;
  readonly body: Buffer;
  /** Decoded; parsed by the first value that asks. */
  query: HeaderList | undefined;
  /** The body as JSON paths see it. */
  json: BodySource | undefined;
}

/** Undefined when what it names is not there. */
export type ValueReader = (source: ValueSource) => string | undefined;

export function requestSource(x: Exchange): ValueSource {
  const { headers, body } = x.request;
  return { x, headers, body, query: undefined, json: undefined };
}

/** How a value's variables are written into it; the path encodes them. */
type Encoding = (value: string, source: MappingSource) => string;

/** Compiles a value; undefined after a complaint. `encode` is applied to each variable. */
export function compileValue(
  text: string,
  side: 'request' | 'response',
  scope: RouteScope,
  encode: Encoding = (value) => value,
): ValueReader | undefined {
  const parts = mappingValue(text, side);
  if (parts === undefined) {
    scope.complain(`${text} is no mapping expression`);
    return undefined;
  }
  const readers: (string | ValueReader)[] = [];
  for (const part of parts) {
    const read = typeof part === 'string' ? part : encodedReader(part, scope, encode);
    if (read === undefined) return undefined;
    readers.push(read);
  }
  const [only] = readers;
  if (only === undefined) return () => '';
  if (readers.length === 1) return typeof only === 'string' ? () => only : only;
  return (source) => readers.map((part) => (typeof part === 'string' ? part : (part(source) ?? ''))).join('');
}

function encodedReader(part: MappingSource, scope: RouteScope, encode: Encoding): ValueReader | undefined {
  const read = readerOf(part, scope);
  if (typeof read === 'string') {
    scope.complain(read);
    return undefined;
  }
  return (source) => {
    const value = read(source);
    return value === undefined ? undefined : encode(value, part);
  };
}

/** The reader of one variable; a sentence when it can never be read. */
function readerOf({ from, name }: MappingSource, scope: RouteScope): ValueReader | string {
  switch (from) {
    case 'header': {
      const lowerName = name.toLowerCase();
      return ({ headers }) => joined(headers, (each) => each.toLowerCase() === lowerName);
    }
    case 'querystring':
      return (source) => {
        source.query ??= parseQuery(source.x.request.query, '&');
        return joined(source.query, (each) => each === name);
      };
    case 'path':
      return name === '' ? ({ x }) => x.path : ({ x }) => ownMember(x.pathParameters, name);
    case 'body':
      return name === '' ? wholeBody : bodyMember(name);
    case 'stageVariables': {
      const value = ownMember(scope.stage.stageVariables, name);
      return () => value;
    }
    case 'context': {
      const read = httpContextVariable(name, scope);
      if (read === undefined) return `HTTP APIs have no variable $context.${name}`;
      return ({ x }) => {
        const value = read(x);
        return value === undefined ? undefined : String(value);
      };
    }
  }
}

const wholeBody: ValueReader = ({ body }) => (body.length === 0 ? undefined : body.toString());

/** A JSON path looks at the first 100 KB: more is cut off, and what is left is no JSON any more (row AWSI-06; guide). */
const maxPathBytes = 100 * 1024;
const nothing = Buffer.alloc(0);

function bodyMember(path: string): ValueReader | string {
  const read = bodyReader(`$${path}`);
  if (typeof read === 'string') return read;
  return (source) => {
    source.json ??= { body: source.body.length > maxPathBytes ? nothing : source.body, json: undefined };
    return read(source.json);
  };
}

/** Row HPM-04: the values of one name, joined by commas. */
function joined(list: HeaderList, isWanted: (name: string) => boolean): string | undefined {
  let value: string | undefined;
  for (let i = 0; i < list.length; i += 2) {
    if (isWanted(list[i]!)) value = value === undefined ? list[i + 1]! : `${value},${list[i + 1]}`;
  }
  return value;
}

/** What every object inherits is no parameter and no variable. */
function ownMember(map: Readonly<Record<string, string>> | null, name: string): string | undefined {
  return map !== null && Object.hasOwn(map, name) ? map[name] : undefined;
}
