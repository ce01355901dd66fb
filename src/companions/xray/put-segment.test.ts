import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compileFilter } from './filter.ts';
import { readSegment } from './put-segment.ts';
import { serviceGraph } from './service-graph.ts';
import { summaryOf } from './summaries.ts';
import { createTraceStore } from './trace-store.ts';

const place = { account: '000000000000', region: 'us-east-1' };
const good = {
  trace_id: '1-5f84c7a2-0123456789abcdef01234567',
  id: '70de5b6f19ff9a0a',
  name: 'shop',
  start_time: 1e9,
  end_time: 1e9 + 1,
};

test('whatever is taken can be summed up, filtered and drawn', () => {
  const odd: unknown[] = [null, [], {}, 'x', -1, 0, true, { __proto__: null, a: { b: [] } }, [null], 1e300];
  const members = [
    'id',
    'trace_id',
    'parent_id',
    'name',
    'start_time',
    'end_time',
    'http',
    'aws',
    'annotations',
    'metadata',
    'cause',
    'subsegments',
    'error',
    'origin',
    'user',
    'in_progress',
  ];
  const isError = compileFilter('error OR http.status > 3 OR annotation.a = 1');
  let taken = 0;
  for (const member of members) {
    for (const value of odd) {
      for (const document of [
        { ...good, [member]: value },
        { ...good, subsegments: [{ ...good, [member]: value }] },
        {
          ...good,
          http: { request: { [member]: value }, response: { status: value } },
          annotations: { [member]: value },
        },
      ]) {
        const read = readSegment(JSON.stringify(document));
        if (!('segment' in read)) {
          assert.match(read.why, /^Invalid segment/);
          continue;
        }
        taken++;
        const store = createTraceStore();
        store.add(place, read.segment);
        const traces = store.all(place);
        const summary = summaryOf(place, traces[0]!);
        assert.equal(typeof isError(summary), 'boolean');
        JSON.stringify(serviceGraph(place, traces));
      }
    }
  }
  assert.ok(taken > 50);
});

test('a time that no date has, and a document too long, are refused', () => {
  for (const [text, code] of [
    [JSON.stringify(good).replace('1000000000', '1e999'), 'InvalidStartTime'],
    [JSON.stringify({ ...good, metadata: 'x'.repeat(70_000) }), 'SegmentTooLarge'],
    [JSON.stringify({ ...good, annotations: { __proto__: 1 } }).replace('{}', '{"__proto__":"a"}'), undefined],
  ] as const) {
    const read = readSegment(text);
    assert.equal('segment' in read ? undefined : read.code, code);
    if ('segment' in read) summaryOf(place, { id: good.trace_id, segments: new Map([[good.id, read.segment]]) });
  }
});
