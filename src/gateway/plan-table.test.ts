import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { CanarySettings } from '../definition/rest-api.ts';
import type { Plan } from '../plan/plan.ts';
import type { Deployments, LiveRestStage, LiveStage, StageChange } from '../ports/deployments.ts';
import { silentLog } from '../ports/telemetry.ts';
import { fakePlan } from './fake-gateway.ts';
import { createPlanTable, type PlanTableOptions } from './plan-table.ts';

/** Deployments in a map, with reads that can be held back. */
class FakeDeployments implements Deployments {
  readonly live = new Map<string, LiveRestStage>();
  reads = 0;
  #held: Promise<void> | undefined;
  readonly #listeners = new Set<(change: StageChange) => void>();

  deploy(apiId: string, stage: string, deploymentId: string, canary?: CanarySettings): void {
    this.live.set(`${apiId}/${stage}`, liveStage(apiId, stage, deploymentId, canary));
    this.publish({ apiId, stageName: stage });
  }

  /** Later reads see what is live when they begin and end when the function given back is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held = promise;
    return () => {
      this.#held = undefined;
      resolve();
    };
  }

  async liveStage(apiId: string, stageName: string): Promise<LiveRestStage | undefined> {
    this.reads++;
    const seen = this.live.get(`${apiId}/${stageName}`);
    await this.#held;
    return seen;
  }

  /** Stages that exist and have no deployment. */
  readonly undeployed = new Set<string>();
  #heldNames: Promise<void> | undefined;

  holdNames(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#heldNames = promise;
    return () => {
      this.#heldNames = undefined;
      resolve();
    };
  }

  async stageNames(apiId: string): Promise<readonly string[]> {
    this.reads++;
    const names = [...this.live.keys(), ...this.undeployed].filter((key) => key.startsWith(`${apiId}/`));
    await this.#heldNames;
    return names.map((key) => key.slice(apiId.length + 1));
  }

  async apiKind(): Promise<undefined> {}

