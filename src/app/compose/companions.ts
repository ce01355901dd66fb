/** The companions of a process, each given what it needs of the others: functions, pools, credentials, logs, metrics, traces. */

import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { newTraceRoot } from '../../base/ids.ts';
import { createLazyBuckets } from '../../companions/buckets/lazy-buckets.ts';
import { createLazyCertificates } from '../../companions/certificates/lazy-certificates.ts';
import { arnOf, certificates as certificateRecords } from '../../companions/certificates/records.ts';
import { createCloudWatch } from '../../companions/cloudwatch/cloudwatch.ts';
import { createCredentials } from '../../companions/credentials/credentials.ts';
import { createFunctions } from '../../companions/functions/functions.ts';
import { functionRecords } from '../../companions/functions/records.ts';
import { createLazyIdentityPools } from '../../companions/identity-pools/lazy-identity-pools.ts';
import { createLocalKeys } from '../../companions/local-keys.ts';
import { metricFilters, subscriptions } from '../../companions/logs/filters/filter-records.ts';
import { createLogFilters } from '../../companions/logs/filters/log-filters.ts';
import { createLogs } from '../../companions/logs/logs.ts';
import { type GroupId, groupArn } from '../../companions/logs/names.ts';
import { createLazyParameters } from '../../companions/parameters/lazy-parameters.ts';
import { createMemoryMetrics } from '../../companions/telemetry/metrics.ts';
import { createTrail } from '../../companions/trail/trail.ts';
import { createLazyUserPools } from '../../companions/user-pools/lazy-user-pools.ts';
import { pools } from '../../companions/user-pools/records.ts';
import { createSightings } from '../../companions/web-acls/sightings.ts';
import { samplingRules } from '../../companions/xray/sampling.ts';
import { createXRay } from '../../companions/xray/xray.ts';
import { VerifiedTokens } from '../../plan/authorizers/verified-tokens.ts';
import type { Functions } from '../../ports/functions.ts';
import type { ForeignChange } from '../../ports/other-nodes.ts';
import type { Key } from '../../ports/store.ts';
import { createService, type Service } from '../../wire/service.ts';
import { createIssuerCalls } from '../issuer-calls.ts';
import { knownKeys } from '../known-keys.ts';
import { openLineOutput } from '../line-output.ts';
import { createRemoteIssuers } from '../remote-issuers.ts';
import { createTokenIssuers, firstOf } from '../token-issuers.ts';
import type { Foundation } from './foundation.ts';

/** How CloudWatch Logs calls functions. */
function functionsForLogs(functions: Functions, clock: Clock, strictPermissions: boolean) {
  return {
    async invoke(functionArn: string, payload: string): Promise<void> {
      const traceId = `Root=${newTraceRoot(clock.now())};Sampled=0`;
      await functions.invoke({ functionArn, payload, type: 'Event', traceId });
    },
    async mayInvoke(functionArn: string, group: GroupId): Promise<boolean> {
      const sourceArn = `${groupArn(group)}:*`;
      const permission = { functionArn, principal: 'logs.amazonaws.com', sourceArn, sourceAccount: group.account };
      return !strictPermissions || functions.mayInvoke(permission);
    },
  };
}

export type Companions = ReturnType<typeof createCompanions>;

