/** What a killed process leaves behind, shown with real processes on a real data directory. */
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createAwsClient } from '../support/aws-over-http.ts';
import { startGatewright } from '../support/gatewright-process.ts';

const directory = mkdtempSync(join(tmpdir(), 'gatewright-killed-'));
after(() => rmSync(directory, { recursive: true, force: true }));

test('kill -9 amid 1,000 concurrent writes loses no acknowledged write and leaves no half-made API', async () => {
  const data = join(directory, 'data');
  const config = join(directory, 'settings.json');
  writeFileSync(config, '{"restLimits": {"edgeApis": 1000}}');
  const first = await startGatewright(['--data', data, '--config', config]);
  const aws = createAwsClient(first.endpoint);
  const acknowledged: { id: string; rootResourceId: string; name: string }[] = [];
  const exited = once(first.child, 'exit');

  const writes = Array.from({ length: 1000 }, async (_, i) => {
    const api = await aws('POST', '/restapis', { name: `api-${i}` });
    acknowledged.push(api as (typeof acknowledged)[number]);
    // The kill comes while hundreds of writes are on their way.
    if (acknowledged.length === 300) first.child.kill('SIGKILL');
  });
  const outcomes = await Promise.allSettled(writes);
  await exited;
  assert.ok(
    outcomes.some(({ status }) => status === 'rejected'),
    'the kill came too late to interrupt anything',
  );

  const second = await startGatewright(['--data', data]);
  try {
    const again = createAwsClient(second.endpoint);
    for (const { id, name, rootResourceId } of acknowledged) {
      const api = await again('GET', `/restapis/${id}`);
      assert.deepEqual([api['name'], api['rootResourceId']], [name, rootResourceId]);
    }
    // Also those whose answer was cut off are either whole or not there: each has its root resource.
    let position = '';
    let seen = 0;
    do {
      const page = await again('GET', `/restapis?limit=500${position}`);
      for (const api of page['item'] as { id: string; rootResourceId: string }[]) {
        const resources = await again('GET', `/restapis/${api.id}/resources`);
        assert.deepEqual(
          (resources['item'] as { id: string }[]).map(({ id }) => id),
          [api.rootResourceId],
        );
        seen++;
      }
      position = page['position'] === undefined ? '' : `&position=${encodeURIComponent(String(page['position']))}`;
    } while (position !== '');
    assert.ok(seen >= acknowledged.length && seen <= 1000, `${seen} APIs for ${acknowledged.length} acknowledged`);
  } finally {
    await second.stop();
  }
});

test('a second process on the same data directory is refused in one sentence and harms nothing', async () => {
  const data = join(directory, 'shared');
  const first = await startGatewright(['--data', data]);
  try {
    await assert.rejects(
      startGatewright(['--data', data]),
      /exit code 1: Cannot use data directory .*: another Gatewright process has it open\n$/,
    );
    const health = await fetch(`${first.endpoint}/_/health`);
    assert.equal(health.status, 200);
  } finally {
    await first.stop();
  }
});

test('a port in use is one clear sentence and a non-zero exit', async () => {
  const first = await startGatewright(['--memory']);
  try {
    const port = new URL(first.endpoint).port;
    await assert.rejects(
      startGatewright(['--memory', '--port', port]),
      /exit code 1: Cannot listen on 127.0.0.1:\d+: another program already uses this port\n$/,
    );
  } finally {
    await first.stop();
  }
});
