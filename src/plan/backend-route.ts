/** How an HTTP integration reaches its backend: over the internet or through a VPC link, trusting whom, and as whom (rows INT-19 to INT-21, SV-06, CC-01). */

import type { PrivateLink, PrivateTarget } from '../ports/private-targets.ts';
import type { GatewayIdentity } from '../ports/upstream.ts';
import { gatewayProblem } from './gateway-responses.ts';
import { sleeping } from './http/private-route.ts';
import type { MethodScope } from './method-scope.ts';
import { withStageVariables } from './stage-variables.ts';

export interface BackendRoute {
  /** Prints as ` through VPC link ab12cd`; empty over the internet. */
  readonly name: string;
  readonly skipCertificateAuthority: boolean;
  readonly clientCertificate: GatewayIdentity | undefined;
  /** What stands before the URI's path at the backend: the stage, where a version 2 link is used with a REST API (row INT-20). */
  readonly pathPrefix: string;
  /** Undefined over the internet. Throws API_CONFIGURATION_ERROR when the link is not there or leads nowhere. */
  connectTo(): PrivateTarget | undefined;
}

export function compileBackendRoute(scope: MethodScope): BackendRoute {
  const { integration, backends, stage } = scope;
  const skipCertificateAuthority = integration.tlsConfig?.insecureSkipVerification === true;
  const { clientCertificate } = backends;
  const common = { skipCertificateAuthority, clientCertificate };
  if (integration.connectionType !== 'VPC_LINK') {
    return { ...common, name: '', pathPrefix: '', connectTo: () => undefined };
  }
  const linkId = withStageVariables(integration.connectionId ?? '', stage.stageVariables);
  const link = linkOf(scope, linkId);
  const pathPrefix = typeof link !== 'string' && link.isVersion2 ? `/${stage.stage}` : '';
  return { ...common, name: ` through VPC link ${linkId}`, pathPrefix, connectTo: connection(scope, link) };
}

interface FoundLink {
  readonly link: PrivateLink;
  readonly isVersion2: boolean;
  /** Asked with every request, which it notes. */
  isAwake(): boolean;
}

/** The link with what the settings may name it by; a sentence when it cannot be used. */
function linkOf({ integration, backends, stage, tools }: MethodScope, linkId: string): FoundLink | string {
  const { connectionId, integrationTarget } = integration;
  const first = backends.vpcLinks.find(({ id }) => id === linkId);
  if (first !== undefined) {
    if (first.status !== 'AVAILABLE') return `the VPC link ${linkId} is ${first.status}: ${first.statusMessage ?? ''}`;
    return { link: first, isVersion2: false, isAwake: () => true };
  }
  const second = backends.v2VpcLinks.find(({ vpcLinkId }) => vpcLinkId === linkId);
  if (second === undefined) return `there is no VPC link "${linkId}" (configured: "${connectionId ?? ''}")`;
  if (!integrationTarget)
    return `the VPC link ${linkId} of version 2 needs integrationTarget, the ARN of a load balancer`;
  const targetArns = [withStageVariables(integrationTarget, stage.stageVariables)];
  return {
    link: { id: second.vpcLinkId, name: second.name, targetArns },
    isVersion2: true,
    isAwake: () => tools.vpcLinkUse?.use(second, stage) !== false,
  };
}

function connection({ label, tools }: MethodScope, found: FoundLink | string): () => PrivateTarget {
  if (typeof found === 'string') {
    const problem = gatewayProblem('API_CONFIGURATION_ERROR', `${label}: ${found}`);
    return () => {
      throw problem;
    };
  }
  const { link } = found;
  return function connectThroughLink() {
    if (!found.isAwake()) throw gatewayProblem('INTEGRATION_FAILURE', `${label}: ${sleeping(link.id)}`);
    const target = tools.privateTargets.targetFor(link);
    if (typeof target !== 'string') return target;
    throw gatewayProblem('API_CONFIGURATION_ERROR', `${label}: ${target}`);
  };
}
