/**
 * Dated texts, one after the other in one buffer: 8 bytes of time (epoch milliseconds, a float), 4 of length, the text in UTF-8. Lines of a log stream stay in this form from the request that wrote
 * them to the row of the database (decision 0032), traces until somebody asks for them: nothing is left for the collector of garbage to carry about, one buffer crosses to the log thread, and
 * thousands of lines are one row.
 */

/** Of each event, beside its message. */
export const packedHeadBytes = 12;
const smallestBytes = 1024;

/** Collects events. */
export class EventPacker {
  #buffer: Buffer<ArrayBuffer>;
  #view: DataView;
  #used = 0;

  /** `expectedBytes` saves growing. */
  constructor(expectedBytes = 0) {
    // Not of Node's pool: what is handed to a thread leaves this one with its memory.
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(smallestBytes, expectedBytes));
    this.#view = new DataView(this.#buffer.buffer);
  }

  get bytes(): number {
    return this.#used;
  }

  add(atMs: number, message: string): void {
    // No character takes more than 3 bytes; most take one, so the exact number is asked for only where it matters.
    let most = this.#used + packedHeadBytes + message.length * 3;
    if (most > this.#buffer.length) {
      most = this.#used + packedHeadBytes + Buffer.byteLength(message);
      if (most > this.#buffer.length) this.#grow(most);
    }
    const at = this.#used;
    const length = this.#buffer.write(message, at + packedHeadBytes);
    this.#view.setFloat64(at, atMs);
    this.#view.setUint32(at + 8, length);
    this.#used = at + packedHeadBytes + length;
  }

  #grow(neededBytes: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(neededBytes, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#used);
    this.#buffer = larger;
    this.#view = new DataView(larger.buffer);
  }

  /** What was added; the packer is not to be used afterwards. */
  packed(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(0, this.#used);
  }
}

/** Events as `[epoch milliseconds, message]`. */
export function packEvents(events: Iterable<readonly [atMs: number, message: string]>): Uint8Array<ArrayBuffer> {
  const packer = new EventPacker();
  for (const [atMs, message] of events) packer.add(atMs, message);
  return packer.packed();
}

/** Looks into packed events without unpacking those nobody asks for. */
export class PackedEvents {
  readonly #buffer: Buffer;
  /** Where each event begins, and where the last one ends. */
  readonly #starts: number[] = [];
  readonly #view: DataView;

  constructor(packed: Uint8Array) {
    this.#buffer = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
    this.#view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
    let at = 0;
    while (at < packed.length) {
      this.#starts.push(at);
      at += packedHeadBytes + this.#view.getUint32(at + 8);
    }
    this.#starts.push(at);
  }

  get count(): number {
    return this.#starts.length - 1;
  }

  atMs(i: number): number {
    return this.#view.getFloat64(this.#starts[i]!);
  }

  message(i: number): string {
    return this.#buffer.toString('utf8', this.#starts[i]! + packedHeadBytes, this.#starts[i + 1]!);
  }

  /** Bytes of the messages from one event to before another. */
  messageBytes(from: number, to: number): number {
    return this.#starts[to]! - this.#starts[from]! - (to - from) * packedHeadBytes;
  }

  /** Those from one event to before another, packed as they are. */
  slice(from: number, to: number): Uint8Array {
    return this.#buffer.subarray(this.#starts[from]!, this.#starts[to]!);
  }

  /** The same in the order of time; those of one millisecond stay as they came. */
  sorted(): PackedEvents {
    let isSorted = true;
    for (let i = 1; i < this.count && isSorted; i++) isSorted = this.atMs(i) >= this.atMs(i - 1);
    if (isSorted) return this;
    const order = Array.from({ length: this.count }, (_, i) => i).sort((a, b) => this.atMs(a) - this.atMs(b) || a - b);
    return new PackedEvents(Buffer.concat(order.map((i) => this.slice(i, i + 1))));
  }
}
