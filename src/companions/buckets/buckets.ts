/** S3, put together: its operations behind its own door, the bytes of objects, and what lifecycle rules end. */
import type { Clock } from '../../base/clock.ts';
import type { HttpReply, HttpRequest } from '../../base/http.ts';
import type { Credentials } from '../../ports/credentials.ts';
import type { Store } from '../../ports/store.ts';
import type { StoredObjects } from '../../ports/stored-objects.ts';
import type { Log } from '../../ports/telemetry.ts';
import type { AnsweredCall } from '../../wire/endpoint.ts';
import { createService, type Service } from '../../wire/service.ts';
import type { LocalKeys } from '../local-keys.ts';
import { createAuthorize } from './authorize.ts';
import type { BucketHandlers } from './call.ts';
import { type CallFromWithin, createCallsFromWithin } from './calls-from-within.ts';
import { dataInFolder } from './data-in-folder.ts';
import { dataInStore } from './data-in-store.ts';
import { createDoor } from './door.ts';
import { bucketHandlers } from './handlers/buckets.ts';
import { listingHandlers } from './handlers/listing.ts';
import { objectSettingHandlers } from './handlers/object-settings.ts';
import { objectHandlers } from './handlers/objects.ts';
import { settingHandlers } from './handlers/settings.ts';
import { uploadHandlers } from './handlers/uploads.ts';
import { createObjectData } from './object-data.ts';
import type { BucketParts } from './parts.ts';
import { createStoredObjects } from './stored-objects.ts';
import { createSweeper } from './sweep.ts';

export interface BucketsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly mode: 'dev' | 'secure';
  readonly credentials: Credentials;
  readonly keys: LocalKeys;
  /** Where objects lie in files; undefined keeps them in the store. */
  readonly folder: string | undefined;
  /** Of all objects together, where the store is memory. */
  readonly maxBytes: number | undefined;
  readonly answered?: (made: AnsweredCall) => void;
}

export interface Buckets {
  readonly service: Service;
  readonly objects: StoredObjects;
  readonly callFromWithin: CallFromWithin;
  answer(request: HttpRequest, isForeignPage: boolean): Promise<HttpReply>;
  /** After the store was emptied. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export async function createBuckets(options: BucketsOptions): Promise<Buckets> {
  const { store, clock, keys, folder, maxBytes, log, credentials } = options;
  const raw = folder === undefined ? dataInStore(store, maxBytes) : dataInFolder(folder);
  const parts: BucketParts = { store, clock, data: createObjectData(raw, await keys.get()) };
  const service = createService({ model: 's3', handlers: allBucketHandlers(parts) as never, notBuilt: 'the rest' });
  const authorize = createAuthorize(store, () => clock.now());
  const sweeper = createSweeper(parts, log);
  return {
    service,
    objects: createStoredObjects({ parts, guard: options.mode === 'dev' ? undefined : { authorize, credentials } }),
    callFromWithin: createCallsFromWithin(service, authorize, options.mode),
    answer: createDoor({ ...options, service, authorize }),
    reset: () => parts.data.clear(),
    close: () => sweeper.close(),
  };
}

/** Of every operation that is built. */
export function allBucketHandlers(parts: BucketParts): BucketHandlers {
  return {
    ...bucketHandlers(parts),
    ...settingHandlers(parts),
    ...listingHandlers(parts),
    ...objectHandlers(parts),
    ...objectSettingHandlers(parts),
    ...uploadHandlers(parts),
  };
}