/** Opens all of them. Most read their own code only when first called. */
export function createCompanions(foundation: Foundation) {
  const { settings, store, clock, log, upstream, strictPermissions, endpointUrl, certificate } = foundation;
  const { dataDirectory, mode } = settings;

  const identities = createCredentials({ store, clock, strictPermissions });
  const certificates = createLazyCertificates({ store, clock });
  const logFilters = createLogFilters({ store, clock, log });
  const logs = createLogs({ clock, log, dataDirectory, filters: logFilters });
  foundation.whenClosing(() => logs.close());
  const { trailLog } = settings;
  const trailLines = trailLog === undefined ? undefined : openLineOutput(trailLog, log, 'trail log');
  if (trailLines !== undefined) foundation.whenClosing(() => trailLines.close());
  const trail = createTrail({ clock, log, dataDirectory, everyEvent: trailLines });
  foundation.whenClosing(() => trail.close());
  const credentials = knownKeys(settings, identities.credentials);
  // Nodes that share a store share the key in it.
  const keys = createLocalKeys(store, settings.store === undefined ? dataDirectory : undefined);
  const buckets = createLazyBuckets({
    ...{ store, clock, log, mode, credentials, keys },
    folder: settings.store === undefined && dataDirectory !== undefined ? join(dataDirectory, 'objects') : undefined,
    maxBytes: settings.store === undefined ? settings.maxObjectMegabytes * 1024 * 1024 : undefined,
    answered: trail.keep,
  });
  foundation.whenClosing(() => buckets.close());
  const functions = createFunctions({
    store,
    clock,
    log,
    ...(dataDirectory !== undefined && { dataDir: dataDirectory }),
    endpointUrl,
    /** What functions trust: our own address, and custom domains whose certificate was issued here. */
    certificate: async () => `${(await certificate()).cert}\n${await certificates.authorityPem()}`,
    mode,
    settings: { maxEnvironments: settings.maxFunctionEnvironments },
    sessions: identities.sessions,
    objects: buckets.objects,
    keepLine: logs.keepFunctionLine,
  });
  foundation.whenClosing(() => functions.close());

  const issuerCalls = createIssuerCalls({ upstream, aliases: settings.issuerAliases });
  const userPools = createLazyUserPools({
    store,
    clock,
    log,
    functions: functions.functions,
    strictPermissions,
    endpointUrl,
    issuer: settings.userPoolIssuer,
    fixedCode: settings.fixedCode,
    issuerCalls,
    poolDeleted: () => verifiedTokens.forget(),
  });
  const identityPools = createLazyIdentityPools({ store, clock });
  const elsewhere = createRemoteIssuers({ calls: issuerCalls, clock, log });
  const tokenIssuers = createTokenIssuers(firstOf(userPools, identityPools), elsewhere);
  const verifiedTokens = new VerifiedTokens(tokenIssuers);

  const metrics = createMemoryMetrics(clock);
  const webAclSightings = createSightings();
  const cloudwatch = createCloudWatch({
    others: [webAclSightings],
    ...{ clock, metrics, store, log, upstream, strictPermissions },
    functions: functions.functions,
    alarmActions: settings.alarmActions,
    isShared: settings.store !== undefined,
    fellows: foundation.shared.fellows,
  });
  foundation.whenClosing(() => cloudwatch.close());
  logFilters.connect({
    ...functionsForLogs(functions.functions, clock, strictPermissions),
    put: cloudwatch.put,
  });
  // Before the functions go that take what filters still hold.
  foundation.whenClosing(() => logFilters.close());
  const xray = createXRay({ store, clock });
  const parameters = createLazyParameters({ store, clock, keys });

  /** Each checked against its model. */
  const services = (): Service[] => [
    createService({ model: 'lambda', handlers: functions.handlers, notBuilt: 'the rest' }),
    createService({
      model: 'cognito-identity',
      handlers: identityPools.handlers(tokenIssuers, identities.sessions),
      notBuilt: 'the rest',
    }),
    createService({ model: 'xray', handlers: xray.handlers, notBuilt: 'the rest' }),
    createService({ model: 'cloudwatch', handlers: cloudwatch.handlers, notBuilt: 'the rest' }),
    createService({ model: 'cognito-idp', handlers: userPools.handlers, notBuilt: 'the rest' }),
    createService({ model: 'iam', handlers: identities.iam, notBuilt: 'the rest' }),
    createService({ model: 'sts', handlers: identities.sts(credentials, tokenIssuers), notBuilt: 'the rest' }),
    createService({ model: 'acm', handlers: certificates.handlers, notBuilt: 'the rest' }),
    createService({ model: 'logs', handlers: logs.handlers, notBuilt: 'the rest' }),
    createService({ model: 'cloudtrail', handlers: trail.handlers, notBuilt: 'the rest' }),
    createService({ model: 'ssm', handlers: parameters.handlers, notBuilt: 'the rest' }),
  ];

  /** Forgets what they keep in memory, because the store was emptied. */
  async function reset(): Promise<void> {
    functions.reset();
    userPools.reset();
    identityPools.reset();
    identities.reset();
    await certificates.reset();
    await logs.reset();
    await trail.reset();
    verifiedTokens.forget();
    metrics.clear();
    webAclSightings.clear();
    cloudwatch.reset();
    xray.reset();
    keys.reset();
    await buckets.reset();
    parameters.reset();
  }

  /** Other nodes changed these records; undefined for any. */
  function changedElsewhere(changes: readonly ForeignChange[] | undefined): void {
    const ofCollection = (name: string): readonly Key[] =>
      changes?.filter(({ collection }) => collection === name).map(({ key }) => key) ?? [];
    const isChanged = (name: string): boolean => changes === undefined || ofCollection(name).length > 0;
    if (changes?.some(({ collection }) => collection.startsWith('iam-')) ?? true) identities.reset();
    if (isChanged(functionRecords.name)) {
      functions
        .changedElsewhere(changes && ofCollection(functionRecords.name))
        .catch((error: unknown) =>
          log.error('Cannot read functions that another node changed', { why: String(error) }),
        );
    }
    if (isChanged(pools.name)) verifiedTokens.forget();
    if (isChanged(samplingRules.name)) xray.rulesChanged();
    if (isChanged(subscriptions.name) || isChanged(metricFilters.name)) {
      logFilters
        .reload()
        .catch((error: unknown) =>
          log.error('Cannot read log filters that another node changed', { why: String(error) }),
        );
    }
    if (changes === undefined) certificates.changedElsewhere(undefined);
    for (const key of ofCollection(certificateRecords.name)) {
      const [account, region, id] = key as [string, string, string];
      certificates.changedElsewhere(arnOf({ account, region, id }));
    }
  }

  return {
    changedElsewhere,
    functions,
    userPools,
    /** Every key that may sign: of the settings, of IAM, of STS. */
    credentials,
    roles: identities.roles,
    ensureGatewayRole: identities.ensureGatewayRole,
    refusalOfLogRole: identities.refusalOfLogRole,
    certificates,
    sessions: identities.sessions,
    logs,
    tokenIssuers,
    verifiedTokens,
    buckets,
    metrics,
    webAclSightings,
    xray,
    trail,
    services,
    reset,
  };
}
