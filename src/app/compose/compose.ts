/** Puts the rooms together; this folder is the only one that names adapters. */
import type { HttpReply, HttpRequest } from '../../base/http.ts';
import { newRequestId } from '../../base/ids.ts';
import { compileIpRange } from '../../base/ip-ranges.ts';
import { createLazyCloudFormation } from '../../companions/cloudformation/lazy-cloudformation.ts';
import { authorizeConnectionCall } from '../../companions/credentials/connection-permission.ts';
import { createControlPlaneGuard } from '../../companions/credentials/management-actions.ts';
import { ensureRootKey } from '../../companions/credentials/root-key.ts';
import { createDomainTable } from '../../gateway/domains/domain-table.ts';
import { createDomainTls } from '../../gateway/domains/domain-tls.ts';
import { startGateway } from '../../gateway/start.ts';
import { createWebSockets } from '../../gateway/websocket/websockets.ts';
import { testAuthorizer } from '../../plan/authorizers/test-authorizer.ts';
import { testInvoke } from '../../plan/test-invoke.ts';
import type { Store } from '../../ports/store.ts';
import type { Log } from '../../ports/telemetry.ts';
import { createCustomDomains } from '../../store/custom-domains.ts';
import { createDeployments } from '../../store/deployments.ts';
import { createPortalHosts } from '../../store/portal-hosts.ts';
import { createUsage } from '../../store/usage.ts';
import { createEndpoint } from '../../wire/endpoint.ts';
import { createInProcessCalls } from '../../wire/in-process-calls.ts';
import { publicCalls } from '../../wire/public-calls.ts';
import { functionUrlPages } from '../function-url-pages.ts';
import { createManagementGuard } from '../management-guard.ts';
import type { AccessKeySetting, Settings } from '../settings.ts';
import { createBucketObjects, createTruststores } from '../truststores.ts';
import { servedVpcEndpoints } from '../vpc-endpoint-settings.ts';
import { adminPages } from './admin-pages.ts';
import { bucketService, cloudFormationService } from './cloudformation-service.ts';
import { createCompanions } from './companions.ts';
import { controlServices } from './control-services.ts';
import { type Foundation, layFoundation } from './foundation.ts';
import { followOtherNodes } from './other-nodes.ts';
import { portalSites } from './portal-sites.ts';
import { createRequestLine } from './request-line.ts';

/** The product, serving. */
export interface Composed {
  readonly port: number;
  /** Ports of VPC endpoints that listen on their own, by their ids. */
  readonly vpcEndpointPorts: ReadonlyMap<string, number>;
  /** Ports where APIs alone are served. */
  readonly apiPorts: readonly number[];
  /** The AWS calls, for samples made within the process. */
  readonly services: (request: HttpRequest) => Promise<HttpReply>;
  readonly store: Store;
  /** The root access key of secure mode, when this start made it. */
  readonly rootKey: AccessKeySetting | undefined;
  close(): Promise<void>;
}

/** Builds everything, inner rooms first, and listens. Rejects with one clear sentence; what was opened by then is closed again. */
export async function compose(settings: Settings, log: Log, version: string): Promise<Composed> {
  const foundation = await layFoundation(settings, log, version);
  try {
    return await composeOn(foundation);
  } catch (error) {
    await foundation.close();
    throw error;
  }
}

