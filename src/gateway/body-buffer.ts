/** A body that comes in pieces, gathered in one buffer that grows with what has really come, not with what was announced. */
import { noBody } from '../base/http.ts';

const firstBytes = 16_384;

export class BodyBuffer {
  readonly #maxBytes: number;
  #bytes: Buffer = noBody;
  size = 0;

  /** `maxBytes`: never more than this is kept; the caller sees to it that no more is appended. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Copies: a piece may be one byte of a large read, and keeping the read for it would multiply memory. */
  append(from: Buffer, start: number, end: number): void {
    const needed = this.size + end - start;
    if (needed > this.#bytes.length) {
      const grown = Math.min(this.#maxBytes, Math.max(firstBytes, this.#bytes.length * 2));
      const bytes = Buffer.allocUnsafeSlow(Math.max(needed, grown));
      this.#bytes.copy(bytes, 0, 0, this.size);
      this.#bytes = bytes;
    }
    from.copy(this.#bytes, this.size, start, end);
    this.size = needed;
  }

  whole(): Buffer {
    return this.#bytes.subarray(0, this.size);
  }
}