  publish(change: StageChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  onChange(listener: (change: StageChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get listeners(): number {
    return this.#listeners.size;
  }
}

/** Only what the table reads; the rest of a stage and a snapshot is the compiler's. */
function liveStage(
  apiId: string,
  stageName: string,
  deploymentId: string,
  canarySettings?: CanarySettings,
): LiveRestStage {
  return {
    kind: 'rest',
    apiId,
    account: '000000000000',
    region: 'us-east-1',
    stage: {
      stageName,
      deploymentId,
      variables: { a: 'stage', b: 'stage' },
      ...(canarySettings && { canarySettings }),
    },
    snapshot: { kind: 'rest', deploymentId },
    ...(canarySettings && { canarySnapshot: { kind: 'rest', deploymentId: canarySettings.deploymentId } }),
  } as unknown as LiveRestStage;
}

function compile(live: LiveStage) {
  assert.equal(live.kind, 'rest');
  const plan = fakePlan(live.apiId, live.stage.stageName);
  const { deploymentId } = live.snapshot;
  return {
    ...plan,
    context: { ...plan.context, deploymentId, stageVariables: (live as LiveRestStage).stage.variables ?? null },
  };
}

function tableOf(options: Partial<PlanTableOptions> = {}) {
  const deployments = new FakeDeployments();
  return { deployments, table: createPlanTable({ deployments, compile, log: silentLog, ...options }) };
}

test('a stage is compiled once, also when its first requests come together, and then found without a promise', async () => {
  let compiled = 0;
  const { deployments, table } = tableOf({
    compile(live) {
      compiled++;
      return compile(live);
    },
  });
  deployments.deploy('api', 'prod', 'd1');
  const plans = await Promise.all([table.find('api', 'prod'), table.find('api', 'prod'), table.find('api', 'prod')]);
  assert.equal(compiled, 1);
  assert.equal(new Set(plans).size, 1);
  assert.equal(table.find('api', 'prod'), plans[0]);
});

test('the first request after a deployment sees it, and every later one; a plan in use stays as it is', async () => {
  const { deployments, table } = tableOf();
  deployments.deploy('api', 'prod', 'd1');
  const before = await table.find('api', 'prod');
  deployments.deploy('api', 'prod', 'd2');
  const after = await table.find('api', 'prod');
  assert.equal(before?.context.deploymentId, 'd1');
  assert.equal(after?.context.deploymentId, 'd2');
  assert.equal(table.find('api', 'prod'), after);
});

test('a deployment made while an older one is being read is what the waiting requests get', async () => {
  const { deployments, table } = tableOf();
  deployments.live.set('api/prod', liveStage('api', 'prod', 'd1'));
  const release = deployments.hold();
  const waiting = table.find('api', 'prod');
  await Promise.resolve();
  deployments.deploy('api', 'prod', 'd2');
  release();
  assert.equal((await waiting)?.context.deploymentId, 'd2');
});

test('a stage created after a request missed it is found by the next', async () => {
  const { deployments, table } = tableOf();
  assert.equal(await table.find('api', 'prod'), undefined);
  assert.equal(table.find('api', 'prod'), undefined);
  assert.equal(deployments.reads, 2, 'the stage itself, and whether there is a $default one');
  deployments.deploy('api', 'prod', 'd1');
  assert.equal((await table.find('api', 'prod'))?.context.deploymentId, 'd1');
});

test('a stage created while a request is missing it is not remembered as missing', async () => {
  const { deployments, table } = tableOf();
  const release = deployments.hold();
  const missing = table.find('api', 'prod');
  await Promise.resolve();
  deployments.deploy('api', 'prod', 'd1');
  release();
  assert.equal((await missing)?.context.deploymentId, 'd1');
});

test('a deleted stage, a deleted API and a reset drop plans', async () => {
  const { deployments, table } = tableOf();
  for (const change of [{ apiId: 'api', stageName: 'prod' }, { apiId: 'api' }, {}]) {
    deployments.deploy('api', 'prod', 'd1');
    deployments.deploy('other', 'prod', 'd1');
    assert.notEqual(await table.find('api', 'prod'), undefined);
    const other = await table.find('other', 'prod');
    deployments.live.delete('api/prod');
    deployments.publish(change);
    assert.equal(await table.find('api', 'prod'), undefined, JSON.stringify(change));
    if (change.apiId !== undefined) assert.equal(table.find('other', 'prod'), other);
  }
});

test('a stage that cannot be compiled fails its requests, not those of others, and is tried again', async () => {
  let isBroken = true;
  const { deployments, table } = tableOf({
    compile(live) {
      if (isBroken && live.apiId === 'bad') throw new Error('broken definition');
      return compile(live);
    },
  });
  deployments.deploy('bad', 'prod', 'd1');
  deployments.deploy('good', 'prod', 'd1');
  await assert.rejects(async () => table.find('bad', 'prod'), /broken definition/);
  assert.equal((await table.find('good', 'prod'))?.context.apiId, 'good');
  isBroken = false;
  assert.equal((await table.find('bad', 'prod'))?.context.apiId, 'bad');
});

test('a loaded stage whose new deployment cannot be compiled is refused, not served from the old plan', async () => {
  let isBroken = false;
  const { deployments, table } = tableOf({
    compile(live) {
      if (isBroken) throw new Error('broken definition');
      return compile(live);
    },
  });
  deployments.deploy('api', 'prod', 'd1');
  await table.find('api', 'prod');
  isBroken = true;
  deployments.deploy('api', 'prod', 'd2');
  await assert.rejects(async () => table.find('api', 'prod'), /broken definition/);
});

test('[CAN-05] each request is given to the canary by the share of traffic, anew every time', async () => {
  const draws = [0.0999, 0.1, 0.05, 0.99];
  const { deployments, table } = tableOf({ random: () => draws.shift()! });
  deployments.deploy('api', 'prod', 'main', { percentTraffic: 10, deploymentId: 'canary', useStageCache: false });
  const ids: (string | undefined)[] = [];
  for (let i = 0; i < 4; i++) ids.push((await table.find('api', 'prod'))?.context.deploymentId);
  assert.deepEqual(ids, ['canary', 'main', 'canary', 'main']);
});

test('[CAN-06] canary requests see the stage variables overlaid by the overrides', async () => {
  let draw = 0;
  const { deployments, table } = tableOf({ random: () => draw });
  const stageVariableOverrides = { b: 'canary', c: 'canary' };
  const settings = { percentTraffic: 50, deploymentId: 'd2', useStageCache: false, stageVariableOverrides };
  deployments.deploy('api', 'prod', 'd1', settings);
  assert.deepEqual((await table.find('api', 'prod'))?.context.stageVariables, { a: 'stage', b: 'canary', c: 'canary' });
  draw = 0.9;
  assert.deepEqual((await table.find('api', 'prod'))?.context.stageVariables, { a: 'stage', b: 'stage' });
});

test('[CAN-05] of 100,000 requests the canary gets its share within 1 %, each drawn by itself', async () => {
  const { deployments, table } = tableOf();
  deployments.deploy('api', 'prod', 'd1', { percentTraffic: 12.5, deploymentId: 'd2', useStageCache: false });
  await table.find('api', 'prod');
  let canary = 0;
  for (let i = 0; i < 100_000; i++) {
    const plan = table.find('api', 'prod') as Plan;
    if (plan.context.deploymentId === 'd2') canary++;
  }
  assert.ok(Math.abs(canary / 100_000 - 0.125) < 0.01, String(canary));
});

test('a canary with a share of 0 gets no request, one of 100 every one', async () => {
  for (const [percentTraffic, expected] of [
    [0, 'd1'],
    [100, 'd2'],
  ] as const) {
    for (const draw of [0, 0.999999]) {
      const { deployments, table } = tableOf({ random: () => draw });
      deployments.deploy('api', 'prod', 'd1', { percentTraffic, deploymentId: 'd2', useStageCache: false });
      assert.equal((await table.find('api', 'prod'))?.context.deploymentId, expected);
    }
  }
});

test('no more than so many stages are kept; the one not used since goes first', async () => {
  const { deployments, table } = tableOf({ maxStages: 3 });
  for (const api of ['a', 'b', 'c', 'd']) deployments.deploy(api, 's', 'd1');
  for (const api of ['a', 'b', 'c']) await table.find(api, 's');
  await table.find('d', 's');
  assert.equal(table.loaded().length, 3);
  table.find('b', 's');
  await table.find('a', 's');
  assert.ok(table.loaded().some(({ apiId }) => apiId === 'b'));
  assert.equal(table.loaded().length, 3);
});

test('a flood of unknown stages reads the store for each once and drops no plan', async () => {
  const { deployments, table } = tableOf({ maxStages: 2 });
  deployments.deploy('api', 'prod', 'd1');
  const plan = await table.find('api', 'prod');
  await Promise.all(Array.from({ length: 50 }, (_, i) => table.find('api', `s${i}`)));
  for (let i = 0; i < 50; i++) assert.equal(table.find('api', `s${i}`), undefined);
  assert.equal(deployments.reads, 52, 'the fifty, the one that exists, and whether the API has a $default stage');
  assert.equal(table.find('api', 'prod'), plan);
});

test('a request without a stage asks the store once whether there is a $default stage', async () => {
  const { deployments, table } = tableOf();
  for (let i = 0; i < 3; i++) assert.equal(await table.find('api', ''), undefined);
  assert.equal(deployments.reads, 1);
});

const stageOf = (plan: Plan | undefined) => plan?.context.stage;

test('[HRT-01] a first segment that names no stage belongs to the $default stage; found without reading again', async () => {
  const { deployments, table } = tableOf();
  deployments.deploy('api', '$default', 'd1');
  deployments.deploy('api', 'beta', 'd1');
  assert.equal(stageOf(await table.find('api', 'pets')), '$default');
  assert.equal(stageOf(await table.find('api', '')), '$default');
  assert.equal(stageOf(await table.find('api', 'beta')), 'beta');
  const readsBefore = deployments.reads;
  for (const segment of ['dogs', '', 'pets', '$default']) {
    const plan = table.find('api', segment);
    assert.ok(plan !== undefined && !(plan instanceof Promise), segment);
    assert.equal(stageOf(plan), '$default');
  }
  assert.equal(deployments.reads, readsBefore);
});

test('[HRT-01] a stage made later takes its segment at once, one deleted gives it back, one without a deployment has nothing', async () => {
  const { deployments, table } = tableOf();
  deployments.deploy('api', '$default', 'd1');
  assert.equal(stageOf(await table.find('api', 'beta')), '$default');
  deployments.deploy('api', 'beta', 'd1');
  assert.equal(stageOf(await table.find('api', 'beta')), 'beta');
  deployments.live.delete('api/beta');
  deployments.publish({ apiId: 'api', stageName: 'beta' });
  assert.equal(stageOf(await table.find('api', 'beta')), '$default');
  deployments.undeployed.add('api/beta');
  deployments.publish({ apiId: 'api', stageName: 'beta' });
  for (let i = 0; i < 2; i++) assert.equal(await table.find('api', 'beta'), undefined);
});

test('[HRT-01] stage names read while a stage was being made are not kept', async () => {
  const { deployments, table } = tableOf();
  deployments.deploy('api', '$default', 'd1');
  await table.find('api', '$default');
  const release = deployments.holdNames();
  const before = table.find('api', 'beta');
  // Both stages have been looked for by now; the names are being read.
  for (let i = 0; i < 10; i++) await Promise.resolve();
  deployments.deploy('api', 'beta', 'd1');
  release();
  await before;
  assert.equal(stageOf(await table.find('api', 'beta')), 'beta');
});

test('a closed table listens no more', () => {
  const { deployments, table } = tableOf();
  assert.equal(deployments.listeners, 1);
  table.close();
  assert.equal(deployments.listeners, 0);
});
