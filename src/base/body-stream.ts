/** Bodies that are handed on as they are produced, piece by piece. Everything else has its body whole and knows nothing of this. */

export interface BodyStream {
  /** Bytes in all, where whoever produces them has said so. */
  readonly length?: number | undefined;
  /**
   * The next piece, undefined after the last. Rejects when the body breaks off: what was read until then is not all there was. One read at a time;
   * the bytes are the reader's.
   */
  read(): Promise<Uint8Array | undefined>;
  /** Nobody reads any more: whoever produces the body may stop. May be called at any time, more than once. */
  cancel(): void;
}

/** Reads to the end. Rejects as `read` does. */
export async function wholeBody(stream: BodyStream): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for (let piece = await stream.read(); piece !== undefined; piece = await stream.read()) pieces.push(piece);
  return Buffer.concat(pieces);
}

export interface PieceQueueOptions {
  readonly length?: number | undefined;
  /** Bytes kept before the producer is asked to wait. */
  readonly highWaterBytes?: number;
  /** The producer was asked to wait and may go on. */
  readonly onDrain?: () => void;
  /** Nobody reads any more. */
  readonly onCancel?: () => void;
}

type Waiting = { resolve(piece: Uint8Array | undefined): void; reject(error: Error): void };

/** Between somebody who produces pieces when they come and somebody who reads them when there is room. */
export class PieceQueue implements BodyStream {
  readonly length: number | undefined;
  readonly #highWaterBytes: number;
  readonly #onDrain: (() => void) | undefined;
  readonly #onCancel: (() => void) | undefined;
  readonly #pieces: Uint8Array[] = [];
  #keptBytes = 0;
  #isFull = false;
  #isOver = false;
  #isCancelled = false;
  #failure: Error | undefined;
  #waiting: Waiting | undefined;

  constructor({ length, highWaterBytes = 256 * 1024, onDrain, onCancel }: PieceQueueOptions = {}) {
    this.length = length;
    this.#highWaterBytes = highWaterBytes;
    this.#onDrain = onDrain;
    this.#onCancel = onCancel;
  }

  /** Takes a piece, which nobody may change afterwards. False when the producer should wait for `onDrain`; pieces that come all the same are kept. */
  push(piece: Uint8Array): boolean {
    if (this.#isOver || this.#isCancelled || piece.length === 0) return true;
    const waiting = this.#waiting;
    if (waiting !== undefined) {
      this.#waiting = undefined;
      waiting.resolve(piece);
      return true;
    }
    this.#pieces.push(piece);
    this.#keptBytes += piece.length;
    this.#isFull = this.#keptBytes >= this.#highWaterBytes;
    return !this.#isFull;
  }

  /** There is no more. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#waiting?.resolve(undefined);
    this.#waiting = undefined;
  }

  /** The body breaks off here: what has come is read, then the failure. */
  fail(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#failure = error;
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  read(): Promise<Uint8Array | undefined> {
    const piece = this.#pieces.shift();
    if (piece !== undefined) {
      this.#keptBytes -= piece.length;
      if (this.#isFull && this.#keptBytes < this.#highWaterBytes / 2) {
        this.#isFull = false;
        this.#onDrain?.();
      }
      return Promise.resolve(piece);
    }
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#isOver || this.#isCancelled) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  cancel(): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    this.#pieces.length = 0;
    this.#keptBytes = 0;
    this.#waiting?.resolve(undefined);
    this.#waiting = undefined;
    if (this.#isOver) return;
    if (this.#isFull) {
      this.#isFull = false;
      this.#onDrain?.();
    }
    this.#onCancel?.();
  }
}
