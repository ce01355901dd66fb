/** ports/fellow-nodes over Redis: the first is the one with the lowest number of those that live. */
import type { FellowNodes } from '../../ports/fellow-nodes.ts';
import type { Redis } from './connection.ts';
import type { Letter, NodeMail } from './node-mail.ts';
import type { Nodes } from './nodes.ts';

export interface FellowNodesOptions {
  readonly redis: Redis;
  readonly mail: NodeMail;
  readonly nodes: Nodes;
}

export function fellowNodes({ redis, mail, nodes }: FellowNodesOptions): FellowNodes {
  const letter = (value: unknown): Letter => ({ head: {}, bytes: Buffer.from(JSON.stringify(value) ?? 'null') });
  const readLetter = ({ bytes }: Letter): unknown => JSON.parse(Buffer.from(bytes).toString());
  return {
    get canBeAsked() {
      return redis.isReady;
    },
    get isFirst() {
      return nodes.others().every((other) => other > nodes.number);
    },
    onQuestion(topic, answer) {
      mail.onQuestion(topic, async (question) => letter(await answer(readLetter(question))));
    },
    async ask(topic, question) {
      const answers = await Promise.all(
        nodes.others().map(async (node) => {
          const answer = await mail.ask(node, topic, letter(question));
          if (answer !== 'nobody heard') return [readLetter(answer)];
          // Perhaps it has just left, and it is not known yet.
          await nodes.lookAgain();
          if (nodes.fate(node) === 'alive') throw new Error(`node ${node} does not hear`);
          return [];
        }),
      );
      return answers.flat();
    },
  };
}
