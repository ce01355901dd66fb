import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { checkBody } from './dashboard-body.ts';

const metric = {
  ...{ type: 'metric', x: 0, y: 0, width: 12, height: 6 },
  properties: { region: 'us-east-1', metrics: [['AWS/ApiGateway', 'Count', 'ApiName', 'pets']], title: 'Calls' },
};

test('bodies as CDK and the console write them pass', () => {
  const text = { type: 'text', x: 12, y: 0, width: 12, height: 2, properties: { markdown: '# Pets' } };
  const alarm = { type: 'alarm', properties: { title: 'Alarms', alarms: ['arn:aws:cloudwatch:…'] } };
  const ofAlarm = { type: 'metric', properties: { region: 'us-east-1', annotations: { alarms: ['arn:…'] } } };
  const log = { type: 'log', properties: { region: 'us-east-1', query: "SOURCE 'g' | fields @message" } };
  assert.deepEqual(checkBody({ start: '-PT8H', widgets: [metric, text, alarm, ofAlarm, log] }), {
    complaints: [],
    warnings: [],
  });
});

test('what is wrong is told with its place', () => {
  const paths = (body: unknown): string[] =>
    checkBody(body).complaints.map(({ DataPath, Message }) => `${DataPath}: ${Message}`);
  assert.deepEqual(paths([]), [': Should be object']);
  assert.deepEqual(paths({}), [": Should have required property 'widgets'"]);
  assert.deepEqual(paths({ widgets: {} }), ['/widgets: Should be array']);
  assert.deepEqual(
    paths({
      widgets: [
        { ...metric, width: 25, x: 0.5 },
        { type: 'pie', properties: {} },
        { type: 'text', properties: {} },
        {},
      ],
    }),
    [
      '/widgets/0/x: Should be integer',
      '/widgets/0/width: Should be <= 24',
      '/widgets/1/type: Should be equal to one of the allowed values',
      "/widgets/2/properties: Should have required property 'markdown'",
      "/widgets/3: Should have required property 'type'",
      "/widgets/3: Should have required property 'properties'",
    ],
  );
  assert.deepEqual(paths({ widgets: [{ ...metric, properties: { region: 'r', metrics: [[], 'x'] } }] }), [
    '/widgets/0/properties/metrics/0: Should NOT have fewer than 1 items',
    '/widgets/0/properties/metrics/1: Should be array',
  ]);
  assert.equal(checkBody({ widgets: [], colour: 'red' }).warnings[0]!.DataPath, '/colour');
});
