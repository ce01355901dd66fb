/** CloudWatch Logs through the official SDK and the AWS CLI, and the log groups of functions. */
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  ListLogGroupsCommand,
  ListTagsForResourceCommand,
  ListTagsLogGroupCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  StartQueryCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { createFunction } from '../support/api-under-test.ts';
import { awsCli, runPage } from '../support/aws-cli.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { programPath, skipWithout } from '../support/programs.ts';

let gatewright: TestGatewright;
let logs: CloudWatchLogsClient;

before(async () => {
  gatewright = await startTestGatewright();
  logs = new CloudWatchLogsClient(clientConfig(gatewright.endpoint));
});

after(async () => {
  logs.destroy();
  await gatewright.close();
});

const refused = (call: Promise<unknown>, name: string, message?: string | RegExp): Promise<void> =>
  assert.rejects(call, (error: Error) => {
    assert.equal(error.name, name, error.message);
    if (typeof message === 'string') assert.equal(error.message, message);
    else if (message !== undefined) assert.match(error.message, message);
    return true;
  });

async function newStream(logGroupName: string, logStreamName: string): Promise<void> {
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
}

test('groups are made, listed by prefix and pattern, tagged, kept for so many days and deleted', async () => {
  const names = ['/app/one', '/app/two', '/app/Three'];
  for (const logGroupName of names) await logs.send(new CreateLogGroupCommand({ logGroupName, tags: { team: 'a' } }));
  await refused(
    logs.send(new CreateLogGroupCommand({ logGroupName: '/app/one' })),
    'ResourceAlreadyExistsException',
    'The specified log group already exists',
  );
  const listed = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/app/', limit: 2 }));
  assert.deepEqual(
    listed.logGroups?.map(({ logGroupName }) => logGroupName),
    ['/app/Three', '/app/one'],
  );
  const { creationTime, ...group } = listed.logGroups![1]!;
  assert.ok(Math.abs(creationTime! - Date.now()) < 60_000);
  assert.deepEqual(group, {
    logGroupName: '/app/one',
    metricFilterCount: 0,
    arn: 'arn:aws:logs:us-east-1:000000000000:log-group:/app/one:*',
    logGroupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:/app/one',
    storedBytes: 0,
    logGroupClass: 'STANDARD',
    deletionProtectionEnabled: false,
  });
  const rest = await logs.send(
    new DescribeLogGroupsCommand({ logGroupNamePrefix: '/app/', limit: 2, nextToken: listed.nextToken }),
  );
  assert.deepEqual(
    rest.logGroups?.map(({ logGroupName }) => logGroupName),
    ['/app/two'],
  );
  assert.equal(rest.nextToken, undefined);
  const part = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePattern: 'THREE' }));
  assert.equal(part.logGroups?.length, 1);
  const short = await logs.send(new ListLogGroupsCommand({ logGroupNamePattern: '^/app/o|two' }));
  assert.deepEqual(
    short.logGroups?.map(({ logGroupName }) => logGroupName),
    ['/app/one', '/app/two'],
  );
  await refused(
    logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: 'a', logGroupNamePattern: 'b' })),
    'InvalidParameterException',
    'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
  );

  const resourceArn = group.logGroupArn!;
  await logs.send(new TagResourceCommand({ resourceArn, tags: { stage: 'prod' } }));
  await logs.send(new UntagResourceCommand({ resourceArn, tagKeys: ['team'] }));
  assert.deepEqual((await logs.send(new ListTagsForResourceCommand({ resourceArn }))).tags, { stage: 'prod' });
  assert.deepEqual((await logs.send(new ListTagsLogGroupCommand({ logGroupName: '/app/two' }))).tags, { team: 'a' });

  await logs.send(new PutRetentionPolicyCommand({ logGroupName: '/app/one', retentionInDays: 7 }));
  const retention = async () =>
    (await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/app/one' }))).logGroups![0]!.retentionInDays;
  assert.equal(await retention(), 7);
  await refused(
    logs.send(new PutRetentionPolicyCommand({ logGroupName: '/app/one', retentionInDays: 8 })),
    'InvalidParameterException',
    /^1 validation error detected: Value '8' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: \[1, 3, 5, /,
  );
  await logs.send(new DeleteRetentionPolicyCommand({ logGroupName: '/app/one' }));
  assert.equal(await retention(), undefined);

  for (const logGroupName of names) await logs.send(new DeleteLogGroupCommand({ logGroupName }));
  const gone = 'The specified log group does not exist.';
  await refused(logs.send(new DeleteLogGroupCommand({ logGroupName: '/app/one' })), 'ResourceNotFoundException', gone);
  await refused(logs.send(new ListTagsForResourceCommand({ resourceArn })), 'ResourceNotFoundException', gone);
  await refused(
    logs.send(new CreateLogGroupCommand({ logGroupName: 'no blanks' })),
    'InvalidParameterException',
    /^1 validation error detected: Value 'no blanks' at 'logGroupName' failed to satisfy constraint: /,
  );
});

