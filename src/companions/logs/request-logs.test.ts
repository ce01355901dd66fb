import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { ManualClock } from '../../base/clock.ts';
import { silentLog } from '../../ports/telemetry.ts';
import { createFirehose } from './firehose.ts';
import { createRequestLogs } from './request-logs.ts';

const clock = new ManualClock();
const owner = { account: '000000000000', region: 'us-east-1', isCanary: false };

function logsUnderTest() {
  const written: string[] = [];
  const firehose = createFirehose({
    awsServices: { accessTo: () => ({ origin: 'http://firehose.test', host: 'firehose.test', keys: {} as never }) },
    upstream: { send: () => Promise.reject(new Error('away')) },
    clock,
    log: silentLog,
  });
  const writer = {
    streamWriter: ({ account, name }: { account: string; name: string }) => ({
      write: (_atMs: number, line: string) => void written.push(`${account} ${name}: ${line}`),
    }),
  };
  return { written, firehose, logs: createRequestLogs({ writer, firehose, everyRequest: undefined }) };
}

test('[LOG-08] a stage logs to groups and delivery streams of its own account alone', () => {
  const { logs } = logsUnderTest();
  const foreign = [
    'arn:aws:logs:us-east-1:111111111111:log-group:theirs',
    'arn:aws:firehose:us-east-1:111111111111:deliverystream/amazon-apigateway-theirs',
  ];
  for (const arn of foreign) assert.match(String(logs.accessLog({ arn, ...owner })), /of account 111111111111/);
  for (const arn of foreign.map((each) => each.replace('111111111111', owner.account))) {
    assert.equal(typeof logs.accessLog({ arn, ...owner }), 'object', arn);
  }
  assert.match(String(logs.accessLog({ arn: 'arn:aws:s3:::bucket', ...owner })), /neither a log group nor/);
});

test('[CAN-07] lines of a canary are in the group and in /Canary below it', () => {
  const { logs, written } = logsUnderTest();
  const arn = 'arn:aws:logs:us-east-1:000000000000:log-group:access:*';
  const sink = logs.accessLog({ arn, ...owner, isCanary: true });
  assert.ok(typeof sink === 'object');
  sink.write(0, 'line');
  assert.deepEqual(written, ['000000000000 access: line', '000000000000 access/Canary: line']);
});

test('an endpoint that does not answer is waited for once, not once for each batch: the process may be ending', async () => {
  let asked = 0;
  const own = new ManualClock();
  const firehose = createFirehose({
    awsServices: { accessTo: () => ({ origin: 'http://firehose.test', host: 'firehose.test', keys: {} as never }) },
    upstream: {
      send: () => {
        asked++;
        own.advance(10_000);
        return Promise.reject(new Error('timeout'));
      },
    },
    clock: own,
    log: silentLog,
  });
  const arn = 'arn:aws:firehose:us-east-1:000000000000:deliverystream/amazon-apigateway-own';
  const sink = firehose.deliveryStream({ arn, account: owner.account });
  assert.ok(typeof sink === 'object');
  for (let i = 0; i < 2_000; i++) sink.write(0, 'x');
  await firehose.flush();
  assert.deepEqual([asked, firehose.dropped()], [1, 2_000]);
});

test('[LOG-08] what waits for a delivery stream that is away is bounded by its lines and by their length', async () => {
  const { logs, firehose } = logsUnderTest();
  const arn = 'arn:aws:firehose:us-east-1:000000000000:deliverystream/amazon-apigateway-own';
  const sink = logs.accessLog({ arn, ...owner });
  assert.ok(typeof sink === 'object');
  for (let i = 0; i < 20; i++) sink.write(0, 'x'.repeat(1_000_000));
  assert.equal(firehose.dropped(), 4);
  await firehose.flush();
  assert.equal(firehose.dropped(), 20);
  for (let i = 0; i < 20_001; i++) sink.write(0, 'x');
  assert.equal(firehose.dropped(), 21);
});
