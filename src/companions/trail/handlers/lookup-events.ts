/** LookupEvents: the event history of an account in a region, the newest first, by at most one attribute. */
import type { Call, Handlers } from '../../../wire/call.ts';
import type { LookupAttribute, Operations } from '../../../wire/generated/cloudtrail.ts';
import type { TrailKeeper } from '../keeper.ts';
import { badReadOnly, badTimeRange, badToken, tooManyAttributes } from '../refusals.ts';
import type { KeptTrailEvent, TrailAttribute, TrailPlace } from '../trail-database.ts';

const pageSize = 50;

export function lookupHandlers({ ask }: Pick<TrailKeeper, 'ask'>): Handlers<Operations> {
  return {
    async LookupEvents(input, call) {
      const { LookupAttributes = [], StartTime, EndTime, EventCategory, MaxResults = pageSize, NextToken } = input;
      if (LookupAttributes.length > 1) throw tooManyAttributes();
      const fromMs = StartTime ?? 0;
      const toMs = EndTime ?? Number.MAX_SAFE_INTEGER;
      if (fromMs > toMs) throw badTimeRange();
      const attribute = LookupAttributes.map(attributeOf)[0];
      const after = NextToken === undefined ? undefined : placeOf(NextToken);
      // Insights events are made of unusual activity, which nobody looks for here.
      if (EventCategory === 'insight') return { Events: [] };
      const { events, next } = await ask('lookUp', {
        ...of(call),
        ...{ fromMs, toMs, limit: MaxResults },
        ...(attribute !== undefined && { attribute }),
        ...(after !== undefined && { after }),
      });
      return { Events: events.map(shown), ...(next !== undefined && { NextToken: tokenOf(next) }) };
    },
  };
}

const of = ({ account, region }: Call) => ({ account, region });

function attributeOf({ AttributeKey: key, AttributeValue: value }: LookupAttribute): TrailAttribute {
  if (key !== 'ReadOnly') return { key, value };
  const lower = value.toLowerCase();
  if (lower !== 'true' && lower !== 'false') throw badReadOnly(value);
  return { key, value: lower === 'true' };
}

function shown(event: KeptTrailEvent) {
  return {
    EventId: event.eventId,
    EventName: event.name,
    ReadOnly: String(event.isReadOnly),
    ...(event.accessKeyId !== null && { AccessKeyId: event.accessKeyId }),
    EventTime: Math.floor(event.atMs / 1000) * 1000,
    EventSource: event.source,
    ...(event.userName !== null && { Username: event.userName }),
    Resources: event.resources.map(({ type, name }) => ({ ResourceType: type, ResourceName: name })),
    CloudTrailEvent: event.record,
  };
}

const tokenOf = ({ atMs, id }: TrailPlace): string => Buffer.from(`${atMs}:${id}`).toString('base64');

function placeOf(token: string): TrailPlace {
  const found = /^(\d{1,15}):(\d{1,15})$/.exec(Buffer.from(token, 'base64').toString());
  if (found === null) throw badToken();
  return { atMs: Number(found[1]), id: Number(found[2]) };
}
