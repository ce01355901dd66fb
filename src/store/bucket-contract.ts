/** What every adapter of ports/rate-limits must do; run by the test file of each adapter. Time is the test's own. */
import { strict as assert } from 'node:assert';
import { type TestContext, test } from 'node:test';
import { ManualClock } from '../base/clock.ts';
import type { Bucket, Buckets } from '../ports/rate-limits.ts';

/** Registers the tests under `adapter: …`. `open` gives buckets that fill by the clock, none of them drawn on yet. */
export function bucketContract(
  adapter: string,
  open: (
    clock: ManualClock,
  ) => { buckets: Buckets; settle(): Promise<void> } | Promise<{ buckets: Buckets; settle(): Promise<void> }>,
): void {
  const fact = (
    name: string,
    body: (
      parts: {
        buckets: Buckets;
        clock: ManualClock;
        take: (bucket: Bucket, times: number) => number;
        pass: (ms: number) => Promise<void>;
      },
      t: TestContext,
    ) => Promise<void>,
  ): void => {
    test(`${adapter}: ${name}`, async (t) => {
      const clock = new ManualClock();
      const { buckets, settle } = await open(clock);
      const take = (bucket: Bucket, times: number): number => {
        let taken = 0;
        for (let i = 0; i < times; i++) if (bucket.take(clock.monotonicMs())) taken++;
        return taken;
      };
      const pass = async (ms: number): Promise<void> => {
        await settle();
        clock.advance(ms);
      };
      await body({ buckets, clock, take, pass }, t);
    });
  };

  fact(
    '[THR-01] a bucket of two is empty for the third; a second later one token is back',
    async ({ buckets, take, pass }) => {
      const bucket = buckets.bucket('a', 1, 2);
      assert.equal(take(bucket, 3), 2);
      await pass(1_000);
      assert.equal(take(bucket, 2), 1);
    },
  );

  fact('a long rest fills the bucket to its burst and no further', async ({ buckets, take, pass }) => {
    const bucket = buckets.bucket('a', 100, 3);
    assert.equal(take(bucket, 5), 3);
    await pass(10_000_000);
    assert.equal(take(bucket, 5), 3);
  });

  fact('over time a bucket lets through its rate', async ({ buckets, take, pass }) => {
    const bucket = buckets.bucket('a', 50, 10);
    let taken = 0;
    for (let ms = 0; ms < 10_000; ms += 20) {
      taken += take(bucket, 3);
      await pass(20);
    }
    assert.ok(taken >= 505 && taken <= 510, String(taken));
  });

  fact('buckets of other names are other buckets', async ({ buckets, take, pass }) => {
    assert.equal(take(buckets.bucket('a', 1, 1), 2), 1);
    await pass(0);
    assert.equal(take(buckets.bucket('b', 1, 1), 2), 1);
  });

  fact('[THR-09] a rate or a burst of 0 lets nothing through', async ({ buckets, take, pass }) => {
    const [noRate, noBurst] = [buckets.bucket('a', 0, 5), buckets.bucket('b', 5, 0)];
    assert.deepEqual([take(noRate, 1), take(noBurst, 1)], [0, 0]);
    await pass(60_000);
    assert.deepEqual([take(noRate, 1), take(noBurst, 1)], [0, 0]);
  });

  fact('a changed limit keeps what was spent', async ({ buckets, take, pass }) => {
    const bucket = buckets.bucket('a', 1, 2);
    assert.equal(take(bucket, 2), 2);
    await pass(0);
    const raised = bucket.limitedTo(1, 5);
    assert.equal(take(raised, 9), 3);
    await pass(0);
    assert.equal(take(raised.limitedTo(1, 2), 9), 0);
    assert.equal(raised.limitedTo(1, 5), raised);
  });
}
