import { strict as assert } from 'node:assert';
import { after, before, describe, test } from 'node:test';
import { type RedisUnderTest, skipWithoutRedis, startRedis } from '../../../test/support/redis-under-test.ts';
import { ManualClock } from '../../base/clock.ts';
import type { HeldConnection } from '../../ports/connection-nodes.ts';
import type { ConnectionState } from '../../ports/connections.ts';
import { silentLog } from '../../ports/telemetry.ts';
import { type ConnectionsUnderTest, connectionContract, OwnTable } from '../connection-contract.ts';
import { openNodeMail } from './node-mail.ts';
import { deadAfterMs, joinNodes } from './nodes.ts';
import { sealingWith } from './sealing.ts';
import { openSharedConnections } from './shared-connections.ts';

describe('connections shared over Redis', { skip: skipWithoutRedis() }, () => {
  let redis: RedisUnderTest;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.stop());

  /** A node whose table is as simple as can be; silent when it is no longer asked to beat. */
  async function openNode(address: string, clock: ManualClock, server = redis) {
    const connection = await server.connect(address);
    const time = { clock, log: silentLog, nowMs: () => clock.now() };
    const nodes = await joinNodes({ redis: connection, ...time, everyMs: undefined });
    const mail = await openNodeMail({ redis: connection, node: nodes.number, log: silentLog });
    const shared = await openSharedConnections({
      redis: connection,
      mail,
      nodes,
      ...time,
      sealing: sealingWith(Buffer.alloc(32, 7)),
    });
    const table = new OwnTable();
    const orphans: HeldConnection[] = [];
    const joined = shared.join({
      connections: table,
      held: () => table.held(),
      orphaned: async (held) => void orphans.push(held),
      disowned: (id) => void table.close(undefined, id),
    });
    return {
      ...{ connection, nodes, table, joined, orphans },
      open(apiId: string): string {
        const connectionId = joined.newConnectionId(clock.now());
        const held = { connectionId, apiId, stage: 'dev', connectedAtMs: clock.now() };
        table.open(held as unknown as ConnectionState);
        joined.opened(held);
        return connectionId;
      },
      async beat(): Promise<void> {
        await nodes.beat();
        await shared.settled();
      },
    };
  }

  type TestNode = Awaited<ReturnType<typeof openNode>>;

  const underTest = ({ table, open }: TestNode, { joined }: TestNode): ConnectionsUnderTest => ({
    ...{ open, connections: joined },
    sentTo: (id) => table.sentTo(id),
    stopsReading: (id) => table.stopsReading(id),
  });

  /** Long enough for the living to know who is dead. */
  async function whileSilent(clock: ManualClock, ...living: TestNode[]): Promise<void> {
    for (let ms = 0; ms <= deadAfterMs + 1_000; ms += 1_000) {
      clock.advance(1_000);
      for (const node of living) await node.beat();
    }
  }

  connectionContract('a node’s own', async () => {
    const node = await openNode(redis.newAddress(), new ManualClock());
    return underTest(node, node);
  });

  connectionContract('another node’s', async () => {
    const [address, clock] = [redis.newAddress(), new ManualClock()];
    const [holder, asker] = [await openNode(address, clock), await openNode(address, clock)];
    await asker.beat();
    return underTest(holder, asker);
  });

  test('[WS-19] what one node asks of another arrives in the order in which it was asked, also while it waits', async () => {
    const [address, clock] = [redis.newAddress(), new ManualClock()];
    const [holder, asker] = [await openNode(address, clock), await openNode(address, clock)];
    await asker.beat();
    const id = holder.open('api');
    const posts = Array.from({ length: 300 }, (_, i) => asker.joined.post('api', id, Buffer.from(`${i}`)));
    assert.deepEqual([...new Set(await Promise.all(posts))], ['sent']);
    assert.deepEqual(
      holder.table.sent.map(({ text }) => text),
      posts.map((_, i) => `${i}`),
    );
  });

  test('a node that dies is asked in vain for five seconds; then its connections are gone, and the end of each is told once', async () => {
    const [address, clock] = [redis.newAddress(), new ManualClock()];
    const [dying, one, two] = [
      await openNode(address, clock),
      await openNode(address, clock),
      await openNode(address, clock),
    ];
    const ids = Array.from({ length: 180 }, () => dying.open('api')).sort();
    await Promise.all([dying, one, two].map((node) => node.beat()));
    await dying.connection.close();
    const asked = one.joined.state('api', ids[0]!);
    await whileSilent(clock, one, two);
    assert.equal(await asked, undefined);
    assert.equal(await two.joined.post('api', ids[1]!, Buffer.from('x')), 'gone');
    assert.deepEqual([...one.orphans, ...two.orphans].map(({ connectionId }) => connectionId).sort(), ids);
    assert.deepEqual(
      { ...one.orphans[0] },
      { connectionId: one.orphans[0]!.connectionId, apiId: 'api', stage: 'dev', connectedAtMs: Date.UTC(2026, 0, 1) },
    );
    await whileSilent(clock, one, two);
    assert.equal(one.orphans.length + two.orphans.length, 180);
  });

  test('a node that has just come is no stranger to one that has not heard of it yet', async () => {
    const [address, clock] = [redis.newAddress(), new ManualClock()];
    const old = await openNode(address, clock);
    await whileSilent(clock, old);
    const young = await openNode(address, clock);
    const id = young.open('api');
    assert.equal(await old.joined.post('api', id, Buffer.from('welcome')), 'sent');
  });

  test('a node that said good-bye is dead at once, and what it held was ended by itself', async () => {
    const [address, clock] = [redis.newAddress(), new ManualClock()];
    const [leaving, other] = [await openNode(address, clock), await openNode(address, clock)];
    await whileSilent(clock, leaving, other);
    const id = leaving.open('api');
    assert.equal(await leaving.joined.ended(id), true);
    await leaving.nodes.close();
    await other.beat();
    assert.equal(await other.joined.state('api', id), undefined);
    await whileSilent(clock, other);
    assert.deepEqual(other.orphans, []);
  });

  test('a node that was only silent closes the connections whose ends another has told, and tells none a second time', async () => {
    const [address, clock] = [redis.newAddress(), new ManualClock()];
    const [silent, other] = [await openNode(address, clock), await openNode(address, clock)];
    const [lost, late] = [silent.open('api'), silent.open('api')];
    await silent.beat();
    await whileSilent(clock, other);
    assert.deepEqual(other.orphans.map(({ connectionId }) => connectionId).sort(), [lost, late].sort());
    // One ends just before its node hears of its own death.
    assert.equal(await silent.joined.ended(late), false);
    void silent.table.close(undefined, late);
    await silent.beat();
    assert.equal(await silent.table.state(undefined, lost), undefined, 'disowned');
    assert.equal(await silent.joined.ended(lost), false);
    const anew = silent.open('api');
    await other.beat();
    assert.equal(await other.joined.post('api', anew, Buffer.from('again')), 'sent');
    assert.equal(await silent.joined.ended(anew), true);
  });

  test('a Redis that comes back empty learns again who holds what, and nobody is taken for dead meanwhile', async () => {
    const own = await startRedis();
    try {
      const [address, clock] = [own.newAddress(), new ManualClock()];
      const [holder, other] = [await openNode(address, clock, own), await openNode(address, clock, own)];
      await whileSilent(clock, holder, other);
      const [stays, ends] = [holder.open('api'), holder.open('api')];
      await own.kill();
      await assert.rejects(other.joined.post('api', stays, Buffer.from('x')), { kind: 'InternalServerErrorException' });
      assert.equal(await holder.joined.ended(ends), true, 'told by who held it');
      void holder.table.close(undefined, ends);
      await holder.beat();
      await own.start();
      const back = (node: typeof holder): boolean => node.connection.isReady;
      while (!back(holder) || !back(other)) await new Promise((resolve) => setTimeout(resolve, 5));
      await other.beat();
      assert.notEqual(other.nodes.fate(holder.nodes.number), 'dead');
      await holder.beat();
      await other.beat();
      assert.equal(await other.joined.post('api', stays, Buffer.from('back')), 'sent');
      await whileSilent(clock, holder, other);
      assert.deepEqual(other.orphans, []);
      await holder.connection.close();
      await whileSilent(clock, other);
      assert.deepEqual(
        other.orphans.map(({ connectionId }) => connectionId),
        [stays],
      );
    } finally {
      await own.stop();
    }
  });

  test('what callers and keys are cannot be read in Redis', () => {
    const sealing = sealingWith(Buffer.alloc(32, 1));
    const sealed = sealing.seal(Buffer.from('the key'));
    assert.doesNotMatch(sealed.toString('latin1'), /the key/);
    assert.equal(sealing.open(sealed)!.toString(), 'the key');
    assert.equal(sealingWith(Buffer.alloc(32, 2)).open(sealed), undefined);
    sealed[sealed.length - 1]! ^= 1;
    assert.equal(sealing.open(sealed), undefined);
    assert.equal(sealing.open(Buffer.from('short')), undefined);
  });
});
