/** MOCK: an answer without a backend. A request template without VTL is evaluated once, so such a mock is a constant reply (rows INT-01, INT-02). */
import { noBody } from '../../base/http.ts';
import { JsonSmartError } from '../../language/json-path/json-smart-error.ts';
import { parseJsonSmart } from '../../language/json-path/parse-json-smart.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import { type ChosenResponse, compileIntegrationResponses } from '../integration-responses.ts';
import type { MethodScope } from '../method-scope.ts';
import { type BackendAnswer, mappingSource } from '../parameter-mapping.ts';
import type { Integration } from '../plan.ts';
import { compileRequestTemplates, type RequestTemplate } from '../request-body.ts';

const nothing: BackendAnswer = { status: 200, headers: [], body: noBody, traceHeader: '' };

/** Compiles a MOCK integration; prints as `mock 200`, as `mock template` where the status is the template's to say. */
export function compileMock(scope: MethodScope): Integration {
  const { templateFor, payloadFor, all } = compileRequestTemplates(scope);
  const responses = compileIntegrationResponses(scope);
  const statusCodes = new Map<string, number | undefined>();
  for (const { constant } of all) if (constant !== undefined) statusCodes.set(constant, mockStatusCode(constant));

  function checked(statusCode: number | undefined, { mediaType }: RequestTemplate): string {
    if (statusCode !== undefined) return String(statusCode);
    throw gatewayProblem(
      'API_CONFIGURATION_ERROR',
      `${scope.label}: the mock's request template for ${mediaType} gives no JSON object whose statusCode is a number`,
    );
  }

  /** Chosen by text that is the same for every request, so with the first of them. One that cannot be chosen fails anew each time. */
  const chosen = new Map<RequestTemplate, ChosenResponse>();
  function chosenOnce(template: RequestTemplate, constant: string): ChosenResponse {
    let response = chosen.get(template);
    if (response === undefined) {
      response = responses.matching(checked(statusCodes.get(constant), template));
      chosen.set(template, response);
    }
    return response;
  }

  const outcomes = all.map(({ constant }) =>
    constant === undefined ? 'template' : (statusCodes.get(constant) ?? 500),
  );
  return {
    name: `mock ${[...new Set(outcomes)].join('|') || 'default'}`,
    callsNobody: true,
    run: function answerMock(x) {
      const template = templateFor(x);
      if (template === undefined) return responses.standard().reply(x, nothing, undefined);
      const payload = payloadFor(x, template);
      const { constant } = template;
      if (constant !== undefined) return chosenOnce(template, constant).reply(x, nothing, undefined);
      const source = mappingSource(x, undefined);
      source.body = payload.body;
      const statusCode = mockStatusCode(template.render(source));
      return responses.matching(checked(statusCode, template)).reply(x, nothing, source.overrides);
    },
  };
}

/**
 * The `statusCode` a mock's template asks for; undefined when it has none that is a whole number. Read as bodies are: names may stand without quotes
 * (recorded; a status that is a string is 500).
 */
export function mockStatusCode(text: string): number | undefined {
  try {
    const value = parseJsonSmart(text);
    const statusCode = value instanceof Map ? value.get('statusCode') : undefined;
    return typeof statusCode === 'number' ? statusCode : undefined;
  } catch (error) {
    if (error instanceof JsonSmartError) return undefined;
    throw error;
  }
}