test('streams are made, listed by name and by their newest event, and deleted', async () => {
  const logGroupName = 'streams';
  await newStream(logGroupName, 'a');
  await refused(
    logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 'a' })),
    'ResourceAlreadyExistsException',
    'The specified log stream already exists',
  );
  await refused(
    logs.send(new CreateLogStreamCommand({ logGroupName: 'none', logStreamName: 'a' })),
    'ResourceNotFoundException',
    'The specified log group does not exist.',
  );
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 'b' }));
  const now = Date.now();
  for (const [logStreamName, timestamp] of [
    ['b', now - 2000],
    ['a', now - 1000],
  ] as const) {
    const logEvents = [{ timestamp, message: 'hello' }];
    await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
  }
  const names = async (input: object) =>
    (await logs.send(new DescribeLogStreamsCommand({ logGroupName, ...input }))).logStreams?.map(
      ({ logStreamName }) => logStreamName,
    );
  assert.deepEqual(await names({}), ['a', 'b']);
  assert.deepEqual(await names({ orderBy: 'LastEventTime' }), ['b', 'a']);
  assert.deepEqual(await names({ orderBy: 'LastEventTime', descending: true }), ['a', 'b']);
  assert.deepEqual(await names({ logStreamNamePrefix: 'b' }), ['b']);
  const { logStreams, nextToken } = await logs.send(new DescribeLogStreamsCommand({ logGroupName, limit: 1 }));
  const { creationTime, lastIngestionTime, uploadSequenceToken, ...stream } = logStreams![0]!;
  assert.ok(creationTime! <= lastIngestionTime! && uploadSequenceToken!.length === 56);
  assert.deepEqual(stream, {
    logStreamName: 'a',
    firstEventTimestamp: now - 1000,
    lastEventTimestamp: now - 1000,
    arn: 'arn:aws:logs:us-east-1:000000000000:log-group:streams:log-stream:a',
    storedBytes: 0,
  });
  assert.deepEqual(await names({ nextToken }), ['b']);
  await refused(
    logs.send(new DescribeLogStreamsCommand({ logGroupName, orderBy: 'LastEventTime', logStreamNamePrefix: 'a' })),
    'InvalidParameterException',
    'Cannot order by LastEventTime with a logStreamNamePrefix.',
  );
  await logs.send(new DeleteLogStreamCommand({ logGroupName, logStreamName: 'a' }));
  await refused(
    logs.send(new GetLogEventsCommand({ logGroupName, logStreamName: 'a' })),
    'ResourceNotFoundException',
    'The specified log stream does not exist.',
  );
});

