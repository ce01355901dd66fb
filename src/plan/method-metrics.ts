/** Which counters a method or route records to, as its stage's settings have it. */
import type { Stage } from '../definition/rest-api.ts';
import type { V2Stage } from '../definition/v2-api.ts';
import type { LiveHttpStage, LiveRestStage, LiveWebSocketStage } from '../ports/deployments.ts';
import type { MethodMetrics } from '../ports/telemetry.ts';
import { methodSetting } from './steps/throttle.ts';
import type { PlanTools } from './tools.ts';

type MetricTools = Pick<PlanTools, 'metrics'>;

/** Detailed metrics: a method's own setting beats that of the stage, also with false (recorded). */
const isDetailed = (stage: Stage, resourcePath: string, httpMethod: string): boolean =>
  methodSetting(stage, resourcePath, httpMethod)?.metricsEnabled === true;

export function methodMetrics(
  live: LiveRestStage,
  { metrics }: MetricTools,
  { resourcePath, httpMethod }: { readonly resourcePath: string; readonly httpMethod: string },
): MethodMetrics {
  const { apiId, account, region, stage, snapshot, isCanary = false } = live;
  return metrics.method({
    ...{ apiId, apiName: snapshot.api.name, stage: stage.stageName, resource: resourcePath, method: httpMethod },
    series: { kind: 'rest', account, region, isDetailed: isDetailed(stage, resourcePath, httpMethod), isCanary },
  });
}

/** Of requests that no method takes: they count for the stage, as what the gateway refuses does. */
export function strayMetrics(live: LiveRestStage, { metrics }: MetricTools): MethodMetrics {
  const { apiId, account, region, stage, snapshot, isCanary = false } = live;
  return metrics.method({
    ...{ apiId, apiName: snapshot.api.name, stage: stage.stageName, resource: '', method: '' },
    series: { kind: 'rest', account, region, isDetailed: false, isCanary },
  });
}

export function routeMetrics(
  live: LiveHttpStage,
  { metrics }: MetricTools,
  { label, path, verb }: { readonly label: string; readonly path: string; readonly verb: string },
): MethodMetrics {
  const { apiId, account, region, stage, snapshot } = live;
  return metrics.method({
    ...{ apiId, apiName: snapshot.api.name, stage: stage.stageName, resource: path, method: verb },
    series: { kind: 'http', account, region, route: label, isDetailed: isRouteDetailed(stage, label) },
  });
}

export function socketMetrics(
  live: LiveWebSocketStage,
  { metrics }: MetricTools,
  {
    routeKey,
    isTwoWay,
    isFunction,
  }: { readonly routeKey: string; readonly isTwoWay: boolean; readonly isFunction: boolean },
): MethodMetrics {
  const { apiId, account, region, stage, snapshot } = live;
  return metrics.method({
    ...{ apiId, apiName: snapshot.api.name, stage: stage.stageName, resource: routeKey, method: '' },
    series: {
      kind: 'websocket',
      account,
      region,
      route: routeKey,
      isDetailed: isRouteDetailed(stage, routeKey),
      isTwoWay,
      isFunction,
    },
  });
}

/** Of messages that no route takes: errors of clients for the stage, and nothing else (recorded R4). */
export function straySocketMetrics(live: LiveWebSocketStage, { metrics }: MetricTools): MethodMetrics {
  const { apiId, account, region, stage, snapshot } = live;
  return metrics.method({
    ...{ apiId, apiName: snapshot.api.name, stage: stage.stageName, resource: '', method: '' },
    series: { kind: 'websocket', account, region, isDetailed: false },
  });
}

/** Of what is posted to `@connections`: messages of the API, of no route. */
export function callbackMetrics(live: LiveWebSocketStage, { metrics }: MetricTools): MethodMetrics {
  const { apiId, account, region, stage, snapshot } = live;
  const resource = '@connections';
  return metrics.method({
    ...{ apiId, apiName: snapshot.api.name, stage: stage.stageName, resource, method: 'POST' },
    series: { kind: 'websocket', account, region, route: resource, isDetailed: false },
  });
}

/** The stage's default beats a route's own false (recorded), as it does not for REST APIs. */
const isRouteDetailed = (stage: V2Stage, routeKey: string): boolean =>
  stage.defaultRouteSettings.detailedMetricsEnabled === true ||
  stage.routeSettings[routeKey]?.detailedMetricsEnabled === true;
