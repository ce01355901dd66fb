/**
 * Questions from node to node and their answers, over channels of Redis. A question that nobody heard is told from one that was: only the first may be asked
 * again. Questions to one node arrive in the order in which they were asked.
 */

import type { Log } from '../../ports/telemetry.ts';
import { type Redis, reasonOf } from './connection.ts';

/** What is asked or answered: plain data, and bytes beside it. */
export interface Letter {
  readonly head: Readonly<Record<string, unknown>>;
  readonly bytes: Uint8Array;
}

export interface NodeMail {
  /** Answers what other nodes ask under a topic, called in the order in which they asked. */
  onQuestion(topic: string, answer: (question: Letter) => Letter | Promise<Letter>): void;
  /** Rejects when no answer came in time, and when Redis is away. */
  ask(node: number, topic: string, letter: Letter): Promise<Letter | 'nobody heard'>;
  /** Nodes that will not answer any more: who waits for them is told that nobody heard. */
  giveUp(isDead: (node: number) => boolean): void;
  close(): void;
}

export interface NodeMailOptions {
  readonly redis: Redis;
  readonly node: number;
  readonly log: Log;
}

/** Longer than it takes to find a node dead. */
const answerWithinMs = 8_000;

/** Resolves when this node can be asked. */
export async function openNodeMail({ redis, node, log }: NodeMailOptions): Promise<NodeMail> {
  const waiting = new Map<
    number,
    { readonly node: number; readonly settle: (answer: Letter | 'nobody heard') => void }
  >();
  const answers = new Map<string, (question: Letter) => Letter | Promise<Letter>>();
  let questions = 0;
  const channelOf = (of: number): string => `${redis.prefix}:{mail-${of}}`;

  async function arrived(message: Buffer): Promise<void> {
    const { head, bytes } = opened(message);
    const { question, from, topic, ...rest } = head as { question: number; from?: number; topic?: string };
    if (from === undefined) {
      waiting.get(question)?.settle({ head: rest, bytes });
      return;
    }
    const answer = answers.get(String(topic));
    if (answer === undefined) throw new Error(`asked about ${topic}, which this version does not know`);
    const reply = await answer({ head: rest, bytes });
    await redis.publish(channelOf(from), sealed({ ...reply, head: { ...reply.head, question } }));
  }

  await redis.subscribe(channelOf(node), (message) => {
    arrived(message).catch((error: unknown) => log.warn('Cannot answer another node', { why: reasonOf(error) }));
  });

  return {
    onQuestion: (topic, answer) => void answers.set(topic, answer),
    ask(of, topic, { head, bytes }) {
      const question = ++questions;
      return new Promise((resolve, reject) => {
        const over = (): void => {
          clearTimeout(timer);
          waiting.delete(question);
        };
        const fail = (error: unknown): void => {
          over();
          reject(error);
        };
        const timer = setTimeout(() => fail(new Error(`no answer within ${answerWithinMs / 1000} s`)), answerWithinMs);
        waiting.set(question, {
          node: of,
          settle(answer) {
            over();
            resolve(answer);
          },
        });
        redis
          .publish(channelOf(of), sealed({ head: { ...head, question, topic, from: node }, bytes }))
          .then((listeners) => listeners === 0 && waiting.get(question)?.settle('nobody heard'), fail);
      });
    },
    giveUp(isDead) {
      for (const { node: asked, settle } of [...waiting.values()]) if (isDead(asked)) settle('nobody heard');
    },
    close() {
      for (const { settle } of [...waiting.values()]) settle('nobody heard');
    },
  };
}

/** The head as a line of JSON, then the bytes. */
function sealed({ head, bytes }: Letter): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), bytes]);
}

function opened(message: Buffer): Letter {
  const end = message.indexOf(0x0a);
  return { head: JSON.parse(message.toString('utf8', 0, end)) as Letter['head'], bytes: message.subarray(end + 1) };
}
