/** The pages under `/_/` with what they tell: health, plans, connections, metrics, stories of requests. */
import { join } from 'node:path';
import { createDashboard } from '../../companions/dashboard/dashboard.ts';
import { once } from '../../companions/lazy-handlers.ts';
import { prometheusText, prometheusType } from '../../companions/telemetry/prometheus.ts';
import { admin } from '../../gateway/admin.ts';
import { connectionReports } from '../../gateway/websocket/connection-report.ts';
import type { WebSockets } from '../../gateway/websocket/websockets.ts';
import { storyLine, wholeStory } from '../../plan/stories/tell-story.ts';
import type { Companions } from './companions.ts';
import type { Foundation } from './foundation.ts';
import type { RequestLine } from './request-line.ts';

export interface AdminParts {
  readonly foundation: Foundation;
  readonly companions: Companions;
  readonly line: RequestLine;
  readonly sockets: WebSockets;
  /** Empties everything; offered in dev mode only. */
  reset(): Promise<void>;
}

export function adminPages({ foundation, companions, line, sockets, reset }: AdminParts): ReturnType<typeof admin> {
  const { settings, clock, version } = foundation;
  const { certificates, functions, userPools, metrics } = companions;
  const { planTable, stories, droppedLines } = line;
  const { mode } = settings;
  const webConsole = once(async () => {
    const { createConsole } = await import('../../companions/console/console-pages.ts');
    return createConsole({ folder: join(import.meta.dirname, '../../../console/dist'), mode, version });
  });
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
      acm: 'running',
      s3: 'running',
      ssm: 'running',
      wafv2: 'running',
      cloudwatch: 'running',
      xray: 'running',
      cloudtrail: 'running',
      'cognito-identity': 'running',
    }),
    version,
    authorityPem: certificates.authorityPem,
    planTable,
    connections: () => connectionReports(sockets.connections.all()),
    metrics: () => metrics.totals(),
    dashboard: createDashboard({
      metrics,
      clock,
      stageNames: (apiId) => planTable.stageNames(apiId),
      async findStage(apiId, stage) {
        const plan = await planTable.find(apiId, stage);
        return plan && { apiId, stage, apiName: plan.context.apiName, kind: plan.kind };
      },
    }),
    ...(stories && {
      requests: {
        latest: () => stories.latest().map(storyLine),
        find(requestId: string) {
          const story = stories.find(requestId);
          return story && wholeStory(story);
        },
      },
    }),
    console: (request) => webConsole.get().then((answer) => answer(request)),
    devPages: { '/_/user-pools/': userPools.messagesPage },
    prometheus: () => ({
      contentType: prometheusType,
      text: prometheusText(
        metrics.histograms(),
        {
          residentBytes: process.memoryUsage.rss(),
          cpuSeconds: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
          startedAtSeconds: Math.round(clock.now() / 1000 - process.uptime()),
        },
        droppedLines(),
      ),
    }),
  });
  // A function's code is fetched by its signed address, whoever asks.
  return (request) => (request.path.startsWith('/_/functions/') ? functions.codeDownload(request) : pages(request));
}
