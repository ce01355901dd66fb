/**
 * Body templates: which one a message gets, and what it makes of it. They are compiled with the deployment; one that does not compile is a complaint
 * with line and column, where AWS would fail at run time (rows MAP-07, MAP-19).
 */
import { JsonSmartError } from '../language/json-path/json-smart-error.ts';
import { compileTemplate, type Template } from '../language/vtl/template.ts';
import { TemplateError } from '../language/vtl/template-error.ts';
import { gatewayProblem } from './gateway-responses.ts';
import type { MethodScope } from './method-scope.ts';
import type { MappingSource } from './parameter-mapping.ts';
import { compileVariables } from './template-context/variables.ts';
import { unparsedBody } from './unparsed-body.ts';

export interface BodyTemplate {
  /** What it says whatever the request; undefined when it has to be rendered. */
  readonly constant: string | undefined;
  /** Throws API_CONFIGURATION_ERROR, or 400 for a client's body that is not JSON where the template reads JSON. */
  render(source: MappingSource): string;
}

/** By content type, in the order configured; one left empty is passthrough, as AWS keeps null for it. */
export type BodyTemplates = readonly { readonly mediaType: string; readonly template: BodyTemplate | undefined }[];

/** Compiles a map of templates; `side` names it in complaints: `request`, `response 200`. */
export function compileTemplates(
  templates: Readonly<Record<string, string | null>> | undefined,
  side: string,
  scope: MethodScope,
): BodyTemplates {
  return Object.entries(templates ?? {}).map(([contentType, text]) => ({
    mediaType: mediaTypeOf(contentType),
    template:
      text === null || text === '' ? undefined : compileBody(text, `the ${side} template for ${contentType}`, scope),
  }));
}

function compileBody(text: string, what: string, scope: MethodScope): BodyTemplate | undefined {
  // Text without these means itself, and costs nothing per request.
  if (!/[$#]/.test(text)) return { constant: text, render: () => text };
  let template: Template;
  try {
    template = compiledTemplate(text, scope.isOnlyChecked === true);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    scope.complain(`${what} is not valid: ${placed(error)}`);
    return undefined;
  }
  const variablesFor = compileVariables(scope);
  return {
    constant: undefined,
    render: function renderTemplate(source) {
      try {
        return template.render(variablesFor(source));
      } catch (error) {
        throw failure(error, `${scope.label}: ${what}`, source);
      }
    },
  };
}

/** Every stage of a deployment has a plan, and every change of a stage makes a new one: what was compiled last, the latest at the end. */
const recent = new Map<string, Template>();
const maxRecent = 2_000;
/** In characters; longer ones are rare, and would fill the memory. */
const maxRecentLength = 5_000;

function compiledTemplate(text: string, isOnlyChecked: boolean): Template {
  const template = recent.get(text) ?? compileTemplate(text, { nullEqualsEmptyText: true });
  // What a deployment's check compiles is garbage at once, which is cheap; kept, it would be twice as slow (bench/compile.ts).
  if (isOnlyChecked || text.length > maxRecentLength) return template;
  recent.delete(text);
  recent.set(text, template);
  if (recent.size > maxRecent) recent.delete(recent.keys().next().value!);
  return template;
}

/** `line 3, column 7: …` */
function placed({ message, line, column }: TemplateError): string {
  return `line ${line}, column ${column}: ${message.replace(/ at \[line \d+, column \d+\]$/, '')}`;
}

function failure(error: unknown, what: string, { answer }: MappingSource): unknown {
  if (!(error instanceof TemplateError)) return error;
  const why = `${what} failed: ${placed(error)}`;
  if (error.cause instanceof JsonSmartError && answer === undefined) return unparsedBody(why, error.cause.message);
  return gatewayProblem('API_CONFIGURATION_ERROR', why, { cause: error });
}

/** `application/json` of `Application/JSON; charset=utf-8`: parameters are ignored (row INT-23). */
export function mediaTypeOf(contentType: string): string {
  const end = contentType.indexOf(';');
  return (end === -1 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
}

/**
 * The index of the response template for an Accept header: the one of its first type, else that of application/json, else the first (row INT-24).
 * -1 when there are none.
 */
export function responseTemplateFor(
  templates: readonly { readonly mediaType: string }[],
  accept: string | undefined,
): number {
  if (templates.length <= 1) return templates.length - 1;
  const wanted = accept === undefined ? 'application/json' : firstMediaType(accept);
  const exact = templates.findIndex((template) => template.mediaType === wanted);
  if (exact !== -1) return exact;
  const json = templates.findIndex((template) => template.mediaType === 'application/json');
  return json === -1 ? 0 : json;
}

/** `image/png` of `image/png;q=0.8, text/html`. */
export function firstMediaType(accept: string): string {
  const comma = accept.indexOf(',');
  return mediaTypeOf(comma === -1 ? accept : accept.slice(0, comma));
}
