/** ports/vpc-link-use: known in memory to the millisecond, kept in the link's record to the day. */
import type { Clock } from '../base/clock.ts';
import { v2VpcLinks } from '../ports/records.ts';
import type { Store } from '../ports/store.ts';
import type { Log } from '../ports/telemetry.ts';
import { isIdle, type VpcLinkUse } from '../ports/vpc-link-use.ts';

const dayMs = 86_400_000;

export function createVpcLinkUse(store: Store, clock: Clock, log: Log): VpcLinkUse {
  /** By account, region and link. */
  const uses = new Map<string, { lastMs: number; keptMs: number }>();

  async function keep(key: string[], lastUsedAtMs: number): Promise<void> {
    await store.write(async (tx) => {
      const link = await tx.get(v2VpcLinks, key);
      if (link !== undefined) tx.put(v2VpcLinks, key, { ...link, lastUsedAtMs });
    });
  }

  return {
    use(link, { account, region }) {
      const key = [account, region, link.vpcLinkId];
      const name = key.join('/');
      const nowMs = clock.now();
      const { lastUsedAtMs = link.createdAtMs } = link;
      const known = uses.get(name) ?? { lastMs: lastUsedAtMs, keptMs: link.lastUsedAtMs ?? 0 };
      const wasIdle = isIdle({ ...link, lastUsedAtMs: known.lastMs }, nowMs);
      known.lastMs = nowMs;
      uses.set(name, known);
      if (nowMs - known.keptMs > dayMs) {
        known.keptMs = nowMs;
        keep(key, nowMs).catch((error) => log.warn(`Cannot note the use of a VPC link: ${String(error)}`));
      }
      return !wasIdle;
    },
  };
}
