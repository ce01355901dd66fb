/**
 * ports/connection-nodes over Redis. The number of the node that holds a connection stands in the connection's id, so nobody has to be asked where it is: the
 * node is. A node that dies is taken for dead after five seconds of silence; then its connections are gone, and one of the others tells the end of each.
 */
import type { Clock } from '../../base/clock.ts';
import { newConnectionId, nodeOfConnection } from '../../base/connection-ids.ts';
import { Problem } from '../../base/problem.ts';
import type {
  ConnectionNodes,
  HeldConnection,
  JoinedConnections,
  OwnConnections,
} from '../../ports/connection-nodes.ts';
import type { ConnectionState, Connections, PostOutcome } from '../../ports/connections.ts';
import type { Log } from '../../ports/telemetry.ts';
import { type Redis, reasonOf } from './connection.ts';
import { type HeldConnections, heldConnections } from './held-connections.ts';
import type { Letter, NodeMail } from './node-mail.ts';
import type { Nodes } from './nodes.ts';
import type { Sealing } from './sealing.ts';

export interface SharedConnections extends ConnectionNodes {
  /** Puts right what is written of this node's connections, and tells the ends of those of the dead. Runs by itself; tests await it. */
  settled(): Promise<void>;
}

export interface SharedConnectionsOptions {
  readonly redis: Redis;
  readonly mail: NodeMail;
  readonly nodes: Nodes;
  readonly clock: Clock;
  readonly log: Log;
  readonly sealing: Sealing;
  readonly nowMs?: () => number;
}

/** A dead node's connections are ended so many at a time. */
const endedAtOnce = 50;
/** Written at once. */
const heldAtOnce = 500;
/** Before a node is asked again that did not hear; it is found dead, or comes back, within seconds. */
const askAgainMs = 50;
const undecidedAfterMs = 12_000;

const topic = 'connection';
const noBytes: Uint8Array = new Uint8Array();

/** Resolves when other nodes can ask for connections of this one. */
export async function openSharedConnections(options: SharedConnectionsOptions): Promise<SharedConnections> {
  const { redis, mail, nodes, clock, log } = options;
  const written = heldConnections({ redis, node: nodes.number, sealing: options.sealing, nowMs: options.nowMs });
  let own: OwnConnections | undefined;
  /** Something could not be written. */
  let isBehind = false;
  let puttingRight: Promise<void> = Promise.resolve();
  /** Set while the ends of a dead node's connections are being told, which takes as long as their backends do. */
  let inheriting: Promise<void> | undefined;

  mail.onQuestion(topic, (question) => answerFor(own?.connections, question));
  await written.live();
  nodes.onHeartbeat(({ was, dead }) => {
    mail.giveUp((node) => nodes.fate(node) === 'dead');
    puttingRight = puttingRight
      .then(() => written.live())
      .then(() => (was !== 'alive' || isBehind ? putRight() : undefined))
      .catch((error: unknown) => {
        isBehind = true;
        log.debug('Cannot write down what this node holds', { why: reasonOf(error) });
      });
    inheriting ??= inherit(dead.filter((node) => nodes.fate(node) === 'dead'))
      .catch((error: unknown) => log.debug('Cannot take what a dead node held', { why: reasonOf(error) }))
      .finally(() => {
        inheriting = undefined;
      });
  });

  function behind(): void {
    isBehind = true;
  }

  const heldNow = (): Map<string, HeldConnection> =>
    new Map([...(own?.held() ?? [])].map((each) => [each.connectionId, each]));

  async function putRight(): Promise<void> {
    isBehind = false;
    const { held, taken } = await written.written();
    const isMissing = (id: string): boolean => !held.has(id) && !taken.has(id);
    const missing = [...heldNow().keys()].filter(isMissing);
    for (let i = 0; i < missing.length; i += heldAtOnce) {
      // Those that have ended meanwhile are to stay away.
      const open = heldNow();
      await written.hold(missing.slice(i, i + heldAtOnce).flatMap((id) => open.get(id) ?? []));
    }
    const open = heldNow();
    for (const id of held) if (!open.has(id)) await written.release(id);
    for (const id of taken) if (open.has(id)) own?.disowned(id);
  }

  async function inherit(dead: readonly number[]): Promise<void> {
    for (const node of dead) {
      let orphans = 0;
      for (;;) {
        const found = await written.take(node, endedAtOnce);
        if (found.length === 0) break;
        orphans += found.length;
        await Promise.all(found.map((held) => own?.orphaned(held)));
      }
      await nodes.bury(node);
      if (orphans > 0) log.warn(`Node ${node} died; the ends of ${orphans} WebSocket connections of its were told`);
    }
  }

  return {
    join(joined) {
      own = joined;
      return joinedConnections({ own: joined, nodes, mail, written, clock, behind });
    },
    async settled() {
      await puttingRight;
      await inheriting;
    },
  };
}

