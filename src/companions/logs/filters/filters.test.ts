import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { ManualClock } from '../../../base/clock.ts';
import { silentLog } from '../../../ports/telemetry.ts';
import { createMemoryStore } from '../../../store/memory.ts';
import type { MetricTransformation } from '../../../wire/generated/logs.ts';
import { createLogs } from '../logs.ts';
import { compileExtraction } from './extracted-values.ts';
import { createLogFilters } from './log-filters.ts';
import { createMetricFilter, type MetricValue } from './metric-filter.ts';
import { createSubscription } from './subscription.ts';

const group = { account: '000000000000', region: 'us-east-1', name: '/app' };
const minute = 60_000;

test('values are picked out by the names a pattern gives them', () => {
  const access = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';
  assert.deepEqual(compileExtraction('[ip, id, user, timestamp, request, status_code = 4*, size]')(access), {
    ...{ $ip: '127.0.0.1', $id: '-', $user: 'frank', $timestamp: '10/Oct/2000:13:25:15 -0700' },
    ...{ $request: 'GET /index.html HTTP/1.0', $status_code: '404', $size: '1534' },
  });
  const behind = compileExtraction('[ip, ..., status = "4,4", size]')(access);
  assert.deepEqual(
    [behind['$ip'], behind['$2'], behind['$status'], behind['$size']],
    ['127.0.0.1', '-', '404', '1534'],
  );
  assert.deepEqual(
    compileExtraction('{ $.status >= 500 && $.user.name = "a.$b" }')('{"status":502,"user":{"name":"x"}}'),
    {
      ...{ '$.status': '502', '$.user.name': 'x' },
    },
  );
  assert.deepEqual(compileExtraction('ERROR')('ERROR 1'), {});
});

function counted(filterPattern: string, transformation: Partial<MetricTransformation>) {
  const values: MetricValue[] = [];
  const record = {
    ...{ ...group, filterName: 'f', filterPattern, createdMs: 0 },
    transformation: { metricName: 'M', metricNamespace: 'N', metricValue: '1', ...transformation },
  };
  return { filter: createMetricFilter(record, (value) => values.push(value)), values };
}

test('matches are counted as the number a filter names, or by a value of the message', () => {
  const ones = counted('ERROR', { unit: 'Count' });
  for (const message of ['ERROR a', 'fine', 'ERROR b']) ones.filter.take(5, message);
  assert.deepEqual(
    ones.values.map(({ value, unit, atMs }) => [value, unit, atMs]),
    [
      [1, 'Count', 5],
      [1, 'Count', 5],
    ],
  );
  const latency = counted('{ $.ms = * }', { metricValue: '$.ms', dimensions: { Route: '$.route' } });
  latency.filter.take(1, '{"ms":12.5,"route":"/pets"}');
  latency.filter.take(1, '{"ms":"none","route":"/pets"}');
  latency.filter.take(1, '{"ms":3}');
  assert.deepEqual(
    latency.values.map(({ value, dimensions }) => [value, dimensions]),
    [[12.5, [{ Name: 'Route', Value: '/pets' }]]],
  );
  const sizes = counted('[ip, size]', { metricValue: '$size' });
  sizes.filter.take(1, '127.0.0.1 77');
  assert.equal(sizes.values[0]!.value, 77);
});

test('a minute that had events and no match gets the default when it is over', () => {
  const { filter, values } = counted('ERROR', { defaultValue: 0 });
  filter.take(10, 'fine');
  filter.take(minute + 10, 'fine');
  filter.take(minute + 20, 'ERROR');
  filter.closeMinutes(minute - 1);
  assert.deepEqual(
    values.map(({ value }) => value),
    [1],
  );
  filter.closeMinutes(2 * minute);
  filter.closeMinutes(3 * minute);
  assert.deepEqual(
    values.map(({ value, atMs }) => [value, atMs]),
    [
      [1, minute + 20],
      [0, 0],
    ],
  );
});

const subscription = {
  ...{ ...group, filterName: 'to-taker', filterPattern: '?ERROR ?WARN', destinationArn: 'arn:taker' },
  ...{ roleArn: undefined, distribution: 'ByLogStream' as const, createdMs: 0 },
};

interface Delivered {
  readonly messageType: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly subscriptionFilters: string[];
  readonly logEvents: { id: string; timestamp: number; message: string }[];
}
const unpacked = (payload: string): Delivered => {
  const { awslogs } = JSON.parse(payload) as { awslogs: { data: string } };
  return JSON.parse(gunzipSync(Buffer.from(awslogs.data, 'base64')).toString()) as Delivered;
};

