/** Puts the rooms together: the only file that names adapters. */
import { systemClock } from '../base/clock.ts';
import type { HttpReply, HttpRequest } from '../base/http.ts';
import { newRequestId } from '../base/ids.ts';
import { compileIpRange } from '../base/ip-ranges.ts';
import { type CloudWatchCompanion, createCloudWatch } from '../companions/cloudwatch/cloudwatch.ts';
import { authorizeConnectionCall } from '../companions/credentials/connection-permission.ts';
import { type CredentialsCompanion, createCredentials } from '../companions/credentials/credentials.ts';
import { createControlPlaneGuard } from '../companions/credentials/management-actions.ts';
import { ensureRootKey } from '../companions/credentials/root-key.ts';
import { createFunctions, type FunctionsCompanion } from '../companions/functions/functions.ts';
import { createLazyIdentityPools } from '../companions/identity-pools/lazy-identity-pools.ts';
import { createLogs, type LogsCompanion } from '../companions/logs/logs.ts';
import { createMemoryMetrics } from '../companions/telemetry/metrics.ts';
import { createOtlpExporter } from '../companions/telemetry/otlp.ts';
import { prometheusText, prometheusType } from '../companions/telemetry/prometheus.ts';
import { createLazyUserPools } from '../companions/user-pools/lazy-user-pools.ts';
import type { UserPoolsCompanion } from '../companions/user-pools/user-pools.ts';
import { createXRay, type XRayCompanion } from '../companions/xray/xray.ts';
import { connectionHandlers } from '../control/connections/handlers.ts';
import { restHandlers } from '../control/rest/handlers.ts';
import { halLinks } from '../control/rest/links.ts';
import type { RestPorts } from '../control/rest/ports.ts';
import { v2Handlers } from '../control/v2/handlers.ts';
import { admin } from '../gateway/admin.ts';
import { localCertificate } from '../gateway/certificate.ts';
import { createPlanTable } from '../gateway/plan-table.ts';
import { startGateway } from '../gateway/start.ts';
import { createUpstream } from '../gateway/upstream.ts';
import { connectionReports } from '../gateway/websocket/connection-report.ts';
import { createConnectionTable } from '../gateway/websocket/connection-table.ts';
import { createWebSockets } from '../gateway/websocket/websockets.ts';

import { AuthorizerCaches } from '../plan/authorizers/caches.ts';
import { testAuthorizer } from '../plan/authorizers/test-authorizer.ts';
import { VerifiedTokens } from '../plan/authorizers/verified-tokens.ts';
import { compilePlan } from '../plan/compile.ts';
import { httpComplaints } from '../plan/compile-http.ts';
import { restComplaints } from '../plan/compile-rest.ts';
import { runPlan } from '../plan/run.ts';
import { ThrottleBuckets } from '../plan/steps/throttle.ts';
import { createStories } from '../plan/stories/stories.ts';
import { storyLine, wholeStory } from '../plan/stories/tell-story.ts';
import { testInvoke } from '../plan/test-invoke.ts';
import { createTracer } from '../plan/tracing/tracer.ts';
import { webSocketComplaints } from '../plan/websocket/compile-websocket.ts';
import type { Connections } from '../ports/connections.ts';
import type { Deployments } from '../ports/deployments.ts';
import type { Store } from '../ports/store.ts';
import { type Log, silentLog } from '../ports/telemetry.ts';
import type { Usage } from '../ports/usage.ts';
import { createDeployments } from '../store/deployments.ts';
import { createMemoryStore } from '../store/memory.ts';
import { createResponseCache } from '../store/response-cache.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import { createUsage } from '../store/usage.ts';
import type { Handlers } from '../wire/call.ts';
import { createEndpoint } from '../wire/endpoint.ts';
import type { Operations as IdentityPoolOperations } from '../wire/generated/cognito-identity.ts';
import { publicCalls } from '../wire/public-calls.ts';
import { createService, type Service } from '../wire/service.ts';
import { createAwsServices } from './aws-services.ts';
import { endpointUrl } from './endpoint-url.ts';
import { knownKeys } from './known-keys.ts';
import { openLineOutput } from './line-output.ts';
import { createManagementGuard } from './management-guard.ts';
import { createPrivateTargets } from './private-targets.ts';
import { createRemoteIssuers } from './remote-issuers.ts';
import { type AccessKeySetting, defaultSettings, type Settings } from './settings.ts';
import { createTokenIssuers, firstOf } from './token-issuers.ts';

