/**
 * Reads the frames a client sends (RFC 6455) and joins them to messages, within AWS's limits for WebSocket APIs: frames of at most 32 KB, messages of at
 * most 128 KB, text only (rows WS-24, LIM-*). Our own because no library knows a limit per frame, and because sockets are read through one shared
 * buffer (decisions/0030).
 */
import { isUtf8 } from 'node:buffer';
import { noBody } from '../../base/http.ts';

/** Why a connection is closed by us: the status code and reason of the close frame. */
export interface ClosingFault {
  readonly code: number;
  readonly reason: string;
}

export interface FrameHandler {
  /** Whether no further frame is to be read now; `resume` goes on. Asked before every frame. */
  readonly isFull: boolean;
  message(text: string): void;
  /** A ping; `payload` is valid during the call only. */
  ping(payload: Buffer): void;
  pong(): void;
  /** The client's close frame; 1005 when it names no code. */
  closed(code: number, reason: string): void;
  /** The client broke a rule; nothing is read after it. */
  failed(fault: ClosingFault): void;
}

export interface FrameLimits {
  /** Payload of one frame, in bytes. */
  readonly maxFrameBytes: number;
  /** Payload of all frames of a message together, in bytes. */
  readonly maxMessageBytes: number;
}

export const awsFrameLimits: FrameLimits = { maxFrameBytes: 32 * 1024, maxMessageBytes: 128 * 1024 };

const binaryRefusal: ClosingFault = { code: 1003, reason: 'Binary is not supported' };
const tooBig: ClosingFault = { code: 1009, reason: 'Message too big' };
const badUtf8: ClosingFault = { code: 1007, reason: 'Invalid UTF-8 in text frame' };
const violation = (reason: string): ClosingFault => ({ code: 1002, reason });

const opcodes = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const;
const maxControlBytes = 125;

export class FrameReader {
  readonly #handler: FrameHandler;
  readonly #limits: FrameLimits;
  /** The beginning of a frame that has not wholly come. */
  #kept: Buffer = noBody;
  /** Unmasked payloads of the message under way, one behind the other: a list of them would cost more than what it lists. */
  #parts: Buffer = noBody;
  #partsBytes = 0;
  #isInMessage = false;
  #isDone = false;

  constructor(handler: FrameHandler, limits: FrameLimits) {
    this.#handler = handler;
    this.#limits = limits;
  }

