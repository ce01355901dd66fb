/** Traces in memory: their segment documents, the oldest trace given up first. */
import type { SegmentDocument } from './documents.ts';

export interface Trace {
  /** `1-<8 hex>-<24 hex>` */
  readonly id: string;
  /** By segment id, in the order they came. */
  readonly segments: ReadonlyMap<string, SegmentDocument>;
}

export interface TraceStore {
  add(place: Place, segment: SegmentDocument & { readonly trace_id: string }): void;
  find(place: Place, traceId: string): Trace | undefined;
  all(place: Place): Trace[];
  clear(): void;
}

export interface Place {
  readonly account: string;
  readonly region: string;
}

interface KeptTrace {
  readonly place: string;
  readonly id: string;
  readonly segments: Map<string, SegmentDocument>;
}

/** Some 2 KB a segment. */
export function createTraceStore({ maxSegments = 20_000 }: { readonly maxSegments?: number } = {}): TraceStore {
  const traces = new Map<string, KeptTrace>();
  let segments = 0;
  // One iterator that goes on where it stopped: a new one would walk over every trace that is gone.
  let oldestFirst = traces.entries();
  const placeOf = ({ account, region }: Place): string => `${account}/${region}`;

  return {
    add(place, segment) {
      const id = segment.trace_id;
      const key = `${placeOf(place)}/${id}`;
      let trace = traces.get(key);
      if (trace === undefined) {
        trace = { place: placeOf(place), id, segments: new Map() };
        traces.set(key, trace);
      }
      if (!trace.segments.has(segment.id)) segments++;
      trace.segments.set(segment.id, segment);
      while (segments > maxSegments) {
        const [oldestKey, oldest] = oldestFirst.next().value!;
        traces.delete(oldestKey);
        segments -= oldest.segments.size;
      }
    },
    find: (place, traceId) => traces.get(`${placeOf(place)}/${traceId}`),
    all: (place) => [...traces.values()].filter((trace) => trace.place === placeOf(place)),
    clear() {
      traces.clear();
      oldestFirst = traces.entries();
      segments = 0;
    },
  };
}

export const startOf = ({ segments }: Trace): number =>
  Math.min(...[...segments.values()].map((each) => each.start_time));

/** Seconds from the first begin to the last end; segments in progress have none. */
export function durationOf(trace: Trace): number {
  const ends = [...trace.segments.values()].map((each) => each.end_time ?? each.start_time);
  return Math.max(...ends) - startOf(trace);
}

/** The segment nobody of the trace called; the earliest of several. */
export function rootOf({ segments }: Trace): SegmentDocument {
  const all = [...segments.values()].sort((a, b) => a.start_time - b.start_time);
  const ids = new Set(all.flatMap((each) => [each, ...nestedIn(each)]).map(({ id }) => id));
  return all.find(({ parent_id }) => parent_id === undefined || !ids.has(parent_id)) ?? all[0]!;
}

/** Every subsegment, however deep. */
export function nestedIn({ subsegments = [] }: SegmentDocument): SegmentDocument[] {
  return subsegments.flatMap((each) => [each, ...nestedIn(each)]);
}
