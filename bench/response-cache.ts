/**
 * `node --expose-gc bench/response-cache.ts`: what a lookup costs by the number of entries, what a full cache costs per new entry, and what the entries
 * really hold against what the accounting says (rows CACHE-08).
 */
import { createResponseCache } from '../src/store/response-cache.ts';

const always = { nowMs: 0, expiresAtMs: 1e15, isEncrypted: false, flushes: 0 };
const collect = (globalThis as { gc?: () => void }).gc;
if (collect === undefined) throw new Error('Run it as node --expose-gc bench/response-cache.ts');

const lookups = 200_000;
const body = (i: number): string => JSON.stringify({ id: i, name: `pet-${i}`, text: 'x'.repeat(200) });
const keyOf = (i: number): string => `GET /pets/${i}?page=1`;

function costNs(count: number, work: (i: number) => void): string {
  const before = process.cpuUsage();
  for (let i = 0; i < count; i++) work(i);
  const { user, system } = process.cpuUsage(before);
  return `${Math.round(((user + system) * 1000) / count)} ns`;
}

for (const entries of [1_000, 10_000, 100_000, 1_000_000]) {
  collect();
  const heldBefore = process.memoryUsage();
  const all = createResponseCache(4e9);
  const place = { apiId: 'bench', stage: 'prod', isCanarys: false };
  const cache = all.of(place, 4e9);
  for (let i = 0; i < entries; i++) {
    cache.put(keyOf(i), { status: 200, headers: ['Content-Type', 'application/json'], body: body(i) }, always);
  }
  collect();
  const held = process.memoryUsage();
  const reallyBytes = held.heapUsed + held.external - heldBefore.heapUsed - heldBefore.external;
  const accounted = all.bytes;
  const keys = Array.from({ length: 4096 }, (_, i) => keyOf(Math.floor((i * entries) / 4096)));
  const lookup = costNs(lookups, (i) => void cache.get(keys[i & 4095]!, 0));

  // The same number of entries in a cache that is exactly full: each new one sends the oldest away.
  const fullAll = createResponseCache(accounted);
  const full = fullAll.of(place, accounted);
  for (let i = 0; i < entries; i++) full.put(keyOf(i), { status: 200, headers: [], body: body(i) }, always);
  const replace = costNs(lookups, (i) =>
    full.put(keyOf(entries + i), { status: 200, headers: [], body: 'x'.repeat(240) }, always),
  );
  console.log(
    `${entries.toLocaleString('en')} entries: lookup ${lookup}, a new entry in a full cache ${replace}, holds ${(reallyBytes / accounted).toFixed(2)} of what is accounted`,
  );
}
