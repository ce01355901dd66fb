/** How requests to deployed APIs are carried out: what plans are compiled with, traced and told as stories where somebody asked. */
import { createOtlpExporter } from '../../companions/telemetry/otlp.ts';
import { createPlanTable } from '../../gateway/plan-table.ts';
import { AuthorizerCaches } from '../../plan/authorizers/caches.ts';
import { forgetUnusedCaches } from '../../plan/cache/unused-caches.ts';
import { compilePlan } from '../../plan/compile.ts';
import { runPlan } from '../../plan/run.ts';
import { ThrottleBuckets } from '../../plan/steps/throttle.ts';
import { createStories } from '../../plan/stories/stories.ts';
import type { PlanTools } from '../../plan/tools.ts';
import { createTracer } from '../../plan/tracing/tracer.ts';
import { RequestRates, tellEveryMs } from '../../plan/web-acl/rates.ts';
import type { Deployments } from '../../ports/deployments.ts';
import type { Usage } from '../../ports/usage.ts';
import { createVpcLinkUse } from '../../store/vpc-link-use.ts';
import { createAwsServices } from '../aws-services.ts';
import { openCountryFile } from '../country-file.ts';
import { openLineOutput } from '../line-output.ts';
import { createPrivateTargets } from '../private-targets.ts';
import type { Companions } from './companions.ts';
import type { Foundation } from './foundation.ts';

export type RequestLine = ReturnType<typeof createRequestLine>;

export interface RequestLineParts {
  readonly foundation: Foundation;
  readonly companions: Companions;
  readonly deployments: Deployments;
  readonly usage: Usage;
  /** Whether an AWS service, by its name in a signature or a host, is one of this process. */
  isOurs(service: string): boolean;
}

export function createRequestLine({ foundation, companions, deployments, usage, isOurs }: RequestLineParts) {
  const { settings, store, log, clock, upstream, version, strictPermissions, endpointUrl } = foundation;
  const { functions, logs, metrics, xray, credentials, roles, sessions, verifiedTokens } = companions;

  const collected = settings.accessLog === undefined ? undefined : openLineOutput(settings.accessLog, log);
  if (collected !== undefined) foundation.whenClosing(() => collected.close());
  const awsServices = createAwsServices(settings, endpointUrl, log, isOurs, sessions, clock);
  const requestLogs = logs.requestLogs({ awsServices, upstream, everyRequest: collected });
  foundation.whenClosing(() => requestLogs.deliver());

  const rates = new RequestRates(clock, { exchange: foundation.shared.rates, everyMs: tellEveryMs });
  const countries = settings.countryFile === undefined ? undefined : openCountryFile(settings.countryFile);
  const throttles = new ThrottleBuckets(settings.accountThrottle ?? undefined, foundation.shared.buckets);
  const authorizerCaches = new AuthorizerCaches();
  const { responseCache } = foundation.shared;
  const tools: PlanTools = {
    functions: functions.functions,
    upstream,
    streaming: { backends: upstream, functions: functions.functions },
    usage,
    awsServices,
    credentials,
    roles,
    privateTargets: createPrivateTargets(settings.vpcLinkTargets),
    vpcLinkUse: createVpcLinkUse(store, clock, log),
    metrics,
    log,
    executionLogs: requestLogs,
    requestLogs,
    clock,
    strictPermissions,
    throttles,
    authorizerCaches,
    responseCache,
    webAcls: {
      rates,
      countries,
      whenFailing: settings.webAclFailure,
      saw: (sighting) => companions.webAclSightings.saw(sighting),
    },
    coalesceCacheMisses: settings.coalesceCacheMisses,
    verifiedTokens,
  };

  const { otlpEndpoint } = settings;
  const otlp =
    otlpEndpoint === undefined ? undefined : createOtlpExporter({ endpoint: otlpEndpoint, upstream, log, version });
  foundation.whenClosing(() => otlp?.close());
  const tracer = createTracer({
    sample: xray.sample,
    tracesAll: otlp !== undefined,
    keep(request, isForXRay) {
      if (isForXRay) xray.keep(request);
      otlp?.add(request);
    },
  });
  const stories = (settings.requestStories ?? settings.mode === 'dev') ? createStories() : undefined;
  const tracedTools = tracer.tools(tools);
  const lineTools = stories?.tools(tracedTools) ?? tracedTools;
  const runTraced = tracer.run(runPlan);

  const planTable = createPlanTable({
    deployments,
    flush: (apiId, stage, what) => (what === 'authorizers' ? authorizerCaches : responseCache).flush(apiId, stage),
    compile(live) {
      forgetUnusedCaches(live, responseCache);
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
  foundation.whenClosing(() => planTable.close());

  return {
    /** For what is tried without a deployment. */
    tools,
    planTable,
    rates,
    countries,
    runPlan: stories?.run(runTraced) ?? runTraced,
    /** Undefined where requests are not kept. */
    stories,
    /** Log lines lost since the start, by where they were to go. */
    droppedLines: () => ({ ...requestLogs.dropped(), ...(collected && { collector: collected.dropped() }) }),
  };
}
