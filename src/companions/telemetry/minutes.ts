/** What happened within a minute of one method, and the minutes that are over, oldest given up first. */
import type { MeasuredReply, MeasuredRequest } from '../../ports/telemetry.ts';
import { Latency, type PackedLatency } from './latency.ts';

export const minuteMs = 60_000;

/** A minute of one method. Two of one minute add up: a setting that changed began a new one. */
export interface Minute {
  /** Minutes since the Unix epoch. */
  readonly minute: number;
  /** The method had series of its own then. */
  readonly isDetailed: boolean;
  readonly count: number;
  readonly clientErrors: number;
  readonly serverErrors: number;
  /** 4xx before any integration was called. */
  readonly refusals: number;
  /** Integrations that answered 4xx or 5xx themselves. */
  readonly integrationErrors: number;
  /** Integrations that could not be called or gave no answer. */
  readonly executionErrors: number;
  readonly cacheHits: number;
  readonly cacheMisses: number;
  readonly bytes: number;
  readonly leastBytes: number;
  readonly mostBytes: number;
  readonly latency: PackedLatency;
  readonly integrationLatency: PackedLatency;
}

type Counts = { -readonly [Name in keyof Omit<Minute, 'latency' | 'integrationLatency'>]: Minute[Name] };

/** The minute that is being counted. */
export class OpenMinute {
  readonly #countsBytes: boolean;
  readonly #latency = new Latency();
  readonly #integrationLatency = new Latency();
  #counts: Counts;

  /** Bytes are counted where a metric shows them. */
  constructor(minute: number, isDetailed: boolean, countsBytes: boolean) {
    this.#counts = noCounts(minute, isDetailed);
    this.#countsBytes = countsBytes;
  }

  get minute(): number {
    return this.#counts.minute;
  }

  get isDetailed(): boolean {
    return this.#counts.isDetailed;
  }

  add(request: MeasuredRequest, reply: MeasuredReply, latencyMs: number): void {
    const counts = this.#counts;
    const { status } = reply;
    const { integrationLatencyMs, cacheOutcome } = request;
    counts.count++;
    if (status >= 400) {
      if (status >= 500) counts.serverErrors++;
      else counts.clientErrors++;
      if (integrationLatencyMs >= 0 && reply.problem === undefined) counts.integrationErrors++;
      else if (status >= 500) counts.executionErrors++;
      else counts.refusals++;
    }
    if (cacheOutcome === 'hit') counts.cacheHits++;
    else if (cacheOutcome === 'miss') counts.cacheMisses++;
    if (this.#countsBytes) {
      const bytes = bytesOf(request, reply);
      counts.bytes += bytes;
      if (bytes < counts.leastBytes) counts.leastBytes = bytes;
      if (bytes > counts.mostBytes) counts.mostBytes = bytes;
    }
    this.#latency.add(latencyMs);
    if (integrationLatencyMs >= 0) this.#integrationLatency.add(integrationLatencyMs);
  }

  /** As it is so far; undefined when nothing came. */
  soFar(): Minute | undefined {
    if (this.#counts.count === 0) return undefined;
    return {
      ...this.#counts,
      latency: this.#latency.packed(),
      integrationLatency: this.#integrationLatency.packed(),
    };
  }

  /** Begins another minute in the same memory. */
  begin(minute: number, isDetailed: boolean): void {
    this.#counts = noCounts(minute, isDetailed);
    this.#latency.clear();
    this.#integrationLatency.clear();
  }
}

function noCounts(minute: number, isDetailed: boolean): Counts {
  return {
    minute,
    isDetailed,
    count: 0,
    clientErrors: 0,
    serverErrors: 0,
    refusals: 0,
    integrationErrors: 0,
    executionErrors: 0,
    cacheHits: 0,
    cacheMisses: 0,
    bytes: 0,
    leastBytes: Number.POSITIVE_INFINITY,
    mostBytes: 0,
  };
}

/** Of the request its head and body, of the answer its body (recorded: 327 for a refusal of 23 bytes, so requests count). */
function bytesOf({ request }: MeasuredRequest, { body }: MeasuredReply): number {
  let bytes = request.path.length + request.query.length + request.body.length;
  for (const text of request.headers) bytes += text.length;
  return bytes + (typeof body === 'string' ? Buffer.byteLength(body) : body.length);
}

/** Whose minutes are kept. */
export interface MinuteOwner {
  readonly minutes: Minute[];
}

/** Minutes of all methods that are over, within bounds of number and age. */
export class ClosedMinutes {
  readonly #maxMinutes: number;
  readonly #maxAgeMinutes: number;
  /** Owners in the order in which minutes were closed, from `#first` on: that of the oldest minute is the one to lose it. */
  #owners: MinuteOwner[] = [];
  #first = 0;

  constructor({ maxMinutes, maxAgeMinutes }: { maxMinutes: number; maxAgeMinutes: number }) {
    this.#maxMinutes = maxMinutes;
    this.#maxAgeMinutes = maxAgeMinutes;
  }

  get count(): number {
    return this.#owners.length - this.#first;
  }

  add(owner: MinuteOwner, minute: Minute, nowMinute: number): void {
    owner.minutes.push(minute);
    this.#owners.push(owner);
    for (;;) {
      const oldest = this.#owners[this.#first]?.minutes[0];
      const isOver = this.count > this.#maxMinutes || (oldest && nowMinute - oldest.minute > this.#maxAgeMinutes);
      if (!isOver) break;
      this.#owners[this.#first++]!.minutes.shift();
    }
    if (this.#first > 1000 && this.#first * 2 > this.#owners.length) {
      this.#owners = this.#owners.slice(this.#first);
      this.#first = 0;
    }
  }

  clear(): void {
    this.#owners = [];
    this.#first = 0;
  }
}
