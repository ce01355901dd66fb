import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { goldenPlans } from './golden-plans.ts';

for (const { name, expected, printed } of goldenPlans()) {
  test(`the plan of test/golden/${name} prints as written there`, () => {
    assert.equal(printed, expected);
  });
}