interface Joining {
  readonly own: OwnConnections;
  readonly nodes: Nodes;
  readonly mail: NodeMail;
  readonly written: HeldConnections;
  readonly clock: Clock;
  behind(): void;
}

function joinedConnections({ own, nodes, mail, written, clock, behind }: Joining): JoinedConnections {
  /** Undefined when the node is dead, and everything it held with it. */
  async function ask(node: number, letter: Letter): Promise<Letter | undefined> {
    const startedMs = clock.monotonicMs();
    for (;;) {
      if (nodes.fate(node) === 'dead') await nodes.lookAgain();
      if (nodes.fate(node) === 'dead') return undefined;
      const answer = await mail.ask(node, topic, letter).catch((error: unknown) => {
        throw unreachable(node, reasonOf(error));
      });
      if (answer !== 'nobody heard') return answer;
      if (clock.monotonicMs() - startedMs > undecidedAfterMs) throw unreachable(node, 'it is silent, and not dead yet');
      await new Promise((resolve) => setTimeout(resolve, askAgainMs).unref());
    }
  }

  function askHolder(verb: string, apiId: string | undefined, connectionId: string, bytes = noBytes) {
    return ask(nodeOfConnection(connectionId), { head: { verb, apiId, connectionId }, bytes });
  }

  const isOwn = (connectionId: string): boolean => nodeOfConnection(connectionId) === nodes.number;
  const { connections } = own;
  return {
    newConnectionId: (nowMs) => newConnectionId(nowMs, nodes.number),
    opened: (held) => void written.hold([held]).catch(behind),
    async ended(connectionId) {
      try {
        return await written.release(connectionId);
      } catch {
        behind();
        return true;
      }
    },
    async state(apiId, connectionId) {
      if (isOwn(connectionId)) return connections.state(apiId, connectionId);
      return (await askHolder('state', apiId, connectionId))?.head['state'] as ConnectionState | undefined;
    },
    async post(apiId, connectionId, data) {
      if (isOwn(connectionId)) return connections.post(apiId, connectionId, data);
      const answer = await askHolder('post', apiId, connectionId, data);
      return (answer?.head['outcome'] ?? 'gone') as PostOutcome;
    },
    async close(apiId, connectionId) {
      if (isOwn(connectionId)) return connections.close(apiId, connectionId);
      return (await askHolder('close', apiId, connectionId))?.head['wasOpen'] === true;
    },
  };
}

async function answerFor(connections: Connections | undefined, { head, bytes }: Letter): Promise<Letter> {
  const { verb, apiId, connectionId } = head as { verb: string; apiId?: string; connectionId: string };
  const says = (answer: Letter['head']): Letter => ({ head: answer, bytes: noBytes });
  switch (verb) {
    case 'state':
      return says({ state: await connections?.state(apiId, connectionId) });
    case 'post':
      return says({ outcome: (await connections?.post(apiId, connectionId, bytes)) ?? 'gone' });
    case 'close':
      return says({ wasOpen: (await connections?.close(apiId, connectionId)) ?? false });
    default:
      throw new Error(`asked for ${verb}, which this version does not know`);
  }
}

const unreachable = (node: number, why: string): Problem =>
  new Problem('InternalServerErrorException', 'Internal server error', {
    why: `node ${node} holds the connection: ${why}`,
  });
