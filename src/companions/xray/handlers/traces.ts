/** Traces: put by programs, listed, read whole, drawn as a graph. */
import type { Call, Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/xray.ts';
import { compileFilter } from '../filter.ts';
import { readSegment } from '../put-segment.ts';
import { badToken, endBeforeStart, invalidRequest, tooLongSpan } from '../refusals.ts';
import { serviceGraph } from '../service-graph.ts';
import { summaryOf } from '../summaries.ts';
import { durationOf, startOf, type Trace, type TraceStore } from '../trace-store.ts';

const hourMs = 3_600_000;
const pageSize = 1000;
const maxTracesAtOnce = 5;

export function traceHandlers(traces: TraceStore): Handlers<Operations> {
  /** The newest first. */
  function within(
    call: Call,
    { StartTime, EndTime }: { StartTime: number; EndTime: number },
    maxHours: number,
  ): Trace[] {
    if (EndTime <= StartTime) throw endBeforeStart();
    if (EndTime - StartTime > maxHours * hourMs) throw tooLongSpan(maxHours);
    const isWithin = (trace: Trace): boolean => {
      const startMs = startOf(trace) * 1000;
      return startMs >= StartTime && startMs < EndTime;
    };
    return traces
      .all(call)
      .filter(isWithin)
      .sort((a, b) => startOf(b) - startOf(a));
  }

  return {
    PutTraceSegments({ TraceSegmentDocuments }, call) {
      const refused = TraceSegmentDocuments.flatMap((text) => {
        const read = readSegment(text);
        if ('segment' in read) {
          traces.add(call, read.segment, text.length);
          return [];
        }
        return [{ ...(read.id !== undefined && { Id: read.id }), ErrorCode: read.code, Message: read.why }];
      });
      return { UnprocessedTraceSegments: refused };
    },

    GetTraceSummaries({ FilterExpression, NextToken, ...span }, call) {
      const matches =
        FilterExpression === undefined || FilterExpression.trim() === '' ? undefined : compileFilter(FilterExpression);
      const found = within(call, span, 24).map((trace) => summaryOf(call, trace));
      const summaries = matches === undefined ? found : found.filter(matches);
      const from = NextToken === undefined ? 0 : Number(/^from-(\d{1,9})$/.exec(NextToken)?.[1] ?? Number.NaN);
      if (Number.isNaN(from)) throw badToken();
      return {
        TraceSummaries: summaries.slice(from, from + pageSize),
        ApproximateTime: span.StartTime,
        TracesProcessedCount: found.length,
        ...(summaries.length > from + pageSize ? { NextToken: `from-${from + pageSize}` } : {}),
      };
    },

    BatchGetTraces({ TraceIds }, call) {
      if (TraceIds.length > maxTracesAtOnce) {
        throw invalidRequest(`At most ${maxTracesAtOnce} trace ids can be asked for at once.`);
      }
      const found = [...new Set(TraceIds)].map((id) => [id, traces.find(call, id)] as const);
      return {
        Traces: found.flatMap(([, trace]) => (trace === undefined ? [] : [wholeTrace(trace)])),
        UnprocessedTraceIds: found.flatMap(([id, trace]) => (trace === undefined ? [id] : [])),
      };
    },

    GetTraceGraph({ TraceIds }, call) {
      return {
        Services: serviceGraph(
          call,
          TraceIds.flatMap((id) => traces.find(call, id) ?? []),
        ),
      };
    },

    GetServiceGraph({ StartTime, EndTime, GroupName = 'Default' }, call) {
      if (GroupName !== 'Default') throw invalidRequest(`The group ${GroupName} does not exist.`);
      return {
        ...{ StartTime, EndTime, ContainsOldGroupVersions: false },
        Services: serviceGraph(call, within(call, { StartTime, EndTime }, 6)),
      };
    },
  };
}

function wholeTrace(trace: Trace) {
  return {
    Id: trace.id,
    Duration: Math.round(durationOf(trace) * 1e6) / 1e6,
    LimitExceeded: false,
    Segments: [...trace.segments.values()].map((segment) => ({ Id: segment.id, Document: JSON.stringify(segment) })),
  };
}
