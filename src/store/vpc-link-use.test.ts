import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { ManualClock } from '../base/clock.ts';
import type { V2VpcLink } from '../definition/v2-api.ts';
import { v2VpcLinks } from '../ports/records.ts';
import { silentLog } from '../ports/telemetry.ts';
import { isIdle } from '../ports/vpc-link-use.ts';
import { createMemoryStore } from './memory.ts';
import { createVpcLinkUse } from './vpc-link-use.ts';

const dayMs = 86_400_000;
const owner = { account: '000000000000', region: 'us-east-1' };
const key = [owner.account, owner.region, 'link01'];

async function kept(clock: ManualClock) {
  const store = createMemoryStore();
  const link: V2VpcLink = {
    vpcLinkId: 'link01',
    name: 'orders',
    subnetIds: ['subnet-1'],
    securityGroupIds: [],
    vpcLinkStatus: 'AVAILABLE',
    createdAtMs: clock.now(),
    tags: {},
  };
  await store.write(async (tx) => tx.put(v2VpcLinks, key, link));
  const stored = async () => (await store.read((tx) => tx.get(v2VpcLinks, key)))!;
  return { store, link, stored };
}

test('[PRV-08] a link that carried nothing for sixty days fails one request, which brings it back', async () => {
  const clock = new ManualClock();
  const { store, link } = await kept(clock);
  const use = createVpcLinkUse(store, clock, silentLog);
  clock.advance(59 * dayMs);
  assert.equal(use.use(link, owner), true);
  clock.advance(60 * dayMs);
  assert.equal(use.use(link, owner), true, 'sixty days after its last use');
  clock.advance(60 * dayMs + 1);
  assert.equal(use.use(link, owner), false);
  assert.equal(use.use(link, owner), true);
});

test('[PRV-08] a use is kept, to the day, so that a restart does not put a link to sleep', async () => {
  const clock = new ManualClock();
  const { store, link, stored } = await kept(clock);
  clock.advance(50 * dayMs);
  createVpcLinkUse(store, clock, silentLog).use(link, owner);
  clock.advance(30 * dayMs);
  await store.write(async () => {});
  const known = await stored();
  assert.equal(isIdle(link, clock.now()), true);
  assert.equal(isIdle(known, clock.now()), false);
  assert.equal(createVpcLinkUse(store, clock, silentLog).use(known, owner), true);
});
