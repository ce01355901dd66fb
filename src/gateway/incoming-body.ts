/** A request body that is handed on while it comes: between a connection that reads it and whoever stores it. */
import { type BodyStream, PieceQueue } from '../base/body-stream.ts';

/** Bytes kept before the client is left waiting. */
const highWaterBytes = 256 * 1024;

export interface IncomingBodyOptions {
  /** Bytes announced; undefined where the end marks itself. */
  readonly length: number | undefined;
  /** There is room again. */
  readonly onDrain: () => void;
  /** Somebody begins to read: a client that asked first may send now. */
  readonly onFirstRead: () => void;
}

export class IncomingBody {
  readonly #queue: PieceQueue;
  /** What the request is handled with. */
  readonly stream: BodyStream;
  /** Bytes that came. */
  size = 0;

  constructor({ length, onDrain, onFirstRead }: IncomingBodyOptions) {
    const queue = new PieceQueue({ length, highWaterBytes, onDrain });
    let isRead = false;
    this.#queue = queue;
    this.stream = {
      length,
      read() {
        if (!isRead) {
          isRead = true;
          onFirstRead();
        }
        return queue.read();
      },
      cancel: () => queue.cancel(),
    };
  }

  /** Copies. False when nothing should be read from the client for now. */
  append(bytes: Buffer, start: number, end: number): boolean {
    this.size += end - start;
    return this.#queue.push(Buffer.from(bytes.subarray(start, end)));
  }

  end(): void {
    this.#queue.end();
  }

  fail(why: string): void {
    this.#queue.fail(new Error(why));
  }
}
