/**
 * Traced requests that nobody asked for yet, packed. Kept as objects, a thousand a second of them made every scavenge three times as long (1.15 ms against 0.35) and the young generation twice as
 * large, which all requests paid for (`--trace-gc` under `node bench/stages.ts --only traces`).
 */
import type { TracedRequest } from '../../ports/tracing.ts';
import { EventPacker, PackedEvents } from '../packed-events.ts';
import { segmentCount } from './documents.ts';

export interface UnreadRequests {
  /** For how many segments those count that are here. */
  readonly segments: number;
  add(request: TracedRequest): void;
  /** All of them, in the order they came, each with the number of segments it counts for; none is left here. */
  take(): Iterable<{ readonly request: TracedRequest; readonly size: number }>;
  /** A page of them, about a hundredth of what may be kept. */
  dropOldest(): void;
  clear(): void;
}

interface Page {
  readonly packer: EventPacker;
  segments: number;
}

/** A segment of more is counted as several: clients write their addresses as long as they like. */
const charactersOfSegment = 2_048;

function sizeOf(request: TracedRequest): number {
  const named = request.url.length + (request.userAgent?.length ?? 0);
  return segmentCount(request) + Math.floor(named / charactersOfSegment);
}

export function createUnreadRequests(maxSegments: number): UnreadRequests {
  const segmentsOfPage = Math.ceil(maxSegments / 100);
  let pages: Page[] = [];
  let segments = 0;

  function pageToFill(): Page {
    const last = pages.at(-1);
    if (last !== undefined && last.segments < segmentsOfPage) return last;
    // As large as the last one, and some more.
    const page = { packer: new EventPacker(last === undefined ? 0 : Math.ceil(last.packer.bytes * 1.1)), segments: 0 };
    pages.push(page);
    return page;
  }

  function clear(): void {
    pages = [];
    segments = 0;
  }

  return {
    get segments() {
      return segments;
    },
    add(request) {
      const page = pageToFill();
      const size = sizeOf(request);
      page.packer.add(request.startMs, JSON.stringify(request));
      page.segments += size;
      segments += size;
    },
    take() {
      const taken = pages;
      clear();
      return requestsOf(taken);
    },
    dropOldest() {
      segments -= pages.shift()?.segments ?? 0;
    },
    clear,
  };
}

function* requestsOf(pages: readonly Page[]) {
  for (const { packer } of pages) {
    const packed = new PackedEvents(packer.packed());
    for (let i = 0; i < packed.count; i++) {
      const request = JSON.parse(packed.message(i)) as TracedRequest;
      yield { request, size: sizeOf(request) };
    }
  }
}
