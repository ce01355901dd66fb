/** HTTP: a request of its own to an HTTP backend, made from mappings and templates, and an answer made the same way (row INT-03). */
import { headerValue } from '../../base/headers.ts';
import { plainBody } from '../backend-body.ts';
import { type BackendCall, backendCall } from '../backend-call.ts';
import { compileBackendRoute } from '../backend-route.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import { mayMapRequestHeader } from '../header-rules.ts';
import { backendVerb, compileHttpHeaders } from '../http-headers.ts';
import { compileHttpTarget } from '../http-target.ts';
import { compileIntegrationResponses } from '../integration-responses.ts';
import type { MethodScope } from '../method-scope.ts';
import { compileRequestMappings, type MappingSource, mappingSource } from '../parameter-mapping.ts';
import type { Integration } from '../plan.ts';
import { compileRequestTemplates } from '../request-body.ts';
import { traceHeader } from '../trace.ts';

/** Compiles an HTTP integration; prints as `http GET http://host/path`. */
export function compileHttp(
  scope: MethodScope,
  send: BackendCall = backendCall(scope.tools, scope.tools.upstream),
): Integration {
  const { integration } = scope;
  const mappings = compileRequestMappings(scope);
  const route = compileBackendRoute(scope);
  const { skipCertificateAuthority, clientCertificate } = route;
  const target = compileHttpTarget(scope, mappings, false);
  const headersFor = compileHttpHeaders(scope, mappings.header);
  const { templateFor, payloadFor } = compileRequestTemplates(scope);
  const responses = compileIntegrationResponses(scope);
  const unmappable = mappings.header.find(({ name }) => !mayMapRequestHeader(name, integration.type));
  const timeoutMs = integration.timeoutInMillis;

  return {
    name: `http ${integration.httpMethod ?? 'ANY'} ${target.uri}${route.name}`,
    run: async function answerFromBackend(x) {
      if (unmappable !== undefined) {
        throw gatewayProblem(
          'API_CONFIGURATION_ERROR',
          `${scope.label}: the header ${unmappable.name} cannot be mapped`,
        );
      }
      const source = mappingSource(x, undefined);
      const sent = bodyOf(source);
      const address = target.resolve(source);
      const answer = await send(x, {
        origin: address.origin,
        target: route.pathPrefix + address.target,
        method: backendVerb(scope, x),
        headers: headersFor(source, sent?.contentType),
        body: sent?.body,
        timeoutMs,
        skipCertificateAuthority,
        clientCertificate,
        connectTo: route.connectTo(),
      });
      const { status, headers } = answer;
      const plain = plainBody(answer, scope.label);
      const body = plain instanceof Promise ? await plain : plain;
      const told = { status, headers, body, traceHeader: traceHeader(x) };
      return responses.matching(String(status)).reply(x, told, source.overrides);
    },
  };

  /** The template's text or the client's body; undefined when there is nothing to send. */
  function bodyOf(source: MappingSource): { contentType: string; body: string | Buffer } | undefined {
    const { x } = source;
    const template = templateFor(x);
    const payload = payloadFor(x, template);
    source.body = payload.body;
    if (template !== undefined) {
      return { contentType: template.mediaType, body: template.constant ?? template.render(source) };
    }
    if (payload.body.length === 0) return undefined;
    return { contentType: headerValue(x.request.headers, 'content-type') ?? 'application/json', body: payload.body };
  }
}
