import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { ManualClock } from '../../base/clock.ts';
import type { Exchange } from '../exchange.ts';
import { AccessFacts, type AccessRow } from './access-row.ts';
import { asksForGuards, GuardFacts, guardVariable } from './guard-facts.ts';

const clock = new ManualClock(0);
const rowOf = (guards: GuardFacts, more: Partial<Exchange> = {}): AccessRow => ({
  x: { access: new AccessFacts(guards), startedMonotonicMs: 0, authorizer: null, ...more } as Exchange,
  reply: { status: 403, headers: [], body: '', problem: undefined },
  latencyMs: clock.monotonicMs(),
});
const value = (row: AccessRow, name: string): unknown => guardVariable(name, () => 'refused')!(row);

test('[LOG-10] each phase has its own time; what was not come to has nothing', () => {
  const guards = new GuardFacts(clock);
  guards.enter('authenticate');
  clock.advance(3);
  guards.enter('authorize');
  clock.advance(5);
  guards.leave();
  clock.advance(100);
  const row = rowOf(guards);
  assert.deepEqual(
    ['authenticate.latency', 'authenticate.status', 'authenticate.error', 'authorize.latency', 'authorize.status'].map(
      (name) => value(row, name),
    ),
    [3, 200, undefined, 5, 200],
  );
  assert.equal(value(row, 'authorizer.status'), undefined);
  assert.equal(value(row, 'authorizer.latency'), undefined);
});

test('[LOG-10] the phase that refused has the answer’s status and words, and lasted until the answer', () => {
  const guards = new GuardFacts(clock);
  guards.enter('authorizer');
  clock.advance(7);
  const row = rowOf(guards);
  assert.equal(value(row, 'authorizer.status'), 403);
  assert.equal(value(row, 'authorizer.error'), 'refused');
  assert.equal(value(row, 'authorizer.latency'), 7);
});

test('only formats that name such a variable make requests keep the time', () => {
  assert.ok(asksForGuards('$context.requestId $context.authorizer.integrationLatency'));
  assert.ok(asksForGuards('{"s":"$context.authorize.status"}'));
  assert.ok(!asksForGuards('$context.requestId $context.authorizer.principalId $context.authorizer.claims.sub'));
  assert.equal(
    guardVariable('authorizer.principalId', () => undefined),
    undefined,
  );
  assert.equal(
    guardVariable('authorizer.claims.status', () => undefined),
    undefined,
  );
});
