import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { FellowNodes } from '../../ports/fellow-nodes.ts';
import { createMemoryStore } from '../../store/memory.ts';
import { call, cloudWatchOver, topic } from './alarms/alarm-fixture.ts';

/** Nodes that ask each other without a network between them; their questions and answers are text on the way. */
class FakeNodes {
  /** They cannot be asked, for there is nothing between them. */
  isApart = false;
  /** Does not answer, though it lives. */
  silent: number | undefined;
  readonly #answers: Map<string, (question: unknown) => unknown>[] = [];

  join(): FellowNodes {
    const number = this.#answers.length;
    const own = new Map<string, (question: unknown) => unknown>();
    this.#answers.push(own);
    const nodes = this;
    return {
      get canBeAsked() {
        return !nodes.isApart;
      },
      isFirst: number === 0,
      onQuestion: (about, answer) => void own.set(about, answer),
      async ask(about, question) {
        const text = JSON.stringify(question);
        return nodes.#answers.flatMap((answers, i) => {
          if (answers === own) return [];
          if (nodes.silent === i) throw new Error('no answer');
          return [JSON.parse(JSON.stringify(answers.get(about)!(JSON.parse(text))))];
        });
      },
    };
  }
}

function twoNodes() {
  const store = createMemoryStore();
  const nodes = new FakeNodes();
  const open = () => cloudWatchOver(store, { [topic]: 'http://hooks.test/ops' }, 200, true, nodes.join());
  const [first, second] = [open(), open()];
  /** A minute later on both, everything that was due done. */
  async function pass(): Promise<string> {
    for (const { clock } of [first, second]) clock.advance(60_000);
    for (const { companion } of [second, first]) await companion.evaluateAlarms();
    return (await first.described())[0]!.StateValue!;
  }
  return { nodes, first, second, pass };
}

const waiting = (node: ReturnType<typeof cloudWatchOver>) => ({
  ...{ Namespace: 'Shop', MetricName: 'Waiting', Period: 60 },
  ...{ StartTime: node.clock.now() - 300_000, EndTime: node.clock.now() + 60_000 },
});

test('[MET-01] whichever node is asked, a metric is the sum of what all have measured', async () => {
  const { nodes, first, second } = twoNodes();
  await first.put(2);
  await second.put(40);
  await second.put(1);
  for (const node of [first, second]) {
    const { Datapoints } = await node.handlers.GetMetricStatistics!(
      { ...waiting(node), Statistics: ['Sum', 'SampleCount', 'Maximum'] },
      call,
    );
    assert.deepEqual(
      Datapoints!.map(({ Sum, SampleCount, Maximum }) => [Sum, SampleCount, Maximum]),
      [[43, 3, 40]],
    );
    const { StartTime, EndTime } = waiting(node);
    const Metric = { Namespace: 'Shop', MetricName: 'Waiting' };
    const { MetricDataResults } = await node.handlers.GetMetricData!(
      { StartTime, EndTime, MetricDataQueries: [{ Id: 'm', MetricStat: { Metric, Period: 60, Stat: 'p99' } }] },
      call,
    );
    assert.deepEqual(MetricDataResults![0]!.Values, [40]);
  }
  await second.put(1, { MetricName: 'Elsewhere' });
  const { Metrics } = await first.handlers.ListMetrics!({}, call);
  assert.deepEqual(Metrics!.map(({ MetricName }) => MetricName).sort(), ['Elsewhere', 'Waiting']);
  // One that does not answer is left out, and so is everybody while nobody can be asked.
  nodes.silent = 1;
  const sum = async (): Promise<number | undefined> =>
    (await first.handlers.GetMetricStatistics!({ ...waiting(first), Statistics: ['Sum'] }, call)).Datapoints![0]?.Sum;
  assert.equal(await sum(), 2);
  nodes.silent = undefined;
  nodes.isApart = true;
  assert.equal(await sum(), 2);
  nodes.isApart = false;
  assert.equal(await sum(), 43);
});

test('an alarm is held against the sum by one node, and tells whom it tells once', async () => {
  const { nodes, first, second, pass } = twoNodes();
  await first.alarm({ AlarmActions: [topic] });
  await first.put(3);
  await second.put(3);
  assert.equal(await pass(), 'ALARM');
  assert.equal(first.posted.length + second.posted.length, 1);
  // Sums without a node that lives would mislead: the alarm stays as it is.
  nodes.silent = 1;
  assert.equal(await pass(), 'ALARM');
  nodes.silent = undefined;
  await first.put(1);
  assert.equal(await pass(), 'OK');
  // On their own each goes by what it has measured.
  nodes.isApart = true;
  await first.put(3);
  await second.put(3);
  assert.equal(await pass(), 'OK');
  await second.put(6);
  await pass();
  assert.equal(second.posted.length, 1);
});
