/** The identity sources of an authorizer, read from a request (rows LA-03, LA-08). */
import { headerValues } from '../../base/headers.ts';
import type { IdentitySource } from '../../definition/identity-sources.ts';
import { type ContextMethod, contextVariable } from '../context-variables.ts';
import type { Exchange } from '../exchange.ts';
import type { StageContext } from '../plan.ts';
import { parseQuery } from '../query.ts';

/** Undefined when the request does not have it. */
export type IdentityReader = (x: Exchange) => string | undefined;

/** A reader, or a sentence that says why there is none. */
export function identityReader(
  source: IdentitySource,
  stage: StageContext,
  method: ContextMethod,
): IdentityReader | string {
  const { kind, name } = source;
  switch (kind) {
    case 'header': {
      const lowerName = name.toLowerCase();
      // As in the event: of several the last one counts.
      return (x) => headerValues(x.request.headers, lowerName).at(-1);
    }
    case 'querystring':
      return (x) => lastQueryValue(x, name);
    case 'stage-variable': {
      const { stageVariables } = stage;
      const value = stageVariables !== null && Object.hasOwn(stageVariables, name) ? stageVariables[name] : undefined;
      return () => value;
    }
    case 'context': {
      const read = contextVariable(name, stage, method);
      if (read === undefined) return `there is no context variable ${name}`;
      return (x) => {
        const value = read(x);
        return value === undefined ? undefined : String(value);
      };
    }
  }
}

function lastQueryValue(x: Exchange, name: string): string | undefined {
  const query = parseQuery(x.request.query);
  for (let i = query.length - 2; i >= 0; i -= 2) if (query[i] === name) return query[i + 1];
  return undefined;
}

/** One text for all of them, different for different values; undefined when one is missing or empty. */
export function identityOf(readers: readonly IdentityReader[], x: Exchange): string | undefined {
  if (readers.length === 1) return readers[0]!(x) || undefined;
  let key = '';
  for (const read of readers) {
    const value = read(x);
    if (value === undefined || value === '') return undefined;
    key += `${value.length}:${value}`;
  }
  return key;
}
