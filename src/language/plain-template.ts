/**
 * Templates of gateway responses: variables put in place, nothing else (rows GWR-05, GWR-06; guide page api-gateway-gatewayResponse-definition).
 * Directives, braces and functions of VTL are text like any other, so there is no template that cannot be read.
 */
import type { MappingExpression } from './mapping-expression.ts';

export type PlainVariable = Extract<MappingExpression, { readonly kind: 'request' | 'stage-variable' | 'context' }>;

/** Text as it stands, or a variable to put in its place. */
export type PlainTemplatePart = string | PlainVariable;

/** A name ends in a word character: in `$context.stage.` the dot is the end of a sentence. */
const variable =
  /\$(?:context\.(\w+(?:[.:-]\w+)*)|stageVariables\.(\w+)|method\.request\.(path|querystring|header)\.(\w+(?:[.-]\w+)*))/g;

/** The template taken apart, in order. Names of context variables are as long as they can be; who knows the variables cuts them. */
export function parsePlainTemplate(text: string): PlainTemplatePart[] {
  const parts: PlainTemplatePart[] = [];
  let at = 0;
  for (const found of text.matchAll(variable)) {
    if (found.index > at) parts.push(text.slice(at, found.index));
    parts.push(variableOf(found));
    at = found.index + found[0].length;
  }
  if (at < text.length) parts.push(text.slice(at));
  return parts;
}

function variableOf([, context, stageVariable, location, parameter]: RegExpExecArray): PlainVariable {
  if (context !== undefined) return { kind: 'context', name: context };
  if (stageVariable !== undefined) return { kind: 'stage-variable', name: stageVariable };
  return { kind: 'request', location: location as 'path' | 'querystring' | 'header', name: parameter! };
}
