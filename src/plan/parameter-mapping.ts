/** Parameter mappings compiled to closures: where each value comes from, known before the first request (rows MAP-01, MAP-04, MAP-05). */
import type { HeaderList } from '../base/headers.ts';
import { Problem } from '../base/problem.ts';
import type { JsonValue } from '../language/java-values.ts';
import { compileJsonPath, type JsonPath } from '../language/json-path/json-path.ts';
import { JsonSmartError } from '../language/json-path/json-smart-error.ts';
import { parseJsonSmart } from '../language/json-path/parse-json-smart.ts';
import { JsonPathError } from '../language/json-path/path-syntax.ts';
import { printJsonSmart } from '../language/json-path/print-json-smart.ts';
import { TooMuchWorkError } from '../language/json-path/work.ts';
import {
  type MappingExpression,
  parseRequestExpression,
  parseResponseExpression,
  type RequestLocation,
} from '../language/mapping-expression.ts';
import { contextVariable } from './context-variables.ts';
import type { Exchange } from './exchange.ts';
import type { MethodScope } from './method-scope.ts';
import type { Overrides } from './overrides.ts';
import { parseQuery } from './query.ts';

/** What a backend answered, as far as a mapping or a response can use it. */
export interface BackendAnswer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Buffer;
  /** `X-Amzn-Trace-Id` of the answer to the client; empty where AWS sends none (MOCK, recorded). */
  readonly traceHeader: string;
}

/** What the mappings of one request read from. Query and bodies are parsed by the first mapping that asks. */
export interface MappingSource {
  readonly x: Exchange;
  /** Undefined while the request is mapped. */
  readonly answer: BackendAnswer | undefined;
  /** The body templates and mappings read: the backend's or the client's, after the conversion contentHandling asks for. */
  body: Buffer;
  /** What templates have overridden so far; made by the first template that is rendered. */
  overrides: Overrides | undefined;
  query: HeaderList | undefined;
  json: { readonly value: JsonValue | undefined } | undefined;
}

/** A mapped value: one text, several (from a multi-value source), or nothing, which leaves the target out. */
export type MappedValue = string | readonly string[] | undefined;
export type ValueReader = (source: MappingSource) => MappedValue;

export interface Mapping {
  /** Name of the target without its `integration.request.header.` or `method.response.header.`. */
  readonly name: string;
  readonly read: ValueReader;
  /** The value when it is the same for every request of this plan. */
  readonly constant: string | undefined;
  /** The value is text that the user wrote encoded already (row MAP-03). */
  readonly isLiteral: boolean;
  /** The value is that of a `{proxy+}` parameter, whose slashes separate segments. */
  readonly isGreedy: boolean;
}

export interface RequestMappings {
  readonly path: readonly Mapping[];
  readonly querystring: readonly Mapping[];
  readonly header: readonly Mapping[];
}

const requestTarget = /^integration\.request\.(path|querystring|header)\.(.+)$/s;
const responseTarget = /^method\.response\.header\.(.+)$/s;

/** `overrides` are those of the request template, for the answer's source. */
export function mappingSource(x: Exchange, answer: BackendAnswer | undefined, overrides?: Overrides): MappingSource {
  return { x, answer, body: answer?.body ?? x.request.body, overrides, query: undefined, json: undefined };
}

/** Compiles `requestParameters` of the integration. */
export function compileRequestMappings(scope: MethodScope): RequestMappings {
  const mappings = { path: [] as Mapping[], querystring: [] as Mapping[], header: [] as Mapping[] };
  for (const [target, text] of Object.entries(scope.integration.requestParameters ?? {})) {
    const found = requestTarget.exec(target);
    if (found === null) {
      scope.complain(`the mapping target ${target} is no integration request parameter`);
      continue;
    }
    const mapping = compileMapping(found[2]!, target, text, parseRequestExpression(text), scope);
    if (mapping !== undefined) mappings[found[1] as 'path' | 'querystring' | 'header'].push(mapping);
  }
  return mappings;
}

/** Compiles `responseParameters` of one integration response. */
export function compileResponseMappings(
  parameters: Readonly<Record<string, string>> | undefined,
  scope: MethodScope,
): readonly Mapping[] {
  const mappings: Mapping[] = [];
  for (const [target, text] of Object.entries(parameters ?? {})) {
    const found = responseTarget.exec(target);
    if (found === null) {
      scope.complain(`the mapping target ${target} is no method response header`);
      continue;
    }
    const mapping = compileMapping(found[1]!, target, text, parseResponseExpression(text), scope);
    if (mapping !== undefined) mappings.push(mapping);
  }
  return mappings;
}

function compileMapping(
  name: string,
  target: string,
  text: string,
  expression: MappingExpression | undefined,
  scope: MethodScope,
): Mapping | undefined {
  if (expression === undefined) {
    scope.complain(`${target} is mapped from ${text}, which is no mapping expression`);
    return undefined;
  }
  const read = compileExpression(expression, scope);
  if (typeof read === 'string') {
    scope.complain(`${target} is mapped from ${text}: ${read}`);
    return undefined;
  }
  const isConstant = expression.kind === 'literal' || expression.kind === 'stage-variable';
  return {
    name,
    read: typeof read === 'function' ? read : () => read.constant,
    constant: isConstant && typeof read === 'object' ? read.constant : undefined,
    isLiteral: expression.kind === 'literal',
    isGreedy:
      expression.kind === 'request' &&
      expression.location === 'path' &&
      scope.resourcePath.includes(`{${expression.name}+}`),
  };
}

