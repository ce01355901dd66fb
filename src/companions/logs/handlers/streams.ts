/** Log streams, and what goes into them. */
import type { Handlers } from '../../../wire/call.ts';
import type { InputLogEvent, LogStream, Operations, RejectedLogEventsInfo } from '../../../wire/generated/logs.ts';
import { packEvents } from '../../packed-events.ts';
import { dayMs, type StreamRecord } from '../log-database.ts';
import { invalidParameter } from '../log-errors.ts';
import { type GroupId, groupArn, groupNamed } from '../names.ts';
import { listToken, placeDigits, placeInList } from '../paging.ts';
import type { LogParts } from '../parts.ts';

/** Limits of one PutLogEvents (its reference): bytes of messages and 26 for each event; hours ahead; days back; bytes of one event. */
const maxBatchBytes = 1_048_576;
const eventOverheadBytes = 26;
const maxAheadMs = 2 * 3_600_000;
const maxAgeDays = 14;
const maxEventBytes = 1_048_576;

export function streamHandlers({ ask, clock, filters }: LogParts): Handlers<Operations> {
  return {
    async CreateLogStream({ logGroupName, logStreamName }, call) {
      await ask('createStream', groupNamed({ logGroupName }, call), logStreamName, clock.now());
    },

    async DeleteLogStream({ logGroupName, logStreamName }, call) {
      await ask('deleteStream', groupNamed({ logGroupName }, call), logStreamName);
    },

    async DescribeLogStreams(input, call) {
      const { logStreamNamePrefix: prefix = '', orderBy, descending = false, limit = 50, nextToken } = input;
      const group = groupNamed(input, call);
      const byLastEvent = orderBy === 'LastEventTime';
      if (byLastEvent && prefix !== '') {
        throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
      }
      const offset = nextToken === undefined ? 0 : Number(placeInList(nextToken));
      if (!Number.isSafeInteger(offset)) throw invalidParameter('The specified nextToken is invalid.');
      const query = { prefix, byLastEvent, isDescending: descending, offset, limit: limit + 1 };
      const found = await ask('streams', group, query);
      return {
        logStreams: found.slice(0, limit).map((stream) => shown(group, stream)),
        ...(found.length > limit && { nextToken: listToken(String(offset + limit)) }),
      };
    },

    async PutLogEvents({ logGroupName, logStreamName, logEvents }, call) {
      const group = groupNamed({ logGroupName }, call);
      checkBatch(logEvents);
      const nowMs = clock.now();
      const { retentionDays } = await ask('group', group);
      const { kept, rejected } = withinTime(logEvents, nowMs, retentionDays);
      const events = packEvents(kept.map(({ timestamp, message }) => [timestamp, message] as const));
      await ask('put', { group, stream: logStreamName, events }, nowMs);
      const tap = filters?.tap(group);
      if (tap !== undefined) for (const { timestamp, message } of kept) tap.take(logStreamName, timestamp, message);
      return {
        nextSequenceToken: placeDigits({ atMs: nowMs, id: kept.length }),
        ...(rejected !== undefined && { rejectedLogEventsInfo: rejected }),
      };
    },
  };
}

function checkBatch(events: readonly InputLogEvent[]): void {
  let bytes = 0;
  for (let i = 0; i < events.length; i++) {
    const { timestamp, message } = events[i]!;
    if (i > 0 && timestamp < events[i - 1]!.timestamp) {
      throw invalidParameter('Log events in a single PutLogEvents request must be in chronological order.');
    }
    const size = Buffer.byteLength(message) + eventOverheadBytes;
    if (size > maxEventBytes) {
      throw invalidParameter(`Log event too large: ${size} bytes exceeds limit of ${maxEventBytes}`);
    }
    bytes += size;
  }
  if (bytes > maxBatchBytes)
    throw invalidParameter(`Upload too large: ${bytes} bytes exceeds limit of ${maxBatchBytes}`);
  if (events.at(-1)!.timestamp - events[0]!.timestamp > dayMs) {
    throw invalidParameter('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  }
}

/** Events too far ahead or too long ago are left out and told of by their places in the request: the first that is too new, those before which all are too old. */
function withinTime(
  events: readonly InputLogEvent[],
  nowMs: number,
  retentionDays: number | undefined,
): { kept: readonly InputLogEvent[]; rejected: RejectedLogEventsInfo | undefined } {
  const placeFrom = (ms: number): number => {
    const at = events.findIndex(({ timestamp }) => timestamp >= ms);
    return at === -1 ? events.length : at;
  };
  const expired = retentionDays === undefined ? 0 : placeFrom(nowMs - retentionDays * dayMs);
  const old = placeFrom(nowMs - maxAgeDays * dayMs);
  const tooNew = placeFrom(nowMs + maxAheadMs + 1);
  const rejected = {
    ...(tooNew < events.length && { tooNewLogEventStartIndex: tooNew }),
    ...(old > 0 && { tooOldLogEventEndIndex: old }),
    ...(expired > 0 && { expiredLogEventEndIndex: expired }),
  };
  const kept = events.slice(Math.max(expired, old), tooNew);
  return { kept, rejected: Object.keys(rejected).length === 0 ? undefined : rejected };
}

function shown(group: GroupId, stream: StreamRecord): LogStream {
  const { firstEventMs, lastEventMs, lastIngestionMs } = stream;
  return {
    logStreamName: stream.name,
    creationTime: stream.createdMs,
    ...(firstEventMs !== undefined && { firstEventTimestamp: firstEventMs }),
    ...(lastEventMs !== undefined && { lastEventTimestamp: lastEventMs }),
    ...(lastIngestionMs !== undefined && { lastIngestionTime: lastIngestionMs }),
    uploadSequenceToken: placeDigits({ atMs: lastIngestionMs ?? stream.createdMs, id: 1 }),
    arn: `${groupArn(group)}:log-stream:${stream.name}`,
    // AWS counts no bytes of streams any more (reference of LogStream).
    storedBytes: 0,
  };
}
