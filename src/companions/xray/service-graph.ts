/** Who called whom in some traces: nodes for clients, services and what they called, with counts and times on nodes and edges. */
import type { Service } from '../../wire/generated/xray.ts';
import type { SegmentDocument } from './documents.ts';
import { nestedIn, type Place, rootOf, type Trace } from './trace-store.ts';

interface Tally {
  ok: number;
  errors: number;
  throttles: number;
  faults: number;
  seconds: number;
  startMs: number;
  endMs: number;
  /** Response time in milliseconds → how many. */
  readonly times: Map<number, number>;
}

interface Node {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  isRoot: boolean;
  readonly tally: Tally;
  readonly edges: Map<number, Tally>;
}

export function serviceGraph(place: Place, traces: readonly Trace[]): Service[] {
  const nodes = new Map<string, Node>();

  function node(name: string, type: string): Node {
    const key = `${type} ${name}`;
    let found = nodes.get(key);
    if (found === undefined) {
      found = { id: nodes.size, name, type, isRoot: false, tally: newTally(), edges: new Map() };
      nodes.set(key, found);
    }
    return found;
  }

  function connect(from: Node, to: Node, segment: SegmentDocument): void {
    const tally = from.edges.get(to.id) ?? newTally();
    from.edges.set(to.id, tally);
    count(tally, segment);
  }

  for (const trace of traces) {
    const segments = [...trace.segments.values()];
    const ofSegment = new Map(
      segments.map((segment) => [segment, node(segment.name, segment.origin ?? 'AWS::EC2::Instance')]),
    );
    /** Which node an id of a segment or subsegment belongs to. */
    const owner = new Map<string, Node>();
    for (const [segment, own] of ofSegment) for (const each of [segment, ...nestedIn(segment)]) owner.set(each.id, own);
    const calledIds = new Set(segments.flatMap(({ parent_id }) => parent_id ?? []));
    const root = rootOf(trace);
    for (const [segment, own] of ofSegment) {
      count(own.tally, segment);
      const caller = segment.parent_id === undefined ? undefined : owner.get(segment.parent_id);
      if (caller !== undefined && caller !== own) connect(caller, own, segment);
      if (segment === root) {
        const client = node(segment.name, 'client');
        client.isRoot = true;
        count(client.tally, segment);
        connect(client, own, segment);
      }
      // What was called and told nothing itself is known from the call alone.
      for (const call of nestedIn(segment)) {
        if (call.namespace === undefined || calledIds.has(call.id)) continue;
        const called = node(call.name, call.namespace === 'aws' ? `AWS::${call.name}` : 'remote');
        count(called.tally, call);
        connect(own, called, call);
      }
    }
  }

  return [...nodes.values()].map(
    (each): Service => ({
      ReferenceId: each.id,
      Name: each.name,
      Names: [each.name],
      ...(each.isRoot && { Root: true }),
      Type: each.type,
      ...(each.type !== 'client' && { AccountId: place.account }),
      State: 'active',
      StartTime: each.tally.startMs,
      EndTime: each.tally.endMs,
      Edges: [...each.edges].map(([ReferenceId, tally]) => ({
        ReferenceId,
        StartTime: tally.startMs,
        EndTime: tally.endMs,
        SummaryStatistics: statistics(tally),
        ResponseTimeHistogram: histogram(tally),
        Aliases: [],
      })),
      ...(each.type !== 'client' && {
        SummaryStatistics: statistics(each.tally),
        DurationHistogram: histogram(each.tally),
        ResponseTimeHistogram: histogram(each.tally),
      }),
    }),
  );
}

const newTally = (): Tally => ({
  ...{ ok: 0, errors: 0, throttles: 0, faults: 0, seconds: 0 },
  ...{ startMs: Number.POSITIVE_INFINITY, endMs: 0, times: new Map() },
});

function count(tally: Tally, { start_time, end_time = start_time, error, throttle, fault }: SegmentDocument): void {
  if (fault === true) tally.faults++;
  else if (throttle === true) tally.throttles++;
  else if (error === true) tally.errors++;
  else tally.ok++;
  const seconds = end_time - start_time;
  tally.seconds += seconds;
  tally.startMs = Math.min(tally.startMs, start_time * 1000);
  tally.endMs = Math.max(tally.endMs, end_time * 1000);
  const rounded = Math.round(seconds * 1000);
  tally.times.set(rounded, (tally.times.get(rounded) ?? 0) + 1);
}

const statistics = ({ ok, errors, throttles, faults, seconds }: Tally) => ({
  OkCount: ok,
  ErrorStatistics: { ThrottleCount: throttles, OtherCount: errors, TotalCount: errors + throttles },
  FaultStatistics: { OtherCount: faults, TotalCount: faults },
  TotalCount: ok + errors + throttles + faults,
  TotalResponseTime: seconds,
});

const histogram = ({ times }: Tally) =>
  [...times].sort(([a], [b]) => a - b).map(([ms, Count]) => ({ Value: ms / 1000, Count }));
