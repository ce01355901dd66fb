/** Writes what stages log: execution logs into groups of their own, access logs where each stage says (rows LOG-01, LOG-07, LOG-08, CAN-07). */
import { cutLine } from '../../base/cut-line.ts';
import { newHex } from '../../base/ids.ts';
import type { AccessLogDestination, LineSink, RequestLogs } from '../../ports/request-logs.ts';
import type { ExecutionLogRecord, ExecutionLogs } from '../../ports/telemetry.ts';
import type { Firehose } from './firehose.ts';
import type { LogWriter } from './log-writer.ts';
import { type GroupId, groupOfArn } from './names.ts';

export interface RequestLogParts {
  readonly writer: Pick<LogWriter, 'streamWriter'>;
  readonly firehose: Firehose;
  readonly everyRequest: LineSink | undefined;
}

/** Recorded: a line is cut at this many bytes, the request's id before it included; the mark comes on top. */
const maxExecutionLineBytes = 1024;

export function createRequestLogs({ writer, firehose, everyRequest }: RequestLogParts): RequestLogs & ExecutionLogs {
  /** Streams are 32 hexadecimal digits (recorded); every process has its own. */
  const stream = newHex(32);

  function groupSink(group: GroupId, isCanary: boolean): LineSink {
    const own = writer.streamWriter(group, stream);
    if (!isCanary) return own;
    const ofCanary = writer.streamWriter({ ...group, name: `${group.name}/Canary` }, stream);
    return {
      write(atMs, line) {
        own.write(atMs, line);
        ofCanary.write(atMs, line);
      },
    };
  }

  return {
    everyRequest,

    accessLog(destination: AccessLogDestination) {
      const { arn, account, isCanary } = destination;
      const group = groupOfArn(arn);
      if (group !== undefined) {
        return group.account === account
          ? groupSink(group, isCanary)
          : `${arn} is a log group of account ${group.account}, the API is of ${account}`;
      }
      return firehose.deliveryStream(destination);
    },

    write(record: ExecutionLogRecord) {
      const { account, region, requestId, lines } = record;
      const sink = groupSink({ account, region, name: executionLogGroup(record) }, record.isCanary === true);
      for (const { atMs, text } of lines) sink.write(atMs, cutLine(`(${requestId}) ${text}`, maxExecutionLineBytes));
    },
  };
}

/** Recorded for both types of API. */
const executionLogGroup = ({ apiId, stage, kind }: ExecutionLogRecord): string =>
  kind === 'websocket' ? `/aws/apigateway/${apiId}/${stage}` : `API-Gateway-Execution-Logs_${apiId}/${stage}`;
