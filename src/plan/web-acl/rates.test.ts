import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { ManualClock } from '../../base/clock.ts';
import { RequestRates } from './rates.ts';

const minute = 60_000;

test('[WAF-03] requests count for as long as the window is, each key for itself', () => {
  const clock = new ManualClock();
  const rates = new RequestRates(clock);
  assert.deepEqual(
    [1, 2, 3].map(() => rates.count('rule', 'ann', minute)),
    [1, 2, 3],
  );
  assert.equal(rates.count('rule', 'bob', minute), 1);
  assert.equal(rates.count('other', 'ann', minute), 1);
  clock.advance(30_000);
  assert.equal(rates.count('rule', 'ann', minute), 4);
  assert.deepEqual(rates.above('rule', 3, minute), ['ann']);
  clock.advance(31_000);
  assert.deepEqual(rates.above('rule', 3, minute), []);
  assert.equal(rates.count('rule', 'ann', minute), 2, 'the first three are a window ago');
  clock.advance(10 * minute);
  assert.equal(rates.count('rule', 'ann', minute), 1);
});

test('a flood of keys takes no more memory than so many', () => {
  const rates = new RequestRates(new ManualClock());
  for (let i = 0; i < 60_000; i++) rates.count('rule', `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, minute);
  assert.equal(rates.above('rule', 0, minute).length, 50_000);
});