/** A reader, a constant, or a sentence saying why there is none. */
function compileExpression(
  expression: MappingExpression,
  scope: MethodScope,
): ValueReader | { constant: string | undefined } | string {
  switch (expression.kind) {
    case 'literal':
      return { constant: expression.value };
    case 'stage-variable':
      // A stage change recompiles the plan, so a variable is a constant of it. An undefined one is empty text (row SV-10).
      return { constant: ownMember(scope.stage.stageVariables, expression.name) ?? '' };
    case 'context': {
      const method = { ...scope, operationName: scope.method.operationName };
      const read = contextVariable(expression.name, scope.stage, method);
      if (read === undefined) return `there is no context variable ${expression.name}`;
      return (source) => {
        const value = read(source.x);
        return value === undefined ? undefined : String(value);
      };
    }
    case 'request':
      return requestReader(expression.location, expression.name);
    case 'response-header': {
      const lowerName = expression.name.toLowerCase();
      const all = valuesOf(
        (source) => source.answer?.headers ?? [],
        (name) => name.toLowerCase() === lowerName,
      );
      return expression.isMultiValue ? all : joined(all);
    }
    case 'body':
      return bodyReader(expression.path);
  }
}

/** Reads what an expression stands for; a sentence where nothing can. */
export function expressionReader(expression: MappingExpression, scope: MethodScope): ValueReader | string {
  const read = compileExpression(expression, scope);
  return typeof read === 'object' ? () => read.constant : read;
}

/** Reads a parameter of the client's request; `location` is the part of the expression after `method.request.`. */
export function requestReader(location: RequestLocation, name: string): ValueReader {
  switch (location) {
    case 'path':
      return (source) => ownMember(source.x.pathParameters, name);
    case 'querystring':
      return joined(valuesOf(queryOf, (each) => each === name));
    case 'multivaluequerystring':
      return valuesOf(queryOf, (each) => each === name);
    default: {
      const lowerName = name.toLowerCase();
      const all = valuesOf(
        (source) => source.x.request.headers,
        (each) => each.toLowerCase() === lowerName,
      );
      return location === 'header' ? joined(all) : all;
    }
  }
}

/** What every object inherits is no parameter and no variable. */
function ownMember(map: Readonly<Record<string, string>> | null, name: string): string | undefined {
  return map !== null && Object.hasOwn(map, name) ? map[name] : undefined;
}

function valuesOf(
  listOf: (source: MappingSource) => HeaderList,
  isWanted: (name: string) => boolean,
): (source: MappingSource) => readonly string[] | undefined {
  return (source) => {
    const list = listOf(source);
    let values: string[] | undefined;
    for (let i = 0; i < list.length; i += 2) {
      if (!isWanted(list[i]!)) continue;
      if (values === undefined) values = [list[i + 1]!];
      else values.push(list[i + 1]!);
    }
    return values;
  };
}

/** Recorded: the values of one name are joined by commas. */
function joined(all: (source: MappingSource) => readonly string[] | undefined): ValueReader {
  return (source) => all(source)?.join(',');
}

function queryOf(source: MappingSource): HeaderList {
  source.query ??= parseQuery(source.x.request.query);
  return source.query;
}

/** A body that paths are looked up in; its JSON is parsed by the first. */
export interface BodySource {
  readonly body: Buffer;
  json: { readonly value: JsonValue | undefined } | undefined;
}

/** The body's text, or what a JSONPath finds in it; a sentence when that is none. */
export function bodyReader(pathText: string | undefined): ((source: BodySource) => string | undefined) | string {
  if (pathText === undefined) return (source) => source.body.toString();
  let path: JsonPath;
  try {
    // A function's errorMessage is a text even when the function threw an object as JSON, and paths go on into it (row INT-29).
    path = compileJsonPath(pathText, { readsJsonInText: true });
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
    return `the JSONPath "${pathText}" is invalid: ${error.message}`;
  }
  return (source) => {
    source.json ??= { value: parsed(source.body.toString()) };
    return source.json.value === undefined ? undefined : textAt(path, source.json.value);
  };
}

function textAt(path: JsonPath, document: JsonValue): string | undefined {
  try {
    return asText(path.read(document));
  } catch (cause) {
    if (!(cause instanceof TooMuchWorkError)) throw cause;
    const why = `the JSONPath "${path.text}" asks too much of this body: ${cause.message}`;
    throw new Problem('API_CONFIGURATION_ERROR', 'Internal server error', { why, cause });
  }
}

function parsed(text: string): JsonValue | undefined {
  try {
    return parseJsonSmart(text);
  } catch (error) {
    if (error instanceof JsonSmartError) return undefined;
    throw error;
  }
}

function asText(value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  return Array.isArray(value) || value instanceof Map ? printJsonSmart(value, 'plain') : String(value);
}