test('events are put in the order of time, and what is too old or too new is told of', async () => {
  const logGroupName = 'put';
  await newStream(logGroupName, 's');
  const now = Date.now();
  const put = (...logEvents: { timestamp: number; message: string }[]) =>
    logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: 's', logEvents }));
  const at = (timestamp: number) => ({ timestamp, message: 'm' });
  assert.match((await put(at(now))).nextSequenceToken!, /^\d{56}$/);
  await refused(
    put(at(now), at(now - 1)),
    'InvalidParameterException',
    'Log events in a single PutLogEvents request must be in chronological order.',
  );
  await refused(
    put(at(now - 25 * 3_600_000), at(now)),
    'InvalidParameterException',
    'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
  );
  await refused(
    put({ timestamp: now, message: 'x'.repeat(1_048_600) }),
    'InvalidParameterException',
    'Log event too large: 1048626 bytes exceeds limit of 1048576',
  );
  await refused(
    put({ timestamp: now, message: 'x'.repeat(600_000) }, { timestamp: now, message: 'x'.repeat(600_000) }),
    'InvalidParameterException',
    'Upload too large: 1200052 bytes exceeds limit of 1048576',
  );
  const day = 86_400_000;
  assert.deepEqual((await put(at(now - 15 * day), at(now - 14 * day - 3_600_000))).rejectedLogEventsInfo, {
    tooOldLogEventEndIndex: 2,
  });
  assert.deepEqual((await put(at(now), at(now + 3 * 3_600_000))).rejectedLogEventsInfo, {
    tooNewLogEventStartIndex: 1,
  });
  const { events } = await logs.send(new GetLogEventsCommand({ logGroupName, logStreamName: 's' }));
  assert.equal(events?.length, 2);
});

test('a stream is read forwards and backwards by its tokens, which stand still at the ends', async () => {
  const logGroupName = 'read';
  await newStream(logGroupName, 's');
  const now = Date.now();
  const logEvents = Array.from({ length: 10 }, (_, i) => ({ timestamp: now + i, message: `line ${i}` }));
  await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: 's', logEvents }));
  const read = async (more: object) => {
    const page = await logs.send(new GetLogEventsCommand({ logGroupName, logStreamName: 's', limit: 4, ...more }));
    return { ...page, lines: page.events!.map(({ message }) => message!.slice(5)).join('') };
  };
  const newest = await read({});
  assert.equal(newest.lines, '6789');
  const before = await read({ nextToken: newest.nextBackwardToken });
  assert.equal(before.lines, '2345');
  assert.equal((await read({ nextToken: before.nextForwardToken })).lines, '6789');
  const end = await read({ nextToken: newest.nextForwardToken });
  assert.equal(end.lines, '');
  assert.equal(end.nextForwardToken, newest.nextForwardToken);
  const oldest = await read({ startFromHead: true });
  assert.equal(oldest.lines, '0123');
  assert.equal((await read({ nextToken: oldest.nextForwardToken })).lines, '4567');
  assert.equal((await read({ startTime: now + 2, endTime: now + 4 })).lines, '23');
  assert.deepEqual(Object.keys(oldest.events![0]!).sort(), ['ingestionTime', 'message', 'timestamp']);
  await refused(read({ nextToken: 'nonsense' }), 'InvalidParameterException', 'The specified nextToken is invalid.');
});

test('a group is filtered by time, streams and pattern, page by page', async () => {
  const logGroupName = 'filter';
  await newStream(logGroupName, 'one');
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 'two' }));
  const now = Date.now();
  for (const logStreamName of ['one', 'two']) {
    const logEvents = [200, 404, 502].map((status, i) => ({
      timestamp: now + i,
      message: JSON.stringify({ status, stream: logStreamName }),
    }));
    await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
  }
  const filter = async (more: object) => logs.send(new FilterLogEventsCommand({ logGroupName, ...more }));
  const found = async (more: object) =>
    (await filter(more)).events!.map(({ message }) => {
      const { status, stream } = JSON.parse(message!) as { status: number; stream: string };
      return `${status} ${stream}`;
    });
  assert.deepEqual(await found({ filterPattern: '{ $.status >= 400 }' }), ['404 one', '404 two', '502 one', '502 two']);
  assert.deepEqual(await found({ filterPattern: '502', logStreamNames: ['two'] }), ['502 two']);
  assert.deepEqual(await found({ logStreamNamePrefix: 'o', endTime: now + 2 }), ['200 one', '404 one']);
  const identifier = 'arn:aws:logs:us-east-1:000000000000:log-group:filter';
  const byArn = new FilterLogEventsCommand({ logGroupIdentifier: identifier, limit: 4 });
  const first = await logs.send(byArn);
  const second = await filter({ nextToken: first.nextToken });
  assert.deepEqual([first.events!.length, second.events!.length, second.nextToken], [4, 2, undefined]);
  assert.deepEqual(first.searchedLogStreams, []);
  const { eventId, ingestionTime, ...event } = first.events![0]!;
  assert.match(eventId!, /^\d{56}$/);
  assert.ok(ingestionTime! >= now - 1000);
  assert.deepEqual(event, {
    logStreamName: 'one',
    timestamp: now,
    message: '{"status":200,"stream":"one"}',
  });
  await refused(filter({ filterPattern: '{ $.status' }), 'InvalidParameterException', 'Invalid filter pattern');
  await refused(
    logs.send(new FilterLogEventsCommand({ logGroupName: 'none' })),
    'ResourceNotFoundException',
    'The specified log group does not exist.',
  );
});

