/** How a private integration of an HTTP API reaches what is behind its VPC link (rows VS-02, HPM-06; guide page http-api-develop-integrations-private). */
import type { PrivateTarget } from '../../ports/private-targets.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import { withStageVariables } from '../stage-variables.ts';
import type { IntegrationScope } from './route-scope.ts';

/** Why a link that nobody used for sixty days fails once. */
export const sleeping = (linkId: string): string =>
  `the VPC link ${linkId} was inactive after 60 days without traffic; this request brings it back`;

export interface PrivateAddress {
  readonly origin: string;
  readonly connectTo: PrivateTarget;
}

export interface PrivateRoute {
  /** `VPC link ab12cd to arn:…` */
  readonly name: string;
  /** Throws API_CONFIGURATION_ERROR when the link is not there or leads nowhere. */
  address(): PrivateAddress;
}

export function compilePrivateRoute(scope: IntegrationScope): PrivateRoute {
  const { integration, live, stage, label, tools } = scope;
  const variables = stage.stageVariables;
  const linkId = withStageVariables(integration.connectionId ?? '', variables);
  const targetArn = withStageVariables(integration.integrationUri ?? '', variables);
  // The check of a deployment has no links at hand, and one may be made after it.
  const known = live.v2VpcLinks?.find(({ vpcLinkId }) => vpcLinkId === linkId);
  const serverName = integration.tlsConfig?.serverNameToVerify;

  return {
    name: `VPC link ${linkId} to ${targetArn}`,
    address: function addressBehindLink() {
      if (known === undefined) throw unusable(`there is no VPC link "${linkId}"`);
      if (tools.vpcLinkUse?.use(known, live) === false) {
        throw gatewayProblem('INTEGRATION_FAILURE', `${label}: ${sleeping(linkId)}`);
      }
      // Query parameters of a Cloud Map ARN choose among its instances; settings know the service.
      const [serviceArn] = targetArn.split('?') as [string];
      const link = { id: linkId, name: known.name, targetArns: [targetArn, serviceArn] };
      const target = tools.privateTargets.targetFor(link);
      if (typeof target === 'string') throw unusable(target);
      // As with REST APIs, a scheme in the settings decides (decisions/0015): whoever starts the process may have a plain stand-in.
      const isTls = target.isTls ?? integration.tlsConfig !== undefined;
      const host = serverName || (target.host.includes(':') ? `[${target.host}]` : target.host);
      return { origin: `${isTls ? 'https' : 'http'}://${host}:${target.port}`, connectTo: { ...target, isTls } };
    },
  };

  function unusable(why: string) {
    return gatewayProblem('API_CONFIGURATION_ERROR', `${label}: ${why}`);
  }
}
