/** Questions that a node puts to all others, and things that one of them does for all. */

export interface FellowNodes {
  /** Whether the others can be asked now; otherwise this node is on its own. */
  readonly canBeAsked: boolean;
  /** Of all nodes exactly one, for what is to be done once; another soon after it died. */
  readonly isFirst: boolean;
  /** Answers what others ask under a topic. Questions and answers are plain data. */
  onQuestion(topic: string, answer: (question: unknown) => unknown): void;
  /** The answers of all others that live. Rejects when one did not answer. */
  ask(topic: string, question: unknown): Promise<readonly unknown[]>;
}
