/** Our records as AWS answers them. Members that were never set are left out, as AWS does. */
import type * as definition from '../../definition/v2-api.ts';
import { isIdle } from '../../ports/vpc-link-use.ts';
import type { Call } from '../../wire/call.ts';
import type * as wire from '../../wire/generated/apigatewayv2.ts';
import { apiEndpoint } from './api-endpoint.ts';
import { wireNames } from './member-names.ts';

export function answerApi(api: definition.V2Api, call: Call): wire.Api {
  const { account: _account, region: _region, createdAtMs, ...members } = api;
  return { ...wireNames(members), ApiEndpoint: apiEndpoint(api, call), CreatedDate: createdAtMs } as wire.Api;
}

export function answerRoute({ routeResponses: _, ...members }: definition.Route): wire.Route {
  return wireNames(members) as wire.Route;
}

export const answerRouteResponse = (response: definition.RouteResponse): wire.RouteResponse =>
  wireNames(response) as wire.RouteResponse;

export function answerIntegration({ integrationResponses: _, ...members }: definition.V2Integration): wire.Integration {
  return wireNames(members) as wire.Integration;
}

export const answerIntegrationResponse = (response: definition.V2IntegrationResponse): wire.IntegrationResponse =>
  wireNames(response) as wire.IntegrationResponse;

export const answerAuthorizer = (authorizer: definition.V2Authorizer): wire.Authorizer =>
  wireNames(authorizer) as wire.Authorizer;

export const answerModel = (model: definition.V2Model): wire.Model => wireNames(model) as wire.Model;

export function answerDeployment({ createdAtMs, ...members }: definition.V2Deployment): wire.Deployment {
  return { ...wireNames(members), CreatedDate: createdAtMs };
}

export function answerStage({ createdAtMs, lastUpdatedAtMs, ...members }: definition.V2Stage): wire.Stage {
  return { ...wireNames(members), CreatedDate: createdAtMs, LastUpdatedDate: lastUpdatedAtMs } as wire.Stage;
}

/** As it is at this time: one that nobody used for sixty days is inactive (row PRV-08). The message is in no recording. */
export function answerVpcLink(link: definition.V2VpcLink, nowMs: number): wire.VpcLink {
  const { createdAtMs, lastUsedAtMs: _, ...stored } = link;
  const inactive = {
    vpcLinkStatus: 'INACTIVE' as const,
    vpcLinkStatusMessage: 'VPC link is inactive because no traffic was sent over it for 60 days',
  };
  const members = isIdle(link, nowMs) ? { ...stored, ...inactive } : stored;
  return { ...wireNames(members), CreatedDate: createdAtMs, VpcLinkVersion: 'V2' };
}

/** CreateApi (recorded), CreateDomainName and GetDomainNames (CLI reference) have no `Tags` where there are none; other answers have empty ones. */
export function withoutEmptyTags<T extends { Tags?: unknown }>(answer: T): T {
  if (Object.keys(answer.Tags ?? {}).length > 0) return answer;
  const { Tags: _, ...rest } = answer;
  return rest as T;
}
