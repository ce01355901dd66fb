/**
 * ports/response-cache in this process: least recently used goes first, every entry weighed by the bytes it really holds. Entries that are to be
 * encrypted are sealed with a key that is made with the cache and never leaves it (row CACHE-09).
 */
import { hash, randomBytes } from 'node:crypto';
import type { CachedReply, CachePlace, CacheTerms, ResponseCache, StageCache } from '../ports/response-cache.ts';
import { openReply, type SealedReply, sealReply } from './sealed-reply.ts';

/** In a ring by use: `newer` of the ring's head is the one not used for longest. A Map in order of use would walk over all it has forgotten. */
interface Link {
  older: Link;
  newer: Link;
}

interface Entry extends Link {
  readonly key: string;
  readonly bytes: number;
  readonly expiresAtMs: number;
  readonly reply: CachedReply | undefined;
  readonly sealed: SealedReply | undefined;
}

/** What an entry costs beside its texts: objects, the map's slot; measured by bench/response-cache.ts. */
const entryOverheadBytes = 300;

/** Everything together is held below this, whatever the stages' clusters are called: a laptop has no 237 GB. */
export function createResponseCache(maxBytesInAll: number): ResponseCache & { readonly bytes: number } {
  const caches = new Map<string, MemoryCache>();
  const keyOf = ({ apiId, stage, isCanarys }: CachePlace): string => `${apiId}/${stage}${isCanarys ? '/canary' : ''}`;

  function heldBytes(): number {
    let inAll = 0;
    for (const cache of caches.values()) inAll += cache.bytes;
    return inAll;
  }

  /** The largest cache gives way first, so that one busy stage does not starve the others. */
  function makeRoom(neededBytes: number): void {
    for (
      let over = heldBytes() + neededBytes - maxBytesInAll;
      over > 0;
      over = heldBytes() + neededBytes - maxBytesInAll
    ) {
      const largest = [...caches.values()].reduce((a, b) => (b.bytes > a.bytes ? b : a));
      if (largest.bytes === 0) return;
      largest.dropOldest();
    }
  }

  return {
    get bytes() {
      return heldBytes();
    },
    of(place, maxBytes) {
      const key = keyOf(place);
      const known = caches.get(key);
      if (known?.maxBytes === maxBytes) return known;
      const cache = new MemoryCache(Math.min(maxBytes, maxBytesInAll), maxBytes, makeRoom);
      caches.set(key, cache);
      return cache;
    },
    flush(apiId, stage) {
      for (const isCanarys of [false, true]) caches.get(keyOf({ apiId, stage, isCanarys }))?.flush();
    },
    forget(apiId, stage, whose) {
      caches.delete(keyOf({ apiId, stage, isCanarys: true }));
      if (whose === undefined) caches.delete(keyOf({ apiId, stage, isCanarys: false }));
    },
  };
}

class MemoryCache implements StageCache {
  /** As the stage names it; `#limit` may be less. */
  readonly maxBytes: number;
  bytes = 0;
  flushes = 0;
  readonly #limit: number;
  readonly #makeRoom: (neededBytes: number) => void;
  readonly #entries = new Map<string, Entry>();
  readonly #head = emptyRing();
  readonly #key = randomBytes(32);
  readonly #salt = randomBytes(32).toString('base64');

  constructor(limit: number, maxBytes: number, makeRoom: (neededBytes: number) => void) {
    this.#limit = limit;
    this.maxBytes = maxBytes;
    this.#makeRoom = makeRoom;
  }

  get(key: string, nowMs: number): CachedReply | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (nowMs >= entry.expiresAtMs) {
      this.#drop(entry);
      return undefined;
    }
    unlink(entry);
    linkAsNewest(this.#head, entry);
    return entry.reply ?? openReply(this.#key, entry.sealed!);
  }

  put(key: string, reply: CachedReply, { expiresAtMs, isEncrypted, flushes }: CacheTerms): void {
    // What was told to be forgotten meanwhile stays forgotten.
    if (flushes !== this.flushes) return;
    const sealed = isEncrypted ? sealReply(this.#key, reply) : undefined;
    const bytes = entryOverheadBytes + textBytes(key) + (sealed === undefined ? weightOf(reply) : sealed.text.length);
    const known = this.#entries.get(key);
    if (known !== undefined) this.#drop(known);
    if (bytes > this.#limit) return;
    this.#makeRoom(bytes);
    while (this.bytes + bytes > this.#limit) this.dropOldest();
    const head = this.#head;
    const kept = { reply: sealed === undefined ? reply : undefined, sealed };
    const entry: Entry = { key, bytes, expiresAtMs, ...kept, older: head, newer: head };
    this.#entries.set(key, entry);
    linkAsNewest(this.#head, entry);
    this.bytes += bytes;
  }

  hidden(key: string): string {
    return hash('sha256', this.#salt + key, 'base64');
  }

  flush(): void {
    this.flushes++;
    this.#entries.clear();
    this.#head.older = this.#head;
    this.#head.newer = this.#head;
    this.bytes = 0;
  }

  /** Only asked of a cache that holds something. */
  dropOldest(): void {
    this.#drop(this.#head.newer as Entry);
  }

  #drop(entry: Entry): void {
    this.#entries.delete(entry.key);
    unlink(entry);
    this.bytes -= entry.bytes;
  }
}

function emptyRing(): Link {
  const head = {} as Link;
  head.older = head;
  head.newer = head;
  return head;
}

/** Older than nothing but the head of its ring. */
function linkAsNewest(head: Link, link: Link): void {
  link.older = head.older;
  link.newer = head;
  head.older.newer = link;
  head.older = link;
}

function unlink({ older, newer }: Link): void {
  older.newer = newer;
  newer.older = older;
}

function weightOf({ headers, body }: CachedReply): number {
  let bytes = 0;
  for (const text of headers) bytes += textBytes(text);
  return bytes + (typeof body === 'string' ? textBytes(body) : body.length);
}

const oneByteEach = /^[\x00-\xff]*$/;

/** As the engine holds them: a byte a character, two in a text that has one above U+00FF. */
const textBytes = (text: string): number => (oneByteEach.test(text) ? text.length : text.length * 2);
