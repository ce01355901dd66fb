/** Identity sources of HTTP APIs' authorizers, read from a request: `$request.header.x`, `$request.querystring.x`, `$context.x`, `$stageVariables.x`. */
import { headerValues } from '../../base/headers.ts';
import { parseIdentitySource } from '../../definition/v2-identity-sources.ts';
import type { Exchange } from '../exchange.ts';
import { parseQuery } from '../query.ts';
import { httpContextVariable } from './context-variables.ts';
import type { RouteScope } from './route-scope.ts';

/** The values in the order they came; undefined when the request does not have it. One that is there and empty counts as there (recorded A7). */
export type ValuesReader = (x: Exchange) => readonly string[] | undefined;

/** A reader, or a sentence that says why there is none. */
export function valuesReader(source: string, scope: RouteScope): ValuesReader | string {
  const parsed = parseIdentitySource(source, 'HTTP');
  if (parsed === undefined) return `${source} is no identity source`;
  const { kind, name } = parsed;
  switch (kind) {
    case 'header': {
      const lowerName = name.toLowerCase();
      return (x) => someOf(headerValues(x.request.headers, lowerName));
    }
    case 'querystring':
      return (x) => someOf(queryValues(x.request.query, name));
    case 'stageVariables': {
      const variables = scope.stage.stageVariables;
      const value = variables !== null && Object.hasOwn(variables, name) ? [variables[name]!] : undefined;
      return () => value;
    }
    case 'context':
      return contextReader(name, scope);
  }
}

function contextReader(name: string, scope: RouteScope): ValuesReader | string {
  const read = httpContextVariable(name, scope);
  if (read === undefined) return `there is no context variable ${name}`;
  return (x) => {
    const value = read(x);
    return value === undefined ? undefined : [String(value)];
  };
}

const someOf = (values: readonly string[]): readonly string[] | undefined => (values.length === 0 ? undefined : values);

function queryValues(query: string, name: string): string[] {
  const list = parseQuery(query, '&');
  const values: string[] = [];
  for (let i = 0; i < list.length; i += 2) if (list[i] === name) values.push(list[i + 1]!);
  return values;
}