  /** Takes what was read. `bytes` may be overwritten afterwards, and is changed in place. */
  take(bytes: Buffer, length: number): void {
    if (this.#isDone) return;
    const read = bytes.subarray(0, length);
    if (this.#kept.length === 0) this.#read(read, true);
    else this.#read(Buffer.concat([this.#kept, read]), false);
  }

  /** Goes on with what came while the handler was full. */
  resume(): void {
    if (!this.#isDone) this.#read(this.#kept, false);
  }

  #read(all: Buffer, isShared: boolean): void {
    let at = 0;
    while (!this.#isDone && at < all.length && !this.#handler.isFull) {
      const next = this.#readFrame(all, at);
      if (next === at) break;
      at = next;
    }
    if (this.#isDone || at === all.length) this.#kept = noBody;
    // What is kept is less than a frame and its header, or less than one read while the handler is full.
    else this.#kept = isShared ? Buffer.from(all.subarray(at)) : all.subarray(at);
  }

  /** The end of the frame at `at`; `at` itself while it has not wholly come. */
  #readFrame(all: Buffer, at: number): number {
    const available = all.length - at;
    if (available < 2) return at;
    const first = all[at]!;
    const second = all[at + 1]!;
    const opcode = first & 0x0f;
    const isFinal = (first & 0x80) !== 0;
    const fault = this.#headerFault(first, second, opcode, isFinal);
    if (fault !== undefined) return this.#fail(fault, all);

    let size = second & 0x7f;
    let header = 2;
    if (size === 126) {
      if (available < 4) return at;
      size = all.readUInt16BE(at + 2);
      header = 4;
    } else if (size === 127) {
      if (available < 10) return at;
      // More than 32 bits is more than anything we take; the upper half decides without losing precision.
      size = all.readUInt32BE(at + 2) > 0 ? Number.POSITIVE_INFINITY : all.readUInt32BE(at + 6);
      header = 10;
    }
    if (size > this.#limits.maxFrameBytes) return this.#fail(tooBig, all);
    const isControl = opcode >= opcodes.close;
    if (!isControl && this.#partsBytes + size > this.#limits.maxMessageBytes) return this.#fail(tooBig, all);
    const start = at + header + 4;
    const end = start + size;
    if (end > all.length) return at;
    unmask(all, start, end, at + header);
    if (isControl) this.#control(opcode, all.subarray(start, end));
    else this.#data(all.subarray(start, end), isFinal);
    return this.#isDone ? all.length : end;
  }

  #headerFault(first: number, second: number, opcode: number, isFinal: boolean): ClosingFault | undefined {
    if ((first & 0x70) !== 0) return violation('Reserved bits must be zero');
    if ((second & 0x80) === 0) return violation('Client frames must be masked');
    if (opcode >= opcodes.close) {
      if (opcode > opcodes.pong) return violation('Unknown opcode');
      if (!isFinal) return violation('Control frames must not be fragmented');
      return (second & 0x7f) > maxControlBytes ? violation('Control frame too long') : undefined;
    }
    if (opcode === opcodes.binary) return binaryRefusal;
    if (opcode > opcodes.binary) return violation('Unknown opcode');
    const isContinuation = opcode === opcodes.continuation;
    if (isContinuation !== this.#isInMessage) {
      return violation(isContinuation ? 'Nothing to continue' : 'The message before has not ended');
    }
    return undefined;
  }

  #data(payload: Buffer, isFinal: boolean): void {
    if (!isFinal) {
      this.#isInMessage = true;
      this.#append(payload);
      return;
    }
    let whole = payload;
    if (this.#isInMessage) {
      this.#append(payload);
      whole = this.#parts.subarray(0, this.#partsBytes);
      this.#parts = noBody;
      this.#partsBytes = 0;
      this.#isInMessage = false;
    }
    if (!isUtf8(whole)) this.#fail(badUtf8, whole);
    else this.#handler.message(whole.toString());
  }

  #append(payload: Buffer): void {
    const size = this.#partsBytes + payload.length;
    if (size > this.#parts.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(size, 2 * this.#partsBytes));
      this.#parts.copy(larger, 0, 0, this.#partsBytes);
      this.#parts = larger;
    }
    payload.copy(this.#parts, this.#partsBytes);
    this.#partsBytes = size;
  }

  #control(opcode: number, payload: Buffer): void {
    if (opcode === opcodes.ping) this.#handler.ping(payload);
    else if (opcode === opcodes.pong) this.#handler.pong();
    else this.#close(payload);
  }

  #close(payload: Buffer): void {
    if (payload.length === 0) {
      this.#closed(1005, '');
      return;
    }
    const code = payload.length === 1 ? 0 : payload.readUInt16BE(0);
    if (!isSendableCode(code)) {
      this.#fail(violation('Invalid close code'), payload);
      return;
    }
    const reason = payload.subarray(2);
    if (isUtf8(reason)) this.#closed(code, reason.toString());
    else this.#fail(badUtf8, payload);
  }

  #closed(code: number, reason: string): void {
    this.#end();
    this.#handler.closed(code, reason);
  }

  #fail(fault: ClosingFault, all: Buffer): number {
    this.#end();
    this.#handler.failed(fault);
    return all.length;
  }

  #end(): void {
    this.#isDone = true;
    this.#parts = noBody;
    this.#kept = noBody;
  }
}

/** Close codes a peer may put on the wire (RFC 6455 §7.4 and the registry). */
function isSendableCode(code: number): boolean {
  return (
    (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) || (code >= 3000 && code <= 4999)
  );
}

function unmask(bytes: Buffer, start: number, end: number, maskAt: number): void {
  const a = bytes[maskAt]!;
  const b = bytes[maskAt + 1]!;
  const c = bytes[maskAt + 2]!;
  const d = bytes[maskAt + 3]!;
  let i = start;
  for (const whole = end - 3; i < whole; i += 4) {
    bytes[i] = bytes[i]! ^ a;
    bytes[i + 1] = bytes[i + 1]! ^ b;
    bytes[i + 2] = bytes[i + 2]! ^ c;
    bytes[i + 3] = bytes[i + 3]! ^ d;
  }
  if (i < end) bytes[i] = bytes[i]! ^ a;
  if (i + 1 < end) bytes[i + 1] = bytes[i + 1]! ^ b;
  if (i + 2 < end) bytes[i + 2] = bytes[i + 2]! ^ c;
}
