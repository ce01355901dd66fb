/** Test support: a socket that keeps what is written to it. */
import { Duplex } from 'node:stream';

export class FakeSocket extends Duplex {
  readonly written: Buffer[] = [];
  /** Callbacks of writes that are held back. */
  readonly held: (() => void)[] = [];
  isHolding = false;
  override _read(): void {}
  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.written.push(chunk);
    if (this.isHolding) this.held.push(done);
    else done();
  }
  destroySoon(): void {
    this.destroy();
  }
}
