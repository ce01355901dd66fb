import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ManualClock } from '../../base/clock.ts';
import { silentLog } from '../../ports/telemetry.ts';
import { createEndpoint } from '../../wire/endpoint.ts';
import { createService } from '../../wire/service.ts';
import { createTrail } from './trail.ts';
import { keptMs, type NewTrailEvent, TrailDatabase, type TrailPlace } from './trail-database.ts';

const event = (n: number, more: Partial<NewTrailEvent> = {}): NewTrailEvent => ({
  ...{ eventId: `e${n}`, account: '1', region: 'r', atMs: n, name: 'CreateStage', source: 's', isReadOnly: false },
  ...{ userName: 'ann', accessKeyId: 'AKIA1', resources: [], record: `record ${n}` },
  ...more,
});
const everything = { account: '1', region: 'r', fromMs: 0, toMs: 1e12, limit: 50 };
const ids = (database: TrailDatabase, more: object = {}): string[] =>
  database.lookUp({ ...everything, ...more }).events.map(({ eventId }) => eventId);

test('events come newest first, page by page, of one account and region, within a time, by one attribute', () => {
  const database = new TrailDatabase(':memory:', 1e9);
  database.add(
    [1, 2, 2, 3].map((at, i) => event(i + 1, { atMs: at })),
    10,
  );
  database.add(
    [
      event(5, { account: '2' }),
      event(6, { region: 'other' }),
      event(7, { name: 'GetStage', isReadOnly: true, userName: null, resources: [{ type: 'T', name: 'x' }] }),
    ],
    10,
  );
  assert.deepEqual(ids(database), ['e7', 'e4', 'e3', 'e2', 'e1']);
  const paged: string[] = [];
  let after: TrailPlace | undefined;
  do {
    const page = database.lookUp({ ...everything, limit: 2, ...(after && { after }) });
    paged.push(...page.events.map(({ eventId }) => eventId));
    after = page.next;
  } while (after !== undefined);
  assert.deepEqual(paged, ids(database));
  assert.deepEqual(ids(database, { fromMs: 2, toMs: 3 }), ['e4', 'e3', 'e2']);
  const by = (key: string, value: unknown): string[] => ids(database, { attribute: { key, value } });
  assert.deepEqual(by('EventId', 'e2'), ['e2']);
  assert.deepEqual(by('EventName', 'GetStage'), ['e7']);
  assert.deepEqual(by('ReadOnly', true), ['e7']);
  assert.deepEqual(by('ResourceName', 'x'), ['e7']);
  assert.deepEqual(by('ResourceType', 'U'), []);
  assert.deepEqual(by('Username', 'ann').length, 4);
  database.close();
});

test('what is older than 90 days goes, and of more bytes than may be held the oldest', () => {
  const database = new TrailDatabase(':memory:', 100);
  database.add([event(1)], 1);
  database.add([event(2, { atMs: keptMs + 5 })], keptMs + 5);
  assert.deepEqual(ids(database), ['e2']);
  for (let n = 3; n < 40; n++) database.add([event(n, { atMs: keptMs + n, record: 'x'.repeat(10) })], keptMs + 40);
  const held = ids(database);
  assert.ok(held.length <= 10 && held.length >= 8, String(held.length));
  assert.equal(held[0], 'e39');
  database.close();
});

test('[MET-10] events outlive the process in a file, and go out as lines of JSON', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatewright-trail-'));
  try {
    const lines: string[] = [];
    for (const name of ['first', 'second']) {
      const clock = new ManualClock();
      const everyEvent = { write: (_atMs: number, line: string) => lines.push(line) };
      const trail = createTrail({ clock, log: silentLog, dataDirectory: folder, everyEvent });
      const endpoint = createEndpoint({
        services: [createService({ model: 'cloudtrail', handlers: trail.handlers, notBuilt: 'the rest' })],
        ...{ clock, log: silentLog, mode: 'dev', newRequestId: () => name, answered: trail.keep },
      });
      const ask = async (body: object): Promise<Record<string, unknown>> => {
        const reply = await endpoint({
          ...{ method: 'POST', path: '/', query: '', protocol: 'HTTP/1.1', secure: false, sourceIp: '127.0.0.1' },
          headers: ['X-Amz-Target', 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents'],
          body: Buffer.from(JSON.stringify(body)),
        });
        return { status: reply.status, ...(JSON.parse(String(reply.body)) as object) };
      };
      await ask({});
      const found = await ask({ MaxResults: 1 });
      const [{ CloudTrailEvent }] = found['Events'] as [{ CloudTrailEvent: string }];
      assert.equal((JSON.parse(CloudTrailEvent) as { requestID: string }).requestID, name);
      // Of this run and of those before.
      const all = (await ask({}))['Events'] as unknown[];
      assert.equal(all.length, name === 'first' ? 2 : 6);
      assert.equal((await ask({ StartTime: 5, EndTime: 4 }))['__type'], 'InvalidTimeRangeException');
      await trail.close();
    }
    assert.equal(lines.length, 8);
    assert.equal((JSON.parse(lines[0]!) as { eventName: string }).eventName, 'LookupEvents');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