/** The product, serving. */
export interface Composed {
  readonly port: number;
  /** The AWS calls, for samples made within the process. */
  readonly services: (request: HttpRequest) => Promise<HttpReply>;
  readonly store: Store;
  /** The root access key of secure mode, when this start made it. */
  readonly rootKey: AccessKeySetting | undefined;
  close(): Promise<void>;
}

/** Builds everything, inner rooms first, and listens. Rejects with one clear sentence; what was opened by then is closed again. */
export async function compose(settings: Settings, log: Log, version: string): Promise<Composed> {
  const { dataDirectory, mode } = settings;
  const clock = systemClock;
  const closing: (() => Promise<void> | void)[] = [];

  async function closeAll(): Promise<void> {
    for (const close of closing.reverse()) await close();
  }

  try {
    const store =
      dataDirectory === undefined
        ? createMemoryStore()
        : openSqliteStore({ directory: dataDirectory, durability: settings.durability });
    closing.push(() => store.close());
    const usage = createUsage(store, clock, log);
    closing.push(() => usage.close());

    const identities = createCredentials({ store, clock });
    const logs = createLogs({ clock, log, dataDirectory });
    closing.push(() => logs.close());

    let port = settings.port;
    const certificate = localCertificate({ ...(dataDirectory !== undefined && { folder: dataDirectory }), clock });
    const functions = createFunctions({
      store,
      clock,
      log,
      ...(dataDirectory !== undefined && { dataDir: dataDirectory }),
      endpointUrl: () => endpointUrl(settings.host, port),
      certificate: async () => (await certificate()).cert,
      mode,
      settings: { maxEnvironments: settings.maxFunctionEnvironments },
      sessions: identities.sessions,
      keepLine: logs.keepFunctionLine,
    });
    closing.push(() => functions.close());

    const responseCache = createResponseCache(settings.maxCacheMegabytes * 1024 * 1024);
    const strictPermissions = settings.strict || mode === 'secure';
    const userPools = createLazyUserPools({
      store,
      clock,
      log,
      functions: functions.functions,
      strictPermissions,
      endpointUrl: () => endpointUrl(settings.host, port),
      issuer: settings.userPoolIssuer,
      fixedCode: settings.fixedCode,
      poolDeleted: () => verifiedTokens.forget(),
    });
    const upstream = createUpstream();
    closing.push(() => upstream.close());

    const collected = settings.accessLog === undefined ? undefined : openLineOutput(settings.accessLog, log);
    if (collected !== undefined) closing.push(() => collected.close());

    const awsServices = createAwsServices(
      settings,
      () => endpointUrl(settings.host, port),
      log,
      (name) => own.some(({ model }) => model.signingName === name || model.endpointPrefix === name),
      identities.sessions,
      clock,
    );

    const privateTargets = createPrivateTargets(settings.vpcLinkTargets);

    const requestLogs = logs.requestLogs({ awsServices, upstream, everyRequest: collected });
    closing.push(() => requestLogs.deliver());
    const deployments = createDeployments(store);
    const metrics = createMemoryMetrics(clock);
    const cloudwatch = createCloudWatch({ clock, metrics });
    const { accountThrottle } = settings;
    const throttles = new ThrottleBuckets(accountThrottle ?? undefined);
    const authorizerCaches = new AuthorizerCaches();
    const elsewhere = createRemoteIssuers({ upstream, clock, log, aliases: settings.issuerAliases });
    const identityPools = createLazyIdentityPools({ store, clock });
    const tokenIssuers = createTokenIssuers(firstOf(userPools, identityPools), elsewhere);
    const verifiedTokens = new VerifiedTokens(tokenIssuers);
    const credentials = knownKeys(settings, identities.credentials);
    const tools = {
      functions: functions.functions,
      upstream,
      usage,
      awsServices,
      credentials,
      roles: identities.roles,
      privateTargets,
      metrics,
      log,
      executionLogs: requestLogs,
      requestLogs,
      clock,
      strictPermissions,
      throttles,
      authorizerCaches,
      responseCache,
      coalesceCacheMisses: settings.coalesceCacheMisses,
      verifiedTokens,
    };
    const stories = (settings.requestStories ?? mode === 'dev') ? createStories() : undefined;
    const xray = createXRay({ store, clock });
    const { otlpEndpoint } = settings;
    const otlp =
      otlpEndpoint === undefined ? undefined : createOtlpExporter({ endpoint: otlpEndpoint, upstream, log, version });
    closing.push(() => otlp?.close());
    const tracer = createTracer({
      sample: xray.sample,
      tracesAll: otlp !== undefined,
      keep(request, isForXRay) {
        if (isForXRay) xray.keep(request);
        otlp?.add(request);
      },
    });
    const tracedTools = tracer.tools(tools);
    const runTraced = tracer.run(runPlan);
    const lineTools = stories?.tools(tracedTools) ?? tracedTools;
    const runLine = stories?.run(runTraced) ?? runTraced;
    const planTable = createPlanTable({
      deployments,
      flush: (apiId, stage, what) => (what === 'authorizers' ? authorizerCaches : responseCache).flush(apiId, stage),
      compile(live) {
        const plan = compilePlan(live, lineTools);
        return stories?.plan(plan) ?? plan;
      },
      log,
      forget(apiId, stage) {
        throttles.forget(apiId, stage);
        authorizerCaches.forget(apiId, stage);
        responseCache.forget(apiId, stage);
        metrics.forget(apiId, stage);
      },
    });
    closing.push(() => planTable.close());

    const sockets = createWebSockets({
      planTable,
      runPlan: runLine,
      clock,
      log,
      limits: settings.webSocketLimits,
      authorizeManagement: createManagementGuard({
        mode,
        credentials,
        now: () => clock.now(),
      }),
    });
    closing.push(deployments.onChange((change) => void sockets.stageChanged(change)));

    const ofIdentities = identityPools.handlers(tokenIssuers, identities.sessions);
    const own = ownServices({
      ...{ store, deployments, usage, log, settings, functions, userPools, ofIdentities, logs, cloudwatch, xray },
      testAuthorizer: (test) => testAuthorizer(test, tools),
      iam: identities.iam,
      sts: identities.sts(credentials, tokenIssuers),
      testInvoke: (invocation) => testInvoke(invocation, tools),
      connections: sockets.connections,
    });
    const authorizeControlPlane = createControlPlaneGuard(store);
    const services = createEndpoint({
      services: own,
      clock,
      newRequestId,
      log,
      mode,
      credentials,
      authorize: (key, made) =>
        made.service === 'apigatewaymanagementapi'
          ? authorizeConnectionCall(key, made, sockets.connections)
          : authorizeControlPlane(key, made),
    });

    async function reset(): Promise<void> {
      await store.clear();
      functions.reset();
      userPools.reset();
      identityPools.reset();
      identities.reset();
      await logs.reset();
      verifiedTokens.forget();
      metrics.clear();
      stories?.clear();
      cloudwatch.reset();
      xray.reset();
      deployments.publish({});
      usage.publish({});
    }

    const pages = admin({
      mode,
      ...(mode === 'dev' && { reset }),
      health: () => ({
        apigateway: 'running',
        lambda: 'running',
        'cognito-idp': 'running',
        iam: 'running',
        sts: 'running',
        logs: 'running',
      }),
      version,
      planTable,
      connections: () => connectionReports(sockets.connections.all()),
      metrics: () => metrics.totals(),
      ...(stories && {
        requests: {
          latest: () => stories.latest().map(storyLine),
          find(requestId: string) {
            const story = stories.find(requestId);
            return story && wholeStory(story);
          },
        },
      }),
      devPages: { '/_/user-pools/': userPools.messagesPage },
      prometheus: () => ({
        contentType: prometheusType,
        text: prometheusText(metrics.histograms(), {
          residentBytes: process.memoryUsage.rss(),
          cpuSeconds: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
          startedAtSeconds: Math.round(clock.now() / 1000 - process.uptime()),
        }),
      }),
    });
    const gateway = await startGateway({
      pages: [userPools.pages],
      isPublicCall: publicCalls(own),
      host: settings.host,
      port: settings.port,
      services,
      admin: (request) => (request.path.startsWith('/_/functions/') ? functions.codeDownload(request) : pages(request)),
      sockets,
      planTable,
      plainHttp: settings.plainHttp,
      runPlan: runLine,
      trustedProxies: settings.trustedProxies.map((range) => compileIpRange(range)!),
      log,
      clock,
      certificate,
    });
    port = gateway.port;
    closing.push(() => gateway.close({ drainMs: settings.drainMs }));
    const rootKey = needsRootKey(settings) ? await ensureRootKey(store, defaultAccount) : undefined;
    return { port, services, store, rootKey, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

const defaultAccount = '000000000000';

/** Without a key nobody could make another in secure mode. */
function needsRootKey({ mode, credentials }: Settings): boolean {
  return mode === 'secure' && credentials.length === 0;
}

interface ServiceParts {
  readonly store: Store;
  readonly deployments: Deployments;
  readonly usage: Usage;
  readonly log: Log;
  readonly settings: Settings;
  readonly functions: FunctionsCompanion;
  readonly userPools: UserPoolsCompanion;
  readonly ofIdentities: Handlers<IdentityPoolOperations>;
  readonly logs: LogsCompanion;
  readonly cloudwatch: CloudWatchCompanion;
  readonly xray: XRayCompanion;
  readonly testAuthorizer: RestPorts['testAuthorizer'];
  readonly iam: CredentialsCompanion['iam'];
  readonly sts: ReturnType<CredentialsCompanion['sts']>;
  readonly testInvoke: RestPorts['testInvoke'];
  readonly connections: Connections;
}

/** Every AWS service we speak, each checked against its model. */
function ownServices(parts: ServiceParts): Service[] {
  const {
    store,
    deployments,
    usage,
    log,
    settings,
    functions,
    userPools,
    ofIdentities,
    iam,
    sts,
    testAuthorizer: test,
  } = parts;
  const { testInvoke: run } = parts;
  const rest = restHandlers({
    store,
    deployments,
    usage,
    clock: systemClock,
    limits: settings.restLimits,
    complaints: restComplaints,
    testAuthorizer: test,
    testInvoke: run,
  });
  const v2 = v2Handlers({
    store,
    usage,
    deployments,
    clock: systemClock,
    log,
    logDelivery: parts.logs.delivery,
    limits: settings.httpLimits,
    complaints: (snapshot) => (snapshot.kind === 'http' ? httpComplaints(snapshot) : webSocketComplaints(snapshot)),
  });
  return [
    createService({ model: 'apigateway', handlers: rest, notBuilt: 'the rest', halLinks }),
    createService({ model: 'apigatewayv2', handlers: v2, notBuilt: 'the rest' }),
    createService({ model: 'apigatewaymanagementapi', handlers: connectionHandlers(parts.connections), notBuilt: [] }),
    createService({ model: 'lambda', handlers: functions.handlers, notBuilt: 'the rest' }),
    createService({ model: 'cognito-identity', handlers: ofIdentities, notBuilt: 'the rest' }),
    createService({ model: 'xray', handlers: parts.xray.handlers, notBuilt: 'the rest' }),
    createService({ model: 'cloudwatch', handlers: parts.cloudwatch.handlers, notBuilt: 'the rest' }),
    createService({ model: 'cognito-idp', handlers: userPools.handlers, notBuilt: 'the rest' }),
    createService({ model: 'iam', handlers: iam, notBuilt: 'the rest' }),
    createService({ model: 'sts', handlers: sts, notBuilt: 'the rest' }),
    createService({ model: 'logs', handlers: parts.logs.handlers, notBuilt: 'the rest' }),
  ];
}

/** Every operation of every service, in the models' order, and whether it is built; for docs/compatibility.md. */
export function builtOperations(): { service: string; operations: Service['operations'] }[] {
  const store = createMemoryStore();
  const deployments = createDeployments(store);
  const functions = createFunctions({
    store,
    clock: systemClock,
    log: silentLog,
    endpointUrl: () => '',
    mode: 'dev',
  });
  const usage = createUsage(store, systemClock, silentLog);
  const userPools = createLazyUserPools({
    store,
    clock: systemClock,
    log: silentLog,
    functions: functions.functions,
    strictPermissions: false,
    endpointUrl: () => '',
    issuer: 'aws',
    fixedCode: undefined,
  });
  const { iam, sts, credentials } = createCredentials({ store, clock: systemClock });
  const connections = createConnectionTable(() => 0);
  const services = ownServices({
    store,
    deployments,
    usage,
    log: silentLog,
    settings: defaultSettings,
    functions,
    userPools,
    ofIdentities: createLazyIdentityPools({ store, clock: systemClock }).handlers(createTokenIssuers(userPools), {
      assumeRole: () => Promise.reject(new Error('only looked at')),
    }),
    logs: createLogs({ clock: systemClock, log: silentLog, dataDirectory: undefined }),
    xray: createXRay({ store, clock: systemClock }),
    cloudwatch: createCloudWatch({ clock: systemClock, metrics: createMemoryMetrics(systemClock) }),
    testAuthorizer: () => Promise.reject(new Error('Nothing is run here')),
    iam,
    sts: sts(credentials, createTokenIssuers(userPools)),
    testInvoke: () => Promise.reject(new Error('Nothing is run here')),
    connections,
  });
  return services.map(({ model, operations }) => ({ service: model.name, operations }));
}