test('a subscription gathers what matches by stream and hands it over packed', async () => {
  const handed: Delivered[] = [];
  const active = createSubscription(subscription, {
    invoke: async (_arn, payload) => void handed.push(unpacked(payload)),
    warn() {},
  });
  for (const [stream, message] of [
    ['a', 'ERROR 1'],
    ['b', 'WARN 2'],
    ['a', 'fine'],
    ['a', 'ERROR 3'],
  ] as const) {
    active.take(stream, 7, message);
  }
  await active.flush();
  assert.deepEqual(
    handed.map(({ messageType, logGroup, logStream, logEvents }) => [
      ...[messageType, logGroup, logStream],
      logEvents.map(({ message }) => message),
    ]),
    [
      ['DATA_MESSAGE', '/app', 'a', ['ERROR 1', 'ERROR 3']],
      ['DATA_MESSAGE', '/app', 'b', ['WARN 2']],
    ],
  );
  assert.match(handed[0]!.logEvents[0]!.id, /^\d{56}$/);
  assert.deepEqual(handed[0]!.subscriptionFilters, ['to-taker']);
});

test('what a function cannot take is lost and told of, and what waits is bounded', async () => {
  const told: string[] = [];
  let finish = (): void => {};
  const active = createSubscription(subscription, {
    invoke: () => new Promise((_, reject) => (finish = () => reject(new Error('no such function')))),
    warn: (message) => told.push(message),
  });
  for (let i = 0; i < 20_002; i++) active.take('a', i, 'ERROR');
  assert.deepEqual(told, ['Log events for arn:taker are lost: it does not keep up']);
  const flushed = active.flush();
  // Packing is done by other threads, and takes as many turns as the machine lets it.
  while (told.length < 2) {
    await new Promise(setImmediate);
    finish();
  }
  assert.equal(told[1], 'Log events for arn:taker are lost: no such function');
  for (let isDone = false; !isDone; finish()) {
    isDone = await Promise.race([
      flushed.then(() => true),
      new Promise<boolean>((resolve) => setImmediate(resolve, false)),
    ]);
  }
});

test('filters outlive the process, see every line of their group from then on, and go with it', async () => {
  const store = createMemoryStore();
  const clock = new ManualClock();
  const values: MetricValue[] = [];
  const begin = () => {
    const filters = createLogFilters({ store, clock, log: silentLog });
    filters.connect({ invoke: async () => {}, mayInvoke: async () => true, put: (value) => values.push(value) });
    return { filters, logs: createLogs({ clock, log: silentLog, dataDirectory: undefined, filters }) };
  };
  const first = begin();
  const writer = first.logs.writer.streamWriter(group, 's');
  writer.write(1, 'ERROR before');
  await first.filters.keepMetricFilter({
    ...{ ...group, filterName: 'f', filterPattern: 'ERROR', createdMs: 0 },
    transformation: { metricName: 'M', metricNamespace: 'N', metricValue: '1' },
  });
  writer.write(2, 'ERROR after');
  assert.equal(values.length, 1);
  await first.logs.close();

  const second = begin();
  await second.filters.ready();
  second.logs.writer.streamWriter(group, 's').write(3, 'ERROR again');
  assert.equal(values.length, 2);
  await second.filters.forget(group);
  second.logs.writer.streamWriter(group, 's').write(4, 'ERROR gone');
  assert.equal(values.length, 2);
  await second.logs.close();
});

test('what another node changed acts here once it is read again', async () => {
  const store = createMemoryStore();
  const clock = new ManualClock();
  const values: MetricValue[] = [];
  const node = () => {
    const filters = createLogFilters({ store, clock, log: silentLog });
    filters.connect({ invoke: async () => {}, mayInvoke: async () => true, put: (value) => values.push(value) });
    return filters;
  };
  const [here, there] = [node(), node()];
  await Promise.all([here.ready(), there.ready()]);
  const filter = (metricName: string) => ({
    ...{ ...group, filterName: 'f', filterPattern: 'ERROR', createdMs: 0 },
    transformation: { metricName, metricNamespace: 'N', metricValue: '1' },
  });
  await there.keepMetricFilter(filter('A'));
  assert.equal(here.tap(group), undefined);
  await here.reload();
  here.tap(group)!.take('s', 1, 'ERROR');
  await there.keepMetricFilter(filter('B'));
  await here.reload();
  here.tap(group)!.take('s', 1, 'ERROR');
  assert.deepEqual(
    values.map(({ name }) => name),
    ['A', 'B'],
  );
  await there.drop('metric', filter('B'));
  await here.reload();
  here.tap(group)?.take('s', 1, 'ERROR');
  assert.equal(values.length, 2);
  assert.deepEqual(here.metricFiltersOf(group), []);
  await Promise.all([here.close(), there.close()]);
});
