/**
 * Access logs: one line for each answered request, in the format the stage asks for (rows LOG-08 to LOG-13), and one JSON object for collectors where the process is set to write
 * them. A stage that asks for neither has none of this in its plan.
 */
import type { LineSink } from '../../ports/request-logs.ts';
import type { Exchange, Reply } from '../exchange.ts';
import type { Step } from '../plan.ts';
import type { PlanTools } from '../tools.ts';
import { compileAccessFormat } from './access-format.ts';
import { AccessFacts, type AccessRow, type RowReader } from './access-row.ts';
import { collectedLine } from './collected-line.ts';
import { asksForGuards, GuardFacts } from './guard-facts.ts';

/** What a stage and its API are, as far as logs are concerned. */
export interface LoggedStage {
  readonly account: string;
  readonly region: string;
  readonly apiId: string;
  readonly stage: string;
  readonly isCanary: boolean;
  readonly settings: { readonly destinationArn?: string; readonly format?: string } | undefined;
}

/** The log of one method or route. */
export interface MethodAccessLog {
  /** Gives integrations a place to say what they were answered. */
  readonly begin: Step;
  /** Writes the line of an answer; `latencyMs` where somebody measured it. Never throws. */
  write(x: Exchange, reply: Reply, latencyMs?: number): void;
}

export interface StageAccessLog {
  /** `resource` is the path of the method or the route key, undefined for requests that matched none. */
  of(resource: string | undefined, readerOf: (name: string) => RowReader | undefined): MethodAccessLog;
}

/** The log of a stage; undefined when nobody asks for one. What cannot be written is told to the operator. */
export function openAccessLog(
  logged: LoggedStage,
  { requestLogs, clock, log }: Pick<PlanTools, 'requestLogs' | 'clock' | 'log'>,
): StageAccessLog | undefined {
  if (requestLogs === undefined) return undefined;
  const { account, region, apiId, stage, isCanary } = logged;
  const { destinationArn: arn, format } = logged.settings ?? {};
  const opened =
    arn === undefined || format === undefined ? undefined : requestLogs.accessLog({ arn, account, region, isCanary });
  if (typeof opened === 'string') log.warn(`Access logs are not written: ${opened}`, { apiId, stage });
  const sink = typeof opened === 'string' ? undefined : opened;
  const { everyRequest } = requestLogs;
  if (sink === undefined && everyRequest === undefined) return undefined;
  const measuresGuards = sink !== undefined && asksForGuards(format!);

  return {
    of(resource, readerOf) {
      const lines: { readonly sink: LineSink; readonly lineOf: (row: AccessRow) => string }[] = [];
      if (sink !== undefined) lines.push({ sink, lineOf: compileAccessFormat(format!, readerOf) });
      if (everyRequest !== undefined) lines.push({ sink: everyRequest, lineOf: collectedLine(logged, resource) });
      return {
        begin: {
          name: sink === undefined ? '' : 'access log',
          callsNobody: true,
          run: function beginAccessLog(x) {
            x.access = new AccessFacts(measuresGuards ? new GuardFacts(clock) : undefined);
            return undefined;
          },
        },
        write: function writeAccessLog(x, reply, latencyMs = clock.monotonicMs() - x.startedMonotonicMs) {
          const row: AccessRow = { x, reply, latencyMs };
          const atMs = Math.round(x.startedAtMs + latencyMs);
          try {
            for (const { sink, lineOf } of lines) sink.write(atMs, lineOf(row));
          } catch (error) {
            log.error(`Cannot write an access log line: ${String(error)}`, { apiId, stage });
          }
        },
      };
    },
  };
}
