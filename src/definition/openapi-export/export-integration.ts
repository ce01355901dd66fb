/** `x-amazon-apigateway-integration`: enumerations in lower case, responses under their patterns (rows OAS-10, OAS-11). */
import type { Integration, IntegrationResponse } from '../rest-api.ts';
import { type Json, withoutEmpty } from './json.ts';

/** What an integration has by itself is not said: an import gives it the same. */
export function exportedIntegration(integration: Integration, resourceId: string): Json {
  const { type, passthroughBehavior, contentHandling, connectionType, integrationResponses, ...rest } = integration;
  const { cacheNamespace, cacheKeyParameters, responseTransferMode, timeoutInMillis, requestTemplates, ...members } =
    rest;
  return withoutEmpty({
    type: type.toLowerCase(),
    ...members,
    requestTemplates: textsOf(requestTemplates),
    passthroughBehavior: passthroughBehavior.toLowerCase(),
    ...(contentHandling !== undefined && { contentHandling }),
    ...(connectionType !== undefined && connectionType !== 'INTERNET' && { connectionType }),
    ...(timeoutInMillis !== 29_000 && { timeoutInMillis }),
    ...(cacheNamespace !== resourceId && { cacheNamespace }),
    cacheKeyParameters,
    ...(responseTransferMode !== 'BUFFERED' && { responseTransferMode }),
    responses: Object.fromEntries(Object.values(integrationResponses ?? {}).map(exportedResponse)),
  });
}

function exportedResponse({ selectionPattern, responseTemplates, ...response }: IntegrationResponse): [string, Json] {
  return [selectionPattern || 'default', withoutEmpty({ ...response, responseTemplates: textsOf(responseTemplates) })];
}

/** A template that was cleared is empty text in a document. */
function textsOf(templates: Readonly<Record<string, string | null>> | undefined): Json | undefined {
  return templates && Object.fromEntries(Object.entries(templates).map(([type, template]) => [type, template ?? '']));
}