async function composeOn(foundation: Foundation): Promise<Composed> {
  const { settings, log, clock, store } = foundation;
  const { mode } = settings;
  const usage = createUsage(store, clock, log, {
    isShared: settings.store !== undefined,
    buckets: foundation.shared.buckets,
  });
  foundation.whenClosing(() => usage.close());
  const deployments = createDeployments(store);
  const customDomains = createCustomDomains(store);
  const portalHosts = createPortalHosts(store, log);
  const companions = createCompanions(foundation);
  const { credentials } = companions;
  const line = createRequestLine({
    ...{ foundation, companions, deployments, usage },
    isOurs: (name) =>
      name === 's3' || own.some(({ model }) => model.signingName === name || model.endpointPrefix === name),
  });
  const { planTable, runPlan, tools } = line;
  followOtherNodes({
    ...{ companions, deployments, usage, customDomains, portalHosts },
    otherNodes: foundation.otherNodes,
    loadedStages: () => planTable.loaded(),
  });

  const sockets = createWebSockets({
    planTable,
    runPlan,
    clock,
    log,
    limits: settings.webSocketLimits,
    buckets: foundation.shared.buckets,
    nodes: foundation.shared.connectionNodes,
    authorizeManagement: createManagementGuard({ mode, credentials, now: () => clock.now() }),
  });
  foundation.whenClosing(deployments.onChange((change) => void sockets.stageChanged(change)));

  const control = controlServices({
    ...{ foundation, companions, deployments, customDomains, usage },
    truststores: createTruststores({ ...foundation, ...tools, bucketFolders: settings.bucketFolders }),
    bucketObjects: createBucketObjects({ ...foundation, ...tools, bucketFolders: settings.bucketFolders }),
    portalHosts,
    testAuthorizer: (test) => testAuthorizer(test, tools),
    testInvoke: (invocation) => testInvoke(invocation, tools),
    connections: sockets.reachable,
    rates: line.rates,
    countries: line.countries,
    webAclSightings: companions.webAclSightings,
  });
  const authorizeControlPlane = createControlPlaneGuard(store);
  const cloudFormation = createLazyCloudFormation({
    ...{ store, clock, log, mode, sessions: companions.sessions, isShared: settings.store !== undefined },
    calls: () =>
      createInProcessCalls({
        others: [bucketService(companions.buckets)],
        ...{ services: own, clock, credentials, log, mode, agent: 'cloudformation.amazonaws.com' },
        authorize: authorizeControlPlane,
        answered: companions.trail.keep,
      }),
  });
  foundation.whenClosing(() => cloudFormation.idle(settings.drainMs));
  const own = [...control, ...companions.services(), cloudFormationService(cloudFormation.handlers)];
  const services = createEndpoint({
    services: own,
    clock,
    newRequestId,
    log,
    mode,
    credentials,
    authorize: (key, made) =>
      made.service === 'apigatewaymanagementapi'
        ? authorizeConnectionCall(key, made, sockets.reachable)
        : authorizeControlPlane(key, made),
    answered: companions.trail.keep,
  });

  async function reset(): Promise<void> {
    await store.clear();
    await companions.reset();
    line.stories?.clear();
    line.rates.clear();
    deployments.publish({});
    customDomains.publish({});
    portalHosts.changed();
    usage.publish({});
  }

  const functionUrls = functionUrlPages({
    ...{ clock, log, credentials, strictPermissions: foundation.strictPermissions },
    functions: companions.functions.functions,
    urlTarget: companions.functions.urlTarget,
  });
  const domains = createDomainTable(customDomains, log);
  foundation.whenClosing(() => domains.close());
  const gateway = await startGateway({
    domains,
    domainTls: createDomainTls({ domains, certificates: companions.certificates.certificates, clock, log }),
    pages: [companions.userPools.pages, functionUrls, cloudFormation.pages],
    objectCalls: companions.buckets,
    isPublicCall: publicCalls(own),
    ownNames: { isAnyNameOurs: mode === 'secure' },
    host: settings.host,
    port: settings.port,
    services,
    admin: adminPages({ foundation, companions, line, sockets, reset }),
    sockets,
    planTable,
    ...portalSites({ foundation, companions, hosts: portalHosts }),
    plainHttp: settings.plainHttp,
    runPlan,
    vpcEndpoints: servedVpcEndpoints(settings.vpcEndpoints),
    apiListeners: settings.apiListeners,
    limits: { throttledRestMs: settings.throttledRestMs },
    trustedProxies: settings.trustedProxies.map((range) => compileIpRange(range)!),
    log,
    clock,
    certificate: foundation.certificate,
  });
  foundation.servesOn(gateway.port);
  foundation.whenClosing(() => gateway.close({ drainMs: settings.drainMs }));
  const rootKey = needsRootKey(settings) ? await ensureRootKey(store, defaultAccount) : undefined;
  const { port, vpcEndpointPorts, apiPorts } = gateway;
  return { port, vpcEndpointPorts, apiPorts, services, store, rootKey, close: () => foundation.close() };
}

const defaultAccount = '000000000000';

/** Without a key nobody could make another in secure mode. */
function needsRootKey({ mode, credentials }: Settings): boolean {
  return mode === 'secure' && credentials.length === 0;
}
