/** The execution log of a WebSocket route, in the recorded lines: into `/aws/apigateway/{api}/{stage}`, each behind the id of its event. */
import type { Route, V2Stage } from '../../definition/v2-api.ts';
import { socketStatus } from '../access-log/socket-variables.ts';
import type { Exchange, Reply } from '../exchange.ts';
import { ExecutionLog, type ExecutionLogSetting, failureLine } from '../execution-log.ts';
import type { Finish, StageContext, Step } from '../plan.ts';
import type { PlanTools } from '../tools.ts';
import { compileSocketEvent } from './socket-event.ts';

export interface RouteLogScope {
  readonly route: Pick<Route, 'routeKey' | 'apiKeyRequired'>;
  /** A route without one is told of in other words when its client has gone. */
  readonly hasIntegration: boolean;
  readonly liveStage: V2Stage;
  readonly stage: StageContext;
  readonly tools: Pick<PlanTools, 'executionLogs' | 'clock'>;
}

/** What the stage asks of a route's log; undefined when it asks for none. A route's own settings beat those of all. */
function settingOf({ route, liveStage }: RouteLogScope): ExecutionLogSetting | undefined {
  const own = liveStage.routeSettings[route.routeKey];
  const all = liveStage.defaultRouteSettings;
  const level = own?.loggingLevel ?? all.loggingLevel;
  if (level !== 'INFO' && level !== 'ERROR') return undefined;
  return { level, hasDataTrace: own?.dataTraceEnabled ?? all.dataTraceEnabled ?? false };
}

/** The first step and the last of a route that keeps a log; neither where it does not. */
export function logRoute(scope: RouteLogScope): { readonly begin: readonly Step[]; readonly end: readonly Finish[] } {
  const setting = settingOf(scope);
  const { route, hasIntegration, stage } = scope;
  const { executionLogs: logs, clock } = scope.tools;
  if (logs === undefined || setting === undefined) return { begin: [], end: [] };
  const api = `[${stage.apiId}]`;
  const writeEvent = compileSocketEvent(stage);

  const begin: Step = {
    name: `execution log ${setting.level}${setting.hasDataTrace ? ' with data trace' : ''}`,
    run: function beginLog(x) {
      const log = new ExecutionLog(setting, clock, x.request.headers);
      x.executionLog = log;
      log.info(`Extended Request Id: ${x.extendedRequestId}`);
      if (!route.apiKeyRequired) logUsagePlan(log, x);
      log.info(`Starting execution for request: ${x.requestId}`);
      log.info(`WebSocket Request Route: [${route.routeKey}]`);
      const { eventType, connectionId, userAgent } = x.socket!;
      if (eventType === 'CONNECT') {
        const client = `[UserAgent: ${userAgent ?? ''}, SourceIp: ${x.request.sourceIp}]`;
        log.info(`Client ${client} is connecting to WebSocket API ${api}.`);
      } else if (eventType === 'MESSAGE') {
        log.info(`WebSocket API ${api} received message from client [Connection Id: ${connectionId}].`);
        log.data(
          () => `WebSocket API ${api} received message from client [${connectionId}]. Message: [${writeEvent(x)}].`,
        );
      }
      return undefined;
    },
  };
  const end: Finish = {
    name: 'end of the log',
    run: function endLog(x, reply) {
      const log = x.executionLog;
      if (log === null) return;
      if (reply.problem !== undefined) log.error(failureLine(reply.problem));
      logOutcome(log, x, reply);
      if (log.lines.length > 0) logs.write({ ...stage, kind: 'websocket', requestId: x.requestId, lines: log.lines });
    },
  };
  return { begin: [begin], end: [end] };

  /** Of a route that asks for no key (recorded, the two spaces included). */
  function logUsagePlan(log: ExecutionLog, x: Exchange): void {
    const apiStage = `${stage.apiId}/${stage.stage}`;
    log.info(`Verifying Usage Plan for request: ${x.requestId}. API Key:  API Stage: ${apiStage}`);
    log.info(
      `API Key  authorized because route '${route.routeKey}' does not require API Key. ` +
        'Request will not contribute to throttle or quota limits',
    );
    log.info(`Usage Plan check succeeded for API Key  and API Stage ${apiStage}`);
  }

  function logOutcome(log: ExecutionLog, x: Exchange, reply: Reply): void {
    const { eventType, connectionId, disconnectStatusCode, disconnectReason } = x.socket!;
    const client = `[Connection Id: ${connectionId}]`;
    const status = socketStatus({ x, reply });
    if (eventType === 'CONNECT') {
      // A refused handshake is not in the recordings: it has the failure's line, and no connection.
      if (status >= 200 && status <= 299) log.info(`Client ${client} connected to API ${api} successfully.`);
    } else if (eventType === 'MESSAGE') {
      log.info(`Message from client ${client} sent to API ${api} with response status code [${status}].`);
    } else {
      const answered = hasIntegration ? ` with integration response status code [${status}]` : '';
      const reason = `[${disconnectStatusCode ?? ''}: ${disconnectReason ?? ''}]`;
      log.info(`Client ${client} disconnected from API ${api}${answered}. Close reason: ${reason}`);
    }
  }
}
