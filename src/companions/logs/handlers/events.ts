/** Reading events: one stream page by page, or a whole group through a filter. `aws logs tail` asks the latter again and again. */
import type { Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/logs.ts';
import type { EventPlace } from '../event-chunks.ts';
import type { EventRecord } from '../log-database.ts';
import { invalidParameter } from '../log-errors.ts';
import { groupNamed } from '../names.ts';
import { pageToken, placeDigits, placeInStream, placeOfPage, streamToken } from '../paging.ts';
import type { LogParts } from '../parts.ts';

const maxEvents = 10_000;

export function eventHandlers({ ask, clock }: LogParts): Handlers<Operations> {
  return {
    async GetLogEvents(input, call) {
      const { logStreamName, startTime, endTime, limit = maxEvents, nextToken, startFromHead = false } = input;
      const group = groupNamed(input, call);
      const from = nextToken === undefined ? undefined : placeInStream(nextToken);
      const isDescending = from === undefined ? !startFromHead : from.direction === 'b';
      const nowMs = clock.now();
      const { events } = await ask('events', {
        ...{ group, streams: [logStreamName], isDescending, pattern: '', limit, nowMs },
        ...(startTime !== undefined && { fromMs: startTime }),
        ...(endTime !== undefined && { toMs: endTime }),
        ...(from !== undefined && { after: from.place }),
      });
      const inOrder = isDescending ? [...events].reverse() : events;
      // A page without events gives back the place it was asked for: that is how a reader knows the end.
      const first: EventPlace = inOrder[0] ?? from?.place ?? { atMs: startTime ?? nowMs, id: 0 };
      const last: EventPlace = inOrder.at(-1) ?? from?.place ?? { atMs: startTime ?? nowMs, id: 0 };
      return {
        events: inOrder.map(({ atMs, message, ingestedMs }) => ({
          timestamp: atMs,
          message,
          ingestionTime: ingestedMs,
        })),
        nextForwardToken: streamToken('f', last),
        nextBackwardToken: streamToken('b', first),
      };
    },

    async FilterLogEvents(input, call) {
      const { logStreamNames, logStreamNamePrefix, startTime, endTime, limit = maxEvents, nextToken } = input;
      const group = groupNamed(input, call);
      if (logStreamNames !== undefined && logStreamNamePrefix !== undefined) {
        throw invalidParameter('logStreamNames and logStreamNamePrefix are mutually exclusive parameters.');
      }
      if (startTime !== undefined && endTime !== undefined && startTime > endTime) {
        throw invalidParameter('The start time must be before the end time.');
      }
      const { events, next } = await ask('events', {
        ...{ group, isDescending: input.startFromHead === false, pattern: input.filterPattern ?? '', limit },
        nowMs: clock.now(),
        ...(logStreamNames !== undefined && { streams: logStreamNames }),
        ...(logStreamNamePrefix !== undefined && { streamPrefix: logStreamNamePrefix }),
        ...(startTime !== undefined && { fromMs: startTime }),
        ...(endTime !== undefined && { toMs: endTime }),
        ...(nextToken !== undefined && { after: placeOfPage(nextToken) }),
      });
      return {
        events: events.map(shown),
        // Empty for years now (reference of FilterLogEvents).
        searchedLogStreams: [],
        ...(next !== undefined && { nextToken: pageToken(next) }),
      };
    },
  };
}

function shown({ id, stream, atMs, ingestedMs, message }: EventRecord) {
  return {
    logStreamName: stream,
    timestamp: atMs,
    message,
    ingestionTime: ingestedMs,
    eventId: placeDigits({ atMs, id }),
  };
}
