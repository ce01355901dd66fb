/**
 * The dashboard of APIs and stages at `/_/dashboard` (row MET-06; "View CloudWatch metrics with the API dashboard in API Gateway"): pages for people, and the same numbers as
 * JSON at `/_/dashboard/{api}/{stage}.json`.
 */
import type { Clock } from '../../base/clock.ts';
import type { HttpReply, HttpRequest } from '../../base/http.ts';
import { jsonReply, messageReply } from '../../base/json-reply.ts';
import { decodedSegment } from '../../base/percent.ts';
import type { MemoryMetrics } from '../telemetry/metrics.ts';
import { type KnownStage, knownStages, stageFigures } from './figures.ts';
import { listPage, stagePage } from './page.ts';
import { spanOf } from './span.ts';

export interface DashboardOptions {
  readonly metrics: Pick<MemoryMetrics, 'measured'>;
  readonly clock: Clock;
  /** A stage that may not have been called yet; undefined when there is none such. */
  findStage(apiId: string, stage: string): Promise<KnownStage | undefined>;
  /** All stages an API has now. */
  stageNames(apiId: string): Promise<readonly string[]>;
}

/** Answers GET requests for `/_/dashboard` and what is below it. */
export function createDashboard({ metrics, clock, findStage, stageNames }: DashboardOptions) {
  return async function answerDashboard({ path, query }: HttpRequest): Promise<HttpReply> {
    const span = spanOf(query, clock.now());
    if (typeof span === 'string') return messageReply(400, `Cannot read the time to show: ${span}`);
    const [apiId = '', last = '', ...more] = path.slice('/_/dashboard/'.length).split('/').map(decodedSegment);
    const measured = [...metrics.measured()];
    const stages = knownStages(measured);
    if (apiId === '') return listPage(stages.map((each) => stageFigures(each, measured, span)));
    const known = await namedStage(apiId, last, stages);
    if (known === undefined || more.length > 0) {
      return messageReply(404, 'Dashboards are at /_/dashboard/{api}/{stage}; /_/dashboard lists them');
    }
    const figures = stageFigures(known.stage, measured, span);
    if (known.isJson) return jsonReply(200, figures);
    const counted = stages.filter((each) => each.apiId === apiId).map((each) => each.stage);
    const names = new Set([...(await stageNames(apiId)), ...counted, known.stage.stage]);
    return stagePage(figures, span, [...names].sort());
  };

  /** A name may end in `.json` itself. */
  async function namedStage(
    apiId: string,
    last: string,
    stages: readonly KnownStage[],
  ): Promise<{ readonly stage: KnownStage; readonly isJson: boolean } | undefined> {
    const names = last.endsWith('.json') ? [last, last.slice(0, -'.json'.length)] : [last];
    for (const name of names) {
      const isIt = (each: KnownStage): boolean => each.apiId === apiId && each.stage === name;
      const stage = stages.find(isIt) ?? (await findStage(apiId, name));
      if (stage !== undefined) return { stage, isJson: name !== last };
    }
    return undefined;
  }
}
