/** The same contracts over a Redis Cluster: keys that belong together have one place, and nodes hear each other wherever they listen. */
import { strict as assert } from 'node:assert';
import { after, before, describe, test } from 'node:test';
import { type RedisClusterUnderTest, startRedisCluster } from '../../../test/support/redis-cluster-under-test.ts';
import { skipWithoutRedis } from '../../../test/support/redis-under-test.ts';
import { ManualClock } from '../../base/clock.ts';
import type { ConnectionState } from '../../ports/connections.ts';
import { silentLog } from '../../ports/telemetry.ts';
import { bucketContract } from '../bucket-contract.ts';
import { connectionContract, OwnTable } from '../connection-contract.ts';
import { responseCacheContract } from '../response-cache-contract.ts';
import { openNodeMail } from './node-mail.ts';
import { joinNodes } from './nodes.ts';
import { sealingWith } from './sealing.ts';
import { createSharedBuckets } from './shared-buckets.ts';
import { createSharedCache } from './shared-cache.ts';
import { openSharedConnections } from './shared-connections.ts';
import { createSharedRates } from './shared-rates.ts';

const sealing = sealingWith(Buffer.alloc(32, 9));

describe('a Redis Cluster', { skip: skipWithoutRedis() }, () => {
  let redis: RedisClusterUnderTest;
  before(async () => {
    redis = await startRedisCluster();
  });
  after(() => redis.stop());

  bucketContract('buckets shared over a cluster', async (clock) => {
    const connection = await redis.connect(redis.newAddress());
    const options = { clock, log: silentLog, nodes: () => 1, everyMs: undefined, nowMs: () => clock.now() };
    const buckets = createSharedBuckets({ redis: connection, ...options });
    return { buckets, settle: () => buckets.sync() };
  });

  responseCacheContract('response cache shared over a cluster', async () => {
    const connection = await redis.connect(redis.newAddress());
    return createSharedCache({
      redis: connection,
      clock: new ManualClock(),
      log: silentLog,
      sealing,
      maxBytesOfStage: 1024 * 1024,
    });
  });

  connectionContract('another node’s, over a cluster,', async () => {
    const [address, clock] = [redis.newAddress(), new ManualClock()];
    const [holder, asker] = [await openNode(address, clock), await openNode(address, clock)];
    await asker.nodes.beat();
    return {
      connections: asker.joined,
      sentTo: (id) => holder.table.sentTo(id),
      stopsReading: (id) => holder.table.stopsReading(id),
      open(apiId) {
        const connectionId = holder.joined.newConnectionId(clock.now());
        holder.table.open({ connectionId, apiId, stage: 'dev' } as ConnectionState);
        holder.joined.opened({ connectionId });
        return connectionId;
      },
    };
  });

  async function openNode(address: string, clock: ManualClock) {
    const connection = await redis.connect(address);
    const time = { clock, log: silentLog, nowMs: () => clock.now() };
    const nodes = await joinNodes({ redis: connection, ...time, everyMs: undefined });
    const mail = await openNodeMail({ redis: connection, node: nodes.number, log: silentLog });
    const shared = await openSharedConnections({ redis: connection, mail, nodes, ...time, sealing });
    const table = new OwnTable();
    const joined = shared.join({
      connections: table,
      held: () => table.held(),
      orphaned: async () => {},
      disowned() {},
    });
    return { nodes, table, joined };
  }

  test('many buckets and counts are told in calls that each have one place in the cluster', async () => {
    const [address, clock] = [redis.newAddress(), new ManualClock()];
    const open = async () => {
      const connection = await redis.connect(address);
      const time = { nowMs: () => clock.now() };
      const options = { clock, log: silentLog, nodes: () => 2, everyMs: undefined, ...time };
      return {
        buckets: createSharedBuckets({ redis: connection, ...options }),
        rates: createSharedRates({ redis: connection, sealing, nodes: () => 2, ...time }),
      };
    };
    const [one, two] = [await open(), await open()];
    const names = Array.from({ length: 300 }, (_, i) => `stage/api/{proxy+}/${i}`);
    for (const name of names) assert.equal(one.buckets.bucket(name, 1, 1).take(clock.monotonicMs()), true);
    await one.buckets.sync();
    const others = names.map((name) => two.buckets.bucket(name, 1, 1));
    for (const bucket of others) bucket.take(clock.monotonicMs());
    await two.buckets.sync();
    clock.advance(1_000);
    assert.ok(others.every((bucket) => !bucket.take(clock.monotonicMs())));
    const reports = names.map((key, i) => ({ rule: 'rule', key, windowMs: 60_000, more: i }));
    await one.rates.tell(reports);
    assert.deepEqual(
      await two.rates.tell(reports),
      names.map((_, i) => 2 * i),
    );
  });
});
