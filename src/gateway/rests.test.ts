import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { type Resting, Rests } from './rests.ts';

/** Rests whose timer fires when told to, and connections that say when they went on. */
function fixture(restMs = 2) {
  const timers: (() => void)[] = [];
  const wentOn: string[] = [];
  const rests = new Rests({ restMs, schedule: (then) => timers.push(then) });
  const connection = (name: string, then?: () => void): Resting => ({
    goOn() {
      wentOn.push(name);
      then?.();
    },
  });
  return { rests, timers, wentOn, connection, tick: () => timers.shift()!() };
}

test('resting connections share one timer, and there is none when nobody rests', () => {
  const { rests, timers, wentOn, connection, tick } = fixture();
  for (const name of ['a', 'b', 'c']) assert.equal(rests.rest(connection(name)), true);
  assert.equal(timers.length, 1);
  assert.deepEqual(wentOn, []);
  tick();
  assert.deepEqual(wentOn, ['a', 'b', 'c']);
  assert.equal(timers.length, 0);
});

test('whoever is refused again at a tick rests until the next', () => {
  const { rests, timers, wentOn, connection, tick } = fixture();
  const flood = connection('flood', () => rests.rest(flood));
  rests.rest(flood);
  tick();
  assert.deepEqual(wentOn, ['flood']);
  tick();
  assert.deepEqual(wentOn, ['flood', 'flood']);
  assert.equal(timers.length, 1);
});

test('eight go on at a tick, whoever rested longest first, and nobody rests for more than fifty ticks', () => {
  const { rests, wentOn, connection, tick } = fixture();
  for (let i = 0; i < 1_000; i++) rests.rest(connection(`${i}`));
  tick();
  assert.deepEqual(wentOn, ['0', '1', '2', '3', '4', '5', '6', '7']);
  for (let i = 0; i < 48; i++) tick();
  assert.equal(wentOn.length, 49 * 8);
  tick();
  assert.deepEqual(
    wentOn,
    Array.from({ length: 1_000 }, (_, i) => `${i}`),
  );
});

test('with a rest of 0 nobody rests', () => {
  const { rests, timers, connection } = fixture(0);
  assert.equal(rests.rest(connection('a')), false);
  assert.equal(timers.length, 0);
});

test('at the end of the gateway all go on at once, and none is held', () => {
  const { rests, wentOn, connection, tick } = fixture();
  rests.rest(connection('a'));
  rests.rest(connection('b'));
  rests.end();
  assert.deepEqual(wentOn, ['a', 'b']);
  tick();
  assert.deepEqual(wentOn, ['a', 'b']);
});