test('what is not built says so', () =>
  refused(
    logs.send(new StartQueryCommand({ logGroupName: 'x', startTime: 0, endTime: 1, queryString: 'fields @message' })),
    'NotImplementedException',
  ));

test('[LOG-15] a function has a log group of its own, with START, what it printed, END and REPORT of every call', async () => {
  await createFunction(
    gatewright,
    'talker',
    'exports.handler = async (event) => { console.log("got", event.n); return 1; };',
  );
  await gatewright.lambda.send(new InvokeCommand({ FunctionName: 'talker', Payload: '{"n":7}', LogType: 'Tail' }));
  const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName: '/aws/lambda/talker' }));
  const lines = events!
    .map(({ message }) => message!.trim())
    .filter((line) => !line.includes('is not on this machine'));
  assert.ok(events!.every(({ message }) => message!.endsWith('\n')));
  assert.deepEqual(
    lines.map((line) => line.split(/[ \t]/).find((word) => /^[A-Z_]+$/.test(word))),
    ['INIT_START', 'START', 'INFO', 'END', 'REPORT'],
  );
  assert.match(lines[2]!, /\tINFO\tgot 7$/);
  assert.match(events![0]!.logStreamName!, /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
});

test('`aws logs tail --follow` shows lines as they come', { skip: skipWithout('aws') }, async () => {
  const { endpoint } = gatewright;
  await newStream('tailed', 's');
  const put = (message: string) =>
    logs.send(
      new PutLogEventsCommand({
        logGroupName: 'tailed',
        logStreamName: 's',
        logEvents: [{ timestamp: Date.now(), message }],
      }),
    );
  await put('first');
  assert.match(await awsCli(endpoint, ['logs', 'tail', 'tailed', '--format', 'short']), / first\n$/);
  const parameters = ['--endpoint-url', endpoint, '--region', 'us-east-1', 'logs', 'tail', 'tailed', '--follow'];
  const child = spawn(programPath('aws')!, parameters, {
    env: {
      PATH: process.env['PATH'],
      HOME: '/nonexistent',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      PYTHONUNBUFFERED: '1',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  while (!printed.includes('first')) await once(child.stdout, 'data');
  await put('second');
  while (!printed.includes('second')) await once(child.stdout, 'data');
  const ended = once(child, 'close');
  child.kill();
  await ended;
  assert.equal(printed.match(/first/g)?.length, 1);
});

test('the commands of docs/logs.md run as they stand there', { skip: skipWithout('aws') }, async () => {
  const root = join(import.meta.dirname, '../..');
  const printed = await runPage(readFileSync(join(root, 'docs/logs.md'), 'utf8'), gatewright.endpoint, root);
  assert.match(printed, /^\{"status":502\}\n/m);
  assert.match(printed, / one \{"status":200\}\n/);
  // What the metric filter counted, and what the tried pattern picked out.
  assert.match(printed, /^1(?:\.0)?$/m);
  assert.match(printed, /^10\.0\.0\.2\t404\tann$/m);
  assert.match(printed, /\) Method completed with status: 200\n/);
  assert.match(printed, / 127\.0\.0\.1 \[[^\]]+\] "GET \/" 200 0 [0-9a-f-]{36}\n/);
});
