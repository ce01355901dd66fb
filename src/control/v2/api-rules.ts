/** What a new API holds, what an update makes of one, and what an API must fulfil to be kept. */
import { defined } from '../../base/defined.ts';
import type { V2Api } from '../../definition/v2-api.ts';
import type { Call } from '../../wire/call.ts';
import type { CreateApiRequest, UpdateApiRequest } from '../../wire/generated/apigatewayv2.ts';
import { checkTags } from '../rest/tag-rules.ts';
import { invalidValue, notForProtocol, required } from './chosen-refusals.ts';
import { checkCors, corsWith } from './cors-rules.ts';
import { badRequest } from './errors.ts';
import type { V2Limits } from './limits.ts';
import { ourNames } from './member-names.ts';
import { updated, withoutEmpty } from './partial-update.ts';
import { checkTextLengths } from './text-lengths.ts';

/** As recorded; the braces of the guide's `${request.method} ${request.path}` are taken too. */
const httpRouteSelection = '$request.method $request.path';
const httpRouteSelections = [httpRouteSelection, '${request.method} ${request.path}'];
/** AWS wants one from the caller; what its guide uses throughout stands in where there is none. */
const webSocketRouteSelection = '$request.body.action';
const apiKeySelections = ['$request.header.x-api-key', '$context.authorizer.usageIdentifierKey'];

/** Not yet checked. */
export function newApi(input: CreateApiRequest, apiId: string, call: Call, nowMs: number): V2Api {
  const { Target: _, RouteKey: _key, CredentialsArn: _arn, ...members } = input;
  const { tags, ...given } = ourNames(members) as Partial<V2Api>;
  const isHttp = input.ProtocolType === 'HTTP';
  const selection = given.routeSelectionExpression || (isHttp ? httpRouteSelection : webSocketRouteSelection);
  return withoutEmpty<V2Api>(
    {
      ...given,
      ...(given.corsConfiguration && { corsConfiguration: corsWith(undefined, given.corsConfiguration) }),
      apiId,
      name: input.Name,
      protocolType: input.ProtocolType,
      account: call.account,
      region: call.region,
      createdAtMs: nowMs,
      routeSelectionExpression: isHttp && httpRouteSelections.includes(selection) ? httpRouteSelection : selection,
      apiKeySelectionExpression: given.apiKeySelectionExpression || apiKeySelections[0]!,
      disableExecuteApiEndpoint: given.disableExecuteApiEndpoint ?? false,
      ipAddressType: given.ipAddressType ?? 'ipv4',
      tags: tags ?? {},
    },
    ['tags', 'name'],
  );
}

/** Not yet checked. */
export function updatedApi(api: V2Api, input: UpdateApiRequest): V2Api {
  const { ApiId: _, Target: _target, RouteKey: _key, CredentialsArn: _arn, ...members } = input;
  const changes = ourNames(defined(members)) as Partial<V2Api>;
  const { corsConfiguration: cors } = changes;
  const merged = cors && { corsConfiguration: corsWith(api.corsConfiguration, cors) };
  const changed = updated(api, { ...changes, ...merged }, ['name']);
  // What every API has goes back to AWS's default when it is cleared.
  const isHttp = api.protocolType === 'HTTP';
  const selection = changed.routeSelectionExpression ?? (isHttp ? httpRouteSelection : webSocketRouteSelection);
  return {
    ...changed,
    routeSelectionExpression: isHttp && httpRouteSelections.includes(selection) ? httpRouteSelection : selection,
    apiKeySelectionExpression: changed.apiKeySelectionExpression ?? apiKeySelections[0]!,
  };
}

/** Throws unless an API may be as it is. */
export function checkApi(api: V2Api, limits: V2Limits): void {
  const { protocolType, routeSelectionExpression: selection } = api;
  if (protocolType !== 'HTTP' && protocolType !== 'WEBSOCKET') {
    throw badRequest('Invalid protocol specified. Must be one of [HTTP, WEBSOCKET]');
  }
  if (api.name === '') throw required('Name', 'Api');
  checkTextLengths(api);
  if (protocolType === 'HTTP' && selection !== httpRouteSelection) {
    throw invalidValue('route selection expression', selection, [httpRouteSelections[1]!]);
  }
  if (protocolType === 'WEBSOCKET' && !/\$\{?request\.body\b/.test(selection)) {
    throw invalidValue('route selection expression', selection);
  }
  if (!apiKeySelections.includes(api.apiKeySelectionExpression)) {
    throw invalidValue('API key selection expression', api.apiKeySelectionExpression, apiKeySelections);
  }
  if (protocolType === 'HTTP' && api.disableSchemaValidation !== undefined) {
    throw notForProtocol('DisableSchemaValidation', api);
  }
  checkCors(api);
  checkTags(api.tags, limits);
}
