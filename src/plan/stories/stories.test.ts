import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compileRest } from '../compile-rest.ts';
import { exchange, liveStage, mock200, planTools, restSnapshot } from '../plan-fixture.ts';
import { runPlan } from '../run.ts';
import { createStories } from './stories.ts';
import { wholeStory } from './tell-story.ts';

const plan = () => compileRest(liveStage(restSnapshot({ 'GET /pets': mock200, 'POST /pets': mock200 })), planTools());

test('a story keeps no more of large bodies than it shows', async () => {
  const stories = createStories();
  const run = stories.run(runPlan);
  const x = exchange({ method: 'POST', path: '/pets', body: 'ü'.repeat(1_000_000) });
  await run(stories.plan(plan()), x);
  const story = stories.find(x.requestId)!;
  assert.equal(x.request.body.length, 2_000_000);
  assert.equal(story.x.request.body.length, 0);
  const { request } = wholeStory(story);
  assert.ok(request!.body.length < 10_000);
  assert.match(request!.body, /… \(2000000 bytes in all\)$/);
});

test('the ring keeps the latest, and an id that comes again is told once', async () => {
  const stories = createStories({ maxStories: 2 });
  const run = stories.run(runPlan);
  const through = stories.plan(plan());
  for (const requestId of ['a', 'b', 'c', 'b']) {
    const x = exchange({ path: '/pets' });
    x.requestId = requestId;
    await run(through, x);
  }
  assert.deepEqual(
    stories.latest().map(({ x }) => x.requestId),
    ['b', 'c'],
  );
  assert.equal(stories.find('a'), undefined);
});

test('a plan that tells stories prints itself as it did, and answers the same', async () => {
  const stories = createStories();
  const own = plan();
  const telling = stories.plan(own);
  assert.deepEqual(
    telling.methods.map(({ integration, inbound }) => [integration.name, inbound.map(({ name }) => name)]),
    own.methods.map(({ integration, inbound }) => [integration.name, inbound.map(({ name }) => name)]),
  );
  const [a, b] = [await runPlan(own, exchange({ path: '/pets' })), await runPlan(telling, exchange({ path: '/pets' }))];
  assert.deepEqual([b.status, b.body], [a.status, a.body]);
  assert.deepEqual(stories.latest(), []);
});
