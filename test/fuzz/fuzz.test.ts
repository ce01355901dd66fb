/** A short run of each fuzzer with a seed that stays the same; longer ones are run by hand (see the files). */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compose } from '../../src/app/compose/compose.ts';
import { defaultSettings } from '../../src/app/settings.ts';
import { silentLog } from '../../src/ports/telemetry.ts';
import { fuzzAuthorizers } from './authorizer-fuzz.ts';
import { fuzzDoors } from './door-fuzz.ts';
import { startFuzzTarget } from './fuzz-target.ts';
import { fuzzHttpPlans } from './http-plan-fuzz.ts';
import { fuzzPlans } from './plan-fuzz.ts';
import { fuzzPolicies } from './policy-fuzz.ts';
import { fuzzRequests, startMixedApi } from './request-fuzz.ts';
import { fuzzSignatures } from './signature-fuzz.ts';
import { fuzzSockets } from './socket-fuzz.ts';
import { fuzzWire } from './wire-fuzz.ts';

test('spoilt AWS calls are the caller’s mistake, never a fault of ours', async () => {
  const settings = { ...defaultSettings, dataDirectory: undefined, port: 0, drainMs: 0 };
  const composed = await compose(settings, silentLog, 'fuzz');
  const findings = await fuzzWire(composed.services, 20_261_122, 4_000);
  await composed.close();
  assert.deepEqual(findings, []);
});

test('spoilt requests on a socket are answered or ended, and none brings a fault to light', async () => {
  const faults: string[] = [];
  const target = await startFuzzTarget((line) => faults.push(line));
  assert.deepEqual(await fuzzSockets(target, 20_261_122, 400), []);
  assert.deepEqual(faults, []);
  await target.close();
});

test('odd definitions compile to plans that always answer, and quickly', async () => {
  assert.deepEqual(await fuzzPlans(20_261_122, 600), []);
});

test('requests that HTTP allows and nobody would send are answered, and nothing in a mixed API makes a 5xx of them', async () => {
  const faults: string[] = [];
  const api = await startMixedApi((line) => faults.push(line));
  assert.deepEqual(await fuzzRequests(api, 20_261_126, 1_500), []);
  assert.deepEqual(faults, []);
  await api.close();
});

test('no spoilt token and no spoilt answer of an authorizer lets anybody in', async () => {
  assert.deepEqual(await fuzzAuthorizers(20_261_126, 2_000), []);
});

test('no request that was changed after it was signed is let in, unless it is only spelt otherwise', async () => {
  const { findings, refused, respelt } = await fuzzSignatures(20_261_126, 2_000);
  assert.deepEqual(findings, []);
  assert.ok(refused > 1_000 && respelt > 50, `${refused} refused, ${respelt} spelt otherwise`);
});

test('at no door is a request let in that was changed after it was signed, and bodies that are not signed come in nowhere without TLS', async () => {
  const { findings, refused, respelt } = await fuzzDoors(20_261_127, 1_000);
  assert.deepEqual(findings, []);
  for (const door of ['REST', 'HTTP', '$connect', '@connections']) {
    assert.ok(
      refused[door]! > 50 && respelt[door]! > 5,
      `${door}: ${refused[door]} refused, ${respelt[door]} spelt otherwise`,
    );
  }
});

test('policies, spoilt ones too, decide as a slow obvious evaluator does', () => {
  const { findings, decisions, refused } = fuzzPolicies(20_261_127, 4_000);
  assert.deepEqual(findings, []);
  assert.ok(Object.values(decisions).every((count) => count > 500) && refused > 1_000, JSON.stringify(decisions));
});

test('odd route keys, addresses and mappings of HTTP APIs compile to plans that always answer', async () => {
  assert.deepEqual(await fuzzHttpPlans(20_261_126, 600), []);
});
