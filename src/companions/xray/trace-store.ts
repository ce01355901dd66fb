/** Traces in memory: their segment documents, the oldest trace given up first. */
import type { TracedRequest } from '../../ports/tracing.ts';
import { type SegmentDocument, segmentsOf } from './documents.ts';
import { createUnreadRequests } from './unread-requests.ts';

export interface Trace {
  /** `1-<8 hex>-<24 hex>` */
  readonly id: string;
  /** By segment id, in the order they came. */
  readonly segments: ReadonlyMap<string, SegmentDocument>;
}

export interface TraceStore {
  /** `characters` are those of its document: a large one counts as several. */
  add(place: Place, segment: SegmentDocument & { readonly trace_id: string }, characters?: number): void;
  /** What went through the gateway. Neither read nor written as documents before somebody asks for traces, as mostly nobody does. */
  addRequest(request: TracedRequest): void;
  find(place: Place, traceId: string): Trace | undefined;
  all(place: Place): Trace[];
  clear(): void;
}

export interface Place {
  readonly account: string;
  readonly region: string;
}

/** A segment of more is counted as several: programs write documents of 64 KB. */
const charactersOfSegment = 2_048;

class KeptTrace implements Trace {
  readonly place: string;
  readonly id: string;
  /** Segments it counts for among those that may be kept. */
  size = 0;
  #requests: TracedRequest[] = [];
  #segments: Map<string, SegmentDocument> | undefined;

  constructor(place: string, id: string) {
    this.place = place;
    this.id = id;
  }

  get segments(): ReadonlyMap<string, SegmentDocument> {
    return this.#written();
  }

  #written(): Map<string, SegmentDocument> {
    this.#segments ??= new Map();
    for (const request of this.#requests) {
      for (const segment of segmentsOf(request)) this.#segments.set(segment.id, { ...segment, trace_id: this.id });
    }
    this.#requests = [];
    return this.#segments;
  }

  /** Answers how many segments came with it. One that comes again counts again: what was in progress is over then. */
  add(segment: SegmentDocument, characters: number): number {
    this.#written().set(segment.id, segment);
    return 1 + Math.floor(characters / charactersOfSegment);
  }

  addRequest(request: TracedRequest): void {
    this.#requests.push(request);
  }
}

/** Some 2 KB a segment that was read. */
export function createTraceStore({ maxSegments = 20_000 }: { readonly maxSegments?: number } = {}): TraceStore {
  const traces = new Map<string, KeptTrace>();
  /** Of the traces that were read. */
  let segments = 0;
  const unread = createUnreadRequests(maxSegments);
  // One iterator that goes on where it stopped: a new one would walk over every trace that is gone.
  let oldestFirst = traces.entries();
  const placeOf = ({ account, region }: Place): string => `${account}/${region}`;

  function traceOf(place: string, id: string): KeptTrace {
    const key = `${place}/${id}`;
    let trace = traces.get(key);
    if (trace === undefined) {
      trace = new KeptTrace(place, id);
      traces.set(key, trace);
    }
    return trace;
  }

  function count(trace: KeptTrace, added: number): void {
    trace.size += added;
    segments += added;
  }

  /** What was read is older than what was not. */
  function dropOldest(): void {
    while (segments + unread.segments > maxSegments) {
      if (segments === 0) {
        unread.dropOldest();
        continue;
      }
      const [key, oldest] = oldestFirst.next().value!;
      traces.delete(key);
      segments -= oldest.size;
    }
  }

  function readAll(): void {
    if (unread.segments === 0) return;
    for (const { request, size } of unread.take()) {
      const trace = traceOf(placeOf(request), request.traceId);
      trace.addRequest(request);
      count(trace, size);
    }
  }

  return {
    add(place, segment, characters = 0) {
      readAll();
      const trace = traceOf(placeOf(place), segment.trace_id);
      count(trace, trace.add(segment, characters));
      dropOldest();
    },
    addRequest(request) {
      unread.add(request);
      if (segments + unread.segments > maxSegments) dropOldest();
    },
    find(place, traceId) {
      readAll();
      return traces.get(`${placeOf(place)}/${traceId}`);
    },
    all(place) {
      readAll();
      return [...traces.values()].filter((trace) => trace.place === placeOf(place));
    },
    clear() {
      traces.clear();
      oldestFirst = traces.entries();
      segments = 0;
      unread.clear();
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
