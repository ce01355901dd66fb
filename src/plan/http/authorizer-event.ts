/** The events of Lambda authorizers of HTTP APIs, by payload format (rows HLA-01, HLA-02, recorded). */
import type { Exchange } from '../exchange.ts';
import { eventQuery } from './event-parts.ts';
import { clientPath, compileRequestContext1, singleValues, spelledHeaders } from './lambda-event-1.ts';
import { compileRequest2 } from './lambda-event-2.ts';
import { rawPath } from './raw-path.ts';
import type { RouteScope } from './route-scope.ts';

/** What the request showed: the values of each identity source. Null for an authorizer without sources. */
export type ShownIdentity = readonly (readonly string[])[] | null;
export type EventWriter = (x: Exchange, identity: ShownIdentity) => string;

/**
 * `arn:aws:execute-api:{region}:{account}:{api}/{stage}/{METHOD}/{path}`, the path decoded (recorded). It is the path below the stage as the router saw it,
 * because here, unlike on REST APIs, a slash more or less is another path.
 */
export function compileRouteArn({ stage }: RouteScope): (x: Exchange) => string {
  const { region, account, apiId, stage: stageName } = stage;
  const start = `arn:aws:execute-api:${region}:${account}:${apiId}/${stageName}/`;
  return (x) => start + x.method + decodedPath(x.path);
}

function decodedPath(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Format 1.0 has no maps of several values; empty maps are `{}`. Of several values the last one counts. */
export function compileAuthorizerEvent1(scope: RouteScope): EventWriter {
  const json = JSON.stringify;
  const { stage } = scope;
  const variables = `,"stageVariables":${json(stage.stageVariables ?? {})}}`;
  const writeContext = compileRequestContext1(scope);
  const routeArn = compileRouteArn(scope);

  return function writeAuthorizerEvent1(x, identity) {
    const query = eventQuery(x.request.query);
    const shown = json(identity === null ? null : identity.map((values) => values.at(-1)).join(','));
    return (
      `{"version":"1.0","type":"REQUEST","methodArn":${json(routeArn(x))},"identitySource":${shown}` +
      `,"authorizationToken":${shown},"resource":"","path":${json(rawPath(clientPath(x)))},"httpMethod":${json(x.method)}` +
      `,"headers":${singleValues(spelledHeaders(x))},"queryStringParameters":${query.length === 0 ? '{}' : singleValues(query)}` +
      `,"requestContext":${writeContext(x)},"pathParameters":${json(x.pathParameters ?? {})}${variables}`
    );
  };
}

/** Format 2.0: what a request does not have is left out; several values of one source are joined by a comma. */
export function compileAuthorizerEvent2(scope: RouteScope): EventWriter {
  const json = JSON.stringify;
  const { stageVariables } = scope.stage;
  const variables = stageVariables === null ? '}' : `,"stageVariables":${json(stageVariables)}}`;
  const writeRequest = compileRequest2(scope);
  const routeArn = compileRouteArn(scope);

  return function writeAuthorizerEvent2(x, identity) {
    const shown = json(identity === null ? null : identity.map((values) => values.join(',')));
    return (
      `{"version":"2.0","type":"REQUEST","routeArn":${json(routeArn(x))},"identitySource":${shown}` +
      `,"routeKey":${json(scope.label)},"rawPath":${writeRequest(x, true)}` +
      `${x.pathParameters === null ? '' : `,"pathParameters":${json(x.pathParameters)}`}${variables}`
    );
  };
}
