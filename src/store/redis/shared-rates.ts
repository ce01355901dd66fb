/** ports/rate-exchange over Redis: counts by tenths of a window, under names that say nothing of the keys, forgotten with their window. */
import type { CountReport, RateExchange } from '../../ports/rate-exchange.ts';
import { type Argument, type Redis, script } from './connection.ts';
import type { Sealing } from './sealing.ts';

export interface SharedRatesOptions {
  readonly redis: Redis;
  readonly sealing: Sealing;
  /** Nodes there are, this one among them. */
  nodes(): number;
  /** Undefined for Redis' own time. */
  readonly nowMs?: () => number;
}

const slices = 10;
/** Parts into which counts fall: those of one part are told in one call, and have the same place in a cluster. */
const parts = 16;
const maxPerCall = 500;

/** KEYS are counts. ARGV: time or '', then for each the length of a slice and how many more. Answers what each has in its window. */
const tell = script(`
local now = tonumber(ARGV[1])
if not now then local t = redis.call('TIME'); now = t[1] * 1000 + t[2] / 1000 end
local sums = {}
for i = 1, #KEYS do
  local length, more = tonumber(ARGV[i * 2]), tonumber(ARGV[i * 2 + 1])
  local slice = math.floor(now / length)
  if more > 0 then redis.call('HINCRBY', KEYS[i], slice, more) end
  local sum, counts = 0, redis.call('HGETALL', KEYS[i])
  for j = 1, #counts, 2 do
    if tonumber(counts[j]) <= slice - ${slices} then redis.call('HDEL', KEYS[i], counts[j])
    else sum = sum + tonumber(counts[j + 1]) end
  end
  redis.call('PEXPIRE', KEYS[i], string.format('%.0f', length * ${slices + 1}))
  sums[i] = sum
end
return sums`);

export function createSharedRates({ redis, sealing, nodes, nowMs }: SharedRatesOptions): RateExchange {
  async function call(reports: readonly CountReport[], names: readonly string[], part: number): Promise<number[]> {
    const args: Argument[] = [nowMs?.() ?? ''];
    for (const { windowMs, more } of reports) args.push(windowMs / slices, more);
    const keys = names.map((name) => `${redis.prefix}:{w${part}}:${name}`);
    return (await redis.run(tell, keys, args)) as number[];
  }

  return {
    get nodesApart() {
      return redis.isReady ? 1 : nodes();
    },
    async tell(reports) {
      const sums: number[] = [];
      const byPart = Array.from({ length: parts }, () => [] as number[]);
      const names = reports.map(({ rule, key }) => sealing.nameOf(`${rule} ${key}`));
      for (const [i, name] of names.entries()) byPart[name.charCodeAt(0) % parts]!.push(i);
      const calls = byPart.flatMap((indexes, part) => {
        const batches = Array.from({ length: Math.ceil(indexes.length / maxPerCall) }, (_, i) =>
          indexes.slice(i * maxPerCall, (i + 1) * maxPerCall),
        );
        return batches.map(async (batch) => {
          const answers = await call(
            batch.map((i) => reports[i]!),
            batch.map((i) => names[i]!),
            part,
          );
          for (const [j, i] of batch.entries()) sums[i] = answers[j]!;
        });
      });
      await Promise.all(calls);
      return sums;
    },
  };
}
