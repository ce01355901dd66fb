/** Answers kept for the next caller (rows CACHE-*): what the request line asks of a cache, whoever holds it. */
import type { HeaderList } from '../base/headers.ts';

export interface CachedReply {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: string | Uint8Array;
}

/** The cache of one stage, or of its canary. Times are wall-clock milliseconds. */
export interface StageCache {
  /** Rises with every flush: who asked the backend before one must not keep the answer after it. */
  readonly flushes: number;
  /** Undefined when there is nothing, or its time is over. A promise where the cache is elsewhere. */
  get(key: string, nowMs: number): CachedReply | undefined | Promise<CachedReply | undefined>;
  /** Best effort: what is larger than the cache, cannot be stored, or was asked for before a flush is not kept. */
  put(key: string, reply: CachedReply, terms: CacheTerms): void;
  /** What to call an entry instead whose key must not be read where the entry is. */
  hidden(key: string): string;
}

/** On which an answer is kept. */
export interface CacheTerms {
  readonly nowMs: number;
  readonly expiresAtMs: number;
  readonly isEncrypted: boolean;
  /** `flushes` of the cache when the backend was asked. */
  readonly flushes: number;
}

export interface CachePlace {
  readonly apiId: string;
  readonly stage: string;
  /** A canary that does not use the stage's cache has its own (row CAN-09). */
  readonly isCanarys: boolean;
}

export interface ResponseCache {
  /** Another size is another cache: what was in the old one is gone (row CACHE-08). */
  of(place: CachePlace, maxBytes: number): StageCache;
  /** Empties the caches of a stage (row CACHE-10). */
  flush(apiId: string, stage: string): void;
  /** The stage is gone, or caches no more; or only its canary is, or does. Cached again, it begins empty (row CACHE-08). */
  forget(apiId: string, stage: string, whose?: 'canary'): void;
}
