/** The S3 companion as a process starts with it: it knows its requests by their heads, and reads the rest of its code when the first one comes. */
import type { HttpReply, HttpRequest } from '../../base/http.ts';
import type { StoredObjects } from '../../ports/stored-objects.ts';
import type { Service } from '../../wire/service.ts';
import { once } from '../lazy-handlers.ts';
import { isForS3, type RequestHead } from './address.ts';
import type { BucketsOptions } from './buckets.ts';
import type { CallFromWithin } from './calls-from-within.ts';

/** Above this an object is handed on as it comes; below, it comes whole like any other body. */
const streamedBytes = 256 * 1024;
/** S3's limit for one PUT, with room for the signatures of its chunks. */
const maxBodyBytes = 5.1 * 1024 * 1024 * 1024;

export interface LazyBuckets {
  /** Whether a request is S3's. */
  owns(head: RequestHead): boolean;
  readonly maxBodyBytes: number;
  /** Whether the body of such a request is handed on as it comes. */
  streamsBody(head: RequestHead): boolean;
  answer(request: HttpRequest, isForeignPage: boolean): Promise<HttpReply>;
  readonly objects: StoredObjects;
  readonly callFromWithin: CallFromWithin;
  /** For the list of what is built. */
  service(): Promise<Service>;
  reset(): Promise<void>;
  close(): Promise<void>;
}

export function createLazyBuckets(options: BucketsOptions): LazyBuckets {
  const whole = once(async () => (await import('./buckets.ts')).createBuckets(options));
  return {
    owns: isForS3,
    maxBodyBytes,
    streamsBody: ({ method, headers }) => method === 'PUT' && !isShort(headers),
    answer: async (request, isForeignPage) => (await whole.get()).answer(request, isForeignPage),
    objects: {
      read: async (name, reader) => (await whole.get()).objects.read(name, reader),
      regionOf: async (bucket) => (await whole.get()).objects.regionOf(bucket),
    },
    callFromWithin: async (...call) => (await whole.get()).callFromWithin(...call),
    service: async () => (await whole.get()).service,
    reset: async () => (await whole.made())?.reset(),
    close: async () => (await whole.made())?.close(),
  };
}

function isShort(headers: RequestHead['headers']): boolean {
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i]!.toLowerCase() === 'content-length') return Number(headers[i + 1]) <= streamedBytes;
  }
  return false;
}
