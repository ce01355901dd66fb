/** API Gateway's own three services: REST APIs, HTTP and WebSocket APIs, and the connections of the latter; with them the web ACLs before stages. */

import { createPortalUserPools } from '../../companions/user-pools/portal-clients.ts';
import { createLazyWebAcls } from '../../companions/web-acls/lazy-web-acls.ts';
import { connectionHandlers } from '../../control/connections/handlers.ts';
import { lazyPortalHandlers } from '../../control/portals/lazy-portals.ts';
import { restHandlers } from '../../control/rest/handlers.ts';
import { halLinks } from '../../control/rest/links.ts';
import type { RestPorts } from '../../control/rest/ports.ts';
import { v2Handlers } from '../../control/v2/handlers.ts';
import { httpComplaints } from '../../plan/compile-http.ts';
import { restComplaints } from '../../plan/compile-rest.ts';
import { webAclComplaints } from '../../plan/web-acl/guard-by-web-acl.ts';
import { limitedAddresses } from '../../plan/web-acl/rate-based.ts';
import type { RequestRates } from '../../plan/web-acl/rates.ts';
import { webSocketComplaints } from '../../plan/websocket/compile-websocket.ts';
import type { Connections } from '../../ports/connections.ts';
import type { Countries } from '../../ports/countries.ts';
import type { CustomDomains } from '../../ports/custom-domains.ts';
import type { Deployments } from '../../ports/deployments.ts';
import type { BucketObjects, PortalHosts } from '../../ports/portals.ts';
import type { Truststores } from '../../ports/truststores.ts';
import type { Usage } from '../../ports/usage.ts';
import { createService, type Service } from '../../wire/service.ts';
import { makingItsRole } from '../first-creations.ts';
import { createManagementRates } from '../management-rates.ts';
import type { Companions } from './companions.ts';
import type { Foundation } from './foundation.ts';

export interface ControlParts extends Pick<RestPorts, 'testAuthorizer' | 'testInvoke'> {
  readonly foundation: Pick<Foundation, 'store' | 'clock' | 'log' | 'settings'>;
  readonly companions: Pick<
    Companions,
    'refusalOfLogRole' | 'ensureGatewayRole' | 'logs' | 'certificates' | 'tokenIssuers'
  >;
  readonly deployments: Deployments;
  readonly customDomains: CustomDomains;
  readonly truststores: Truststores;
  readonly bucketObjects: BucketObjects;
  readonly portalHosts: PortalHosts;
  readonly usage: Usage;
  readonly connections: Connections;
  /** What web ACLs count, and what they saw. */
  readonly rates: RequestRates;
  readonly countries: Countries | undefined;
  readonly webAclSightings: Companions['webAclSightings'];
}

/** Each checked against its model. */
export function controlServices(parts: ControlParts): Service[] {
  const { deployments, customDomains, truststores, usage, testAuthorizer, testInvoke } = parts;
  const { store, clock, log, settings } = parts.foundation;
  const domains = {
    ...{ store, clock, log, customDomains, truststores },
    certificates: parts.companions.certificates.certificates,
    limits: settings.domainLimits,
    mustKnowCertificates: settings.mode === 'secure',
  };
  const rest = restHandlers({
    ...{ store, deployments, domains, usage, clock, testAuthorizer, testInvoke },
    limits: settings.restLimits,
    refusalOfLogRole: parts.companions.refusalOfLogRole,
    complaints: restComplaints,
  });
  const v2 = v2Handlers({
    ...{ store, deployments, domains, usage, clock, log },
    logDelivery: parts.companions.logs.delivery,
    ...(settings.strict && { issuers: parts.companions.tokenIssuers }),
    limits: settings.httpLimits,
    complaints: (snapshot) => (snapshot.kind === 'http' ? httpComplaints(snapshot) : webSocketComplaints(snapshot)),
  });
  const portals = lazyPortalHandlers({
    ...{ store, clock, log },
    bucketObjects: parts.bucketObjects,
    limits: settings.portalLimits,
    certificates: domains.certificates,
    hosts: parts.portalHosts,
    userPools: createPortalUserPools(store),
    isStrict: settings.mode === 'secure',
  });
  const webAcls = createLazyWebAcls({
    store,
    sightings: parts.webAclSightings,
    limited: (rule, statement) => limitedAddresses(parts.rates, rule, statement),
    complaints: (live) => webAclComplaints(live, parts.countries),
    publish: (change) => deployments.publish(change),
  });
  const limited = settings.managementRates ? createManagementRates(clock) : (service: Service) => service;
  const ofGateway = (service: Service): Service => limited(makingItsRole(service, parts.companions.ensureGatewayRole));
  return [
    ofGateway(createService({ model: 'apigateway', handlers: rest, notBuilt: 'the rest', halLinks })),
    ofGateway(createService({ model: 'apigatewayv2', handlers: { ...v2, ...portals }, notBuilt: 'the rest' })),
    createService({ model: 'wafv2', handlers: webAcls, notBuilt: 'the rest' }),
    createService({ model: 'apigatewaymanagementapi', handlers: connectionHandlers(parts.connections), notBuilt: [] }),
  ];
}
