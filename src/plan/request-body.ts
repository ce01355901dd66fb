/** Which body goes to the integration of a method that is no proxy: a template's, the client's, or none at all with 415 (rows INT-22, INT-23). */
import { headerValue } from '../base/headers.ts';
import { compileRequestContent, type Payload } from './content-handling.ts';
import type { Exchange } from './exchange.ts';
import { configurationError } from './execution-log.ts';
import { gatewayProblem } from './gateway-responses.ts';
import { type MethodScope, notBuiltYet } from './method-scope.ts';
import { type BodyTemplate, compileTemplates, mediaTypeOf } from './templates.ts';

/** The template that makes the body, or undefined for the client's own body. Throws UNSUPPORTED_MEDIA_TYPE. */
export type RequestTemplateChoice = (x: Exchange) => RequestTemplate | undefined;

export interface RequestTemplate extends BodyTemplate {
  readonly mediaType: string;
}

export interface RequestTemplates {
  readonly templateFor: RequestTemplateChoice;
  /** All of them, in the order configured. */
  readonly all: readonly RequestTemplate[];
  /** The body the template reads, or that goes on as it is where there is no template. Throws API_CONFIGURATION_ERROR. */
  payloadFor(x: Exchange, template: RequestTemplate | undefined): Payload;
}

/** Compiles `requestTemplates` and `passthroughBehavior` of the integration. */
export function compileRequestTemplates(scope: MethodScope): RequestTemplates {
  const { integration, complain } = scope;
  const templates = compileTemplates(integration.requestTemplates, 'request', scope);
  const behavior = integration.passthroughBehavior;
  if (!['WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES', 'NEVER'].includes(behavior)) {
    complain(notBuiltYet(`passthroughBehavior ${behavior}`));
  }
  const passes = behavior === 'WHEN_NO_MATCH' || (behavior === 'WHEN_NO_TEMPLATES' && templates.length === 0);
  const byType = new Map<string, RequestTemplate | undefined>();
  for (const { mediaType, template } of templates) byType.set(mediaType, template && { mediaType, ...template });

  function templateFor(x: Exchange): RequestTemplate | undefined {
    const contentType = headerValue(x.request.headers, 'content-type');
    // Most clients write the type as the template has it.
    const asWritten = byType.get(contentType ?? 'application/json');
    if (asWritten !== undefined) return asWritten;
    const mediaType = contentType === undefined ? 'application/json' : mediaTypeOf(contentType);
    const template = byType.get(mediaType);
    if (template !== undefined || passes || byType.has(mediaType)) return template;
    throw gatewayProblem(
      'UNSUPPORTED_MEDIA_TYPE',
      `passthroughBehavior is ${behavior} and no request template is for ${mediaType}` +
        (templates.length === 0 ? '; the integration has none' : `; templates: ${[...byType.keys()].join(', ')}`),
    );
  }

  const content = compileRequestContent(scope);

  /** Recorded: bytes and a template are 500. Without a body, too: `*` + `/*` makes a preflight's nothing binary, and AWS answers it 500 (seen in logs users quote). */
  function payloadFor(x: Exchange, template: RequestTemplate | undefined): Payload {
    const payload = content(x);
    if (template === undefined || !payload.isBinary) return payload;
    const why = `${scope.label}: a binary body cannot go through a template; contentHandling CONVERT_TO_TEXT hands it on as base64`;
    throw gatewayProblem('API_CONFIGURATION_ERROR', why, { logged: configurationError('Unable to transform request') });
  }

  return { templateFor, all: [...byType.values()].filter((template) => template !== undefined), payloadFor };
}
