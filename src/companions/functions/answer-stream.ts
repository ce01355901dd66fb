/** A function's answer on its way from the Runtime API to whoever invoked it with a stream. */
import { type BodyStream, PieceQueue } from '../../base/body-stream.ts';
import type { InvocationOutcome } from './function-failures.ts';

/** AWS ends a streamed answer here. */
const maxStreamedBytes = 200 * 1024 * 1024;

/** Takes a piece of the answer; false when the runtime should wait until told to go on. */
export type PieceTaker = (piece: Buffer) => boolean;

/** The function failed after it had begun to answer. */
export class FailedMidway extends Error {
  readonly outcome: InvocationOutcome;

  constructor(outcome: InvocationOutcome) {
    super(`the function failed in the middle of its answer: ${outcome.payload.toString('utf8', 0, 1_000)}`);
    this.outcome = outcome;
  }
}

export class AnswerStream {
  readonly #queue: PieceQueue;
  readonly #begun = Promise.withResolvers<void>();
  #goOn: (() => void) | undefined;
  #bytes = 0;
  #hasBegun = false;

  constructor() {
    this.#queue = new PieceQueue({ onDrain: () => this.#goOn?.() });
  }

  get body(): BodyStream {
    return this.#queue;
  }

  /** Resolves when the function begins to answer; never when it does not. */
  get begun(): Promise<void> {
    return this.#begun.promise;
  }

  /** The runtime begins to stream; `goOn` lets it write again. */
  open(goOn: () => void): PieceTaker {
    this.#goOn = goOn;
    this.#hasBegun = true;
    this.#begun.resolve();
    return (piece) => {
      this.#bytes += piece.length;
      if (this.#bytes <= maxStreamedBytes) return this.#queue.push(piece);
      this.#queue.fail(new Error(`the function answered more than ${maxStreamedBytes} bytes`));
      return true;
    };
  }

  /** How the invocation ended. The answer of a runtime that does not stream is one piece. */
  settle(outcome: InvocationOutcome): void {
    if (outcome.functionError !== undefined) {
      if (this.#hasBegun) this.#queue.fail(new FailedMidway(outcome));
      else this.#queue.end();
      return;
    }
    if (!this.#hasBegun) this.#queue.push(outcome.payload);
    this.#queue.end();
  }

  fail(error: Error): void {
    this.#queue.fail(error);
  }
}
