/** What a node hears of the others that share its store. One node alone hears nothing. */
import type { Key } from './store.ts';

/** A record another node has written or deleted. */
export interface ForeignChange {
  readonly collection: string;
  readonly key: Key;
}

export interface OtherNodes {
  /** Tells the others, after everything this node has committed so far. Never throws; what could not be told is tried again. */
  tell(topic: string, message: unknown): void;
  /** Listens for a topic. */
  onMessage(topic: string, listener: (message: unknown) => void): void;
  /**
   * Listens for commits of others, each told once it can be read. `undefined` stands for anything: news may have been missed, or there were too many to name,
   * and whatever is kept of the store is to be read again.
   */
  onCommit(listener: (changes: readonly ForeignChange[] | undefined) => void): void;
}

/** There are none. */
export const noOtherNodes: OtherNodes = { tell() {}, onMessage() {}, onCommit() {} };
