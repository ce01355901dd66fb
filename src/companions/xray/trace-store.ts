/** Traces in memory: their segment documents, the oldest trace given up first. */
import type { TracedRequest } from '../../ports/tracing.ts';
import { type SegmentDocument, segmentCount, segmentsOf } from './documents.ts';

export interface Trace {
  /** `1-<8 hex>-<24 hex>` */
  readonly id: string;
  /** By segment id, in the order they came. */
  readonly segments: ReadonlyMap<string, SegmentDocument>;
}

export interface TraceStore {
  /** `characters` are those of its document: a large one counts as several. */
  add(place: Place, segment: SegmentDocument & { readonly trace_id: string }, characters?: number): void;
  /** What went through the gateway; its documents are written when somebody asks for the trace, as mostly nobody does. */
  addRequest(request: TracedRequest): void;
  find(place: Place, traceId: string): Trace | undefined;
  all(place: Place): Trace[];
  clear(): void;
}

export interface Place {
  readonly account: string;
  readonly region: string;
}

/** A segment of more is counted as several: clients write their addresses as long as they like, programs documents of 64 KB. */
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

  addRequest(request: TracedRequest): number {
    this.#requests.push(request);
    const named = request.url.length + (request.userAgent?.length ?? 0);
    return segmentCount(request) + Math.floor(named / charactersOfSegment);
  }
}

/** Some 2 KB a segment that was read. */
export function createTraceStore({ maxSegments = 20_000 }: { readonly maxSegments?: number } = {}): TraceStore {
  const traces = new Map<string, KeptTrace>();
  let segments = 0;
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
    while (segments > maxSegments) {
      const [key, oldest] = oldestFirst.next().value!;
      traces.delete(key);
      segments -= oldest.size;
    }
  }

  return {
    add(place, segment, characters = 0) {
      const trace = traceOf(placeOf(place), segment.trace_id);
      count(trace, trace.add(segment, characters));
    },
    addRequest(request) {
      const trace = traceOf(placeOf(request), request.traceId);
      count(trace, trace.addRequest(request));
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
