/** MOCK: an answer without a backend. Its request template is evaluated once, so at run time a mock is a constant reply (rows INT-01, INT-02). */
import { noBody } from '../../base/http.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import { compileIntegrationResponses } from '../integration-responses.ts';
import type { MethodScope } from '../method-scope.ts';
import type { BackendAnswer } from '../parameter-mapping.ts';
import type { Integration } from '../plan.ts';
import { compileRequestTemplates, type RequestTemplate } from '../request-body.ts';

const nothing: BackendAnswer = { status: 200, headers: [], body: noBody, traceHeader: '' };

/** Compiles a MOCK integration; prints as `mock 200`. */
export function compileMock(scope: MethodScope): Integration {
  const templateFor = compileRequestTemplates(scope);
  const responses = compileIntegrationResponses(scope);
  const statusCodes = new Map<string, number | undefined>();
  for (const text of Object.values(scope.integration.requestTemplates ?? {})) {
    if (text !== null && text !== '') statusCodes.set(text, mockStatusCode(text));
  }

  function statusCodeOf(template: RequestTemplate): number {
    const statusCode = statusCodes.get(template.text);
    if (statusCode !== undefined) return statusCode;
    throw gatewayProblem(
      'API_CONFIGURATION_ERROR',
      `${scope.label}: the mock's request template for ${template.mediaType} gives no JSON object whose statusCode is a number`,
    );
  }

  return {
    name: `mock ${[...new Set([...statusCodes.values()].map((code) => code ?? 500))].join('|') || 'default'}`,
    run: function answerMock(x) {
      const template = templateFor(x);
      const response =
        template === undefined ? responses.standard() : responses.matching(String(statusCodeOf(template)));
      return response.reply(x, nothing);
    },
  };
}

/**
 * The `statusCode` a mock's template asks for; undefined when it has none that is a whole number. Names may stand without quotes, as AWS's parser
 * takes `{statusCode: 200}` (recorded; a status that is a string is 500).
 */
export function mockStatusCode(text: string): number | undefined {
  const strict = text
    .replace(/'([^'"\\]*)'/g, '"$1"')
    .replace(/([{,]\s*)([A-Za-z_]\w*)(\s*:)/g, '$1"$2"$3')
    .replace(/,(\s*[}\]])/g, '$1');
  for (const candidate of [text, strict]) {
    try {
      const value: unknown = JSON.parse(candidate);
      const code = typeof value === 'object' && value !== null && 'statusCode' in value ? value.statusCode : undefined;
      return Number.isInteger(code) ? (code as number) : undefined;
    } catch {
      // The next reading may be kinder.
    }
  }
  return undefined;
}
