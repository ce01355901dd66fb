/** The CloudWatch Logs companion, put together: the API's handlers, and where the gateway and functions write their lines. */
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { Problem } from '../../base/problem.ts';
import type { AwsServices } from '../../ports/aws-services.ts';
import type { LineSink, LogDelivery, RequestLogs } from '../../ports/request-logs.ts';
import type { ExecutionLogs, Log } from '../../ports/telemetry.ts';
import type { Upstream } from '../../ports/upstream.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/logs.ts';
import type { LogFilters } from './filters/log-filters.ts';
import { tappedWriter } from './filters/tapped-writer.ts';
import { createFirehose } from './firehose.ts';
import { eventHandlers } from './handlers/events.ts';
import { filterHandlers } from './handlers/filters.ts';
import { groupHandlers } from './handlers/groups.ts';
import { streamHandlers } from './handlers/streams.ts';
import { tagHandlers } from './handlers/tags.ts';
import { keepInFile, keepInMemory, type LogKeeper } from './log-keeper.ts';
import { createLogWriter, type LogWriter } from './log-writer.ts';
import { type GroupId, groupOfArn } from './names.ts';
import type { LogParts } from './parts.ts';
import { createRequestLogs } from './request-logs.ts';

export interface LogsOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** `logs.sqlite` is kept in it; without it logs end with the process. */
  readonly dataDirectory: string | undefined;
  /** Filters of groups; without them their operations are not there. */
  readonly filters?: LogFilters;
}

export interface LogsCompanion {
  readonly handlers: Handlers<Operations>;
  readonly writer: Pick<LogWriter, 'streamWriter' | 'dropped'>;
  /** A line of a function, for `/aws/lambda/{name}` (row LOG-15). */
  keepFunctionLine(
    id: GroupId,
    line: { readonly timestampMs: number; readonly stream: string; readonly message: string },
  ): void;
  /** What stages log: executions, and accesses to log groups and through `services` to Firehose. */
  requestLogs(services: {
    readonly awsServices: AwsServices;
    readonly upstream: Pick<Upstream, 'send'>;
    readonly everyRequest: LineSink | undefined;
  }): RequestLogs &
    ExecutionLogs & {
      /** Posts what waits for delivery streams. */
      deliver(): Promise<void>;
      /** Lines lost since the start, by where they were to go. */
      dropped(): { readonly logs: number; readonly firehose: number };
    };
  readonly delivery: LogDelivery;
  /** Removes what is older than its group keeps it; runs by itself every hour. */
  sweep(): Promise<void>;
  /** Forgets everything. */
  reset(): Promise<void>;
  /** Keeps what waits, then lets go of the file. */
  close(): Promise<void>;
}

const sweepEveryMs = 3_600_000;

/** Recorded: what the first access log of an HTTP API finds in its group. */
const deliveryStream = 'log_stream_created_by_aws_to_validate_log_delivery_subscriptions';
const deliveryMessage =
  'Permissions are set correctly to allow AWS CloudWatch Logs to write into your logs while creating a subscription.';

/** Opens the companion; the file is opened with the first line or call. */
export function createLogs({ clock, log, dataDirectory, filters }: LogsOptions): LogsCompanion {
  let keeper: LogKeeper | undefined;
  const opened = (): LogKeeper => {
    keeper ??= dataDirectory === undefined ? keepInMemory() : keepInFile(join(dataDirectory, 'logs.sqlite'));
    return keeper;
  };
  const askKeeper: LogKeeper['ask'] = (name, ...args) => opened().ask(name, ...args);
  const plainWriter = createLogWriter({ keeper: { ask: askKeeper }, clock, log });
  const writer = filters === undefined ? plainWriter : tappedWriter(plainWriter, filters);
  const ask: LogKeeper['ask'] = (name, ...args) => {
    writer.flush();
    return askKeeper(name, ...args);
  };
  const parts: LogParts = { clock, ask, filters };

  async function hasGroup(group: GroupId): Promise<boolean> {
    try {
      await ask('group', group);
      return true;
    } catch (error) {
      if (error instanceof Problem) return false;
      throw error;
    }
  }

  async function sweep(): Promise<void> {
    if (keeper !== undefined) await ask('sweep', clock.now());
  }
  const timer = setInterval(() => {
    sweep().catch((error: unknown) => log.warn(`Cannot sweep the logs: ${String(error)}`));
  }, sweepEveryMs);
  timer.unref();

  return {
    handlers: {
      ...groupHandlers(parts),
      ...tagHandlers(parts),
      ...streamHandlers(parts),
      ...eventHandlers(parts),
      ...(filters !== undefined && filterHandlers(parts, filters)),
    },
    writer,
    keepFunctionLine({ account, region, name }, { timestampMs, stream, message }) {
      // An empty line is no event (PutLogEvents takes none either).
      if (message === '') return;
      // Lambda's events end in a newline.
      writer.streamWriter({ account, region, name: `/aws/lambda/${name}` }, stream).write(timestampMs, `${message}\n`);
    },
    requestLogs({ awsServices, upstream, everyRequest }) {
      const firehose = createFirehose({ awsServices, upstream, clock, log });
      return {
        ...createRequestLogs({ writer, firehose, everyRequest }),
        deliver: firehose.flush,
        dropped: () => ({ logs: writer.dropped(), firehose: firehose.dropped() }),
      };
    },
    delivery: {
      async isThere(arn) {
        const group = groupOfArn(arn);
        return group === undefined || (await hasGroup(group));
      },
      async begin(arn) {
        const group = groupOfArn(arn);
        if (group === undefined) return;
        const query = { prefix: deliveryStream, byLastEvent: false, isDescending: false, offset: 0, limit: 1 };
        if ((await ask('streams', group, query)).length > 0) return;
        writer.streamWriter(group, deliveryStream).write(clock.now(), deliveryMessage);
      },
    },
    sweep,
    async reset() {
      filters?.reset();
      if (keeper !== undefined) await ask('clear');
    },
    async close() {
      clearInterval(timer);
      await filters?.close();
      await writer.close();
      await keeper?.close();
    },
  };
}
