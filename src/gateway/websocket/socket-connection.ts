/**
 * One open WebSocket: frames in, frames out, and its end. Knows nothing of APIs; who opened it is told of messages and, exactly once, of the end
 * (rows WS-06, WS-24, WS-25). Reading pauses while too many messages are being answered or the client is behind with reading.
 */
import type { Socket } from 'node:net';
import type { ApiKeyUse, AuthorizerResult, IamCaller } from '../../plan/exchange.ts';
import type { SwitchedProtocol } from '../http-handler.ts';
import { type ClosingFault, type FrameHandler, FrameReader } from './frame-reader.ts';
import { closeFrame, pongFrame, textFrames } from './frame-writer.ts';
import type { SocketLimits } from './socket-limits.ts';

/** Who opened the connection. */
export interface ConnectionOwner {
  readonly limits: SocketLimits;
  /** Monotonic time, coarse: exact enough for minutes. */
  now(): number;
  /** A whole text message. A promise holds a place among the messages under way until it settles; it must not reject. */
  message(connection: SocketConnection, text: string): void | Promise<void>;
  /** The connection has ended, for whatever reason; called once. */
  ended(connection: SocketConnection, code: number, reason: string): void;
  /** Its socket is gone too; called once, after `ended`. Until then `checkDeadline` is to be called. */
  gone(connection: SocketConnection): void;
}

/** Facts of the handshake that outlive it. */
export interface ConnectionFacts {
  readonly connectionId: string;
  readonly apiId: string;
  readonly stage: string;
  /** 12 digits, whose API it is. */
  readonly account: string;
  readonly region: string;
  /** Epoch milliseconds. */
  readonly connectedAtMs: number;
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
  /** What leads back to the API as `https://{domainName}/{stage}`. */
  readonly domainName: string;
  readonly secure: boolean;
  // What the guards of $connect found out holds for the connection's life (recorded E15).
  readonly authorizer: AuthorizerResult | null;
  readonly caller: IamCaller | null;
  readonly apiKey: ApiKeyUse | null;
}

/** A message as the inspector shows it, cut at 1,024 characters. */
export interface SeenFrame {
  readonly direction: 'in' | 'out';
  readonly text: string;
}

const noFrames: SeenFrame[] = [];
const maxSeenCharacters = 1_024;

/** Why a message was not sent. */
export type SendFault = 'closed' | 'slow';

/** After the end, so long for the client to take its close frame and hang up before the socket is torn down. */
const closeHandshakeMs = 3_000;

const goingAway: ClosingFault = { code: 1001, reason: 'Going away' };

export class SocketConnection implements SwitchedProtocol, FrameHandler {
  readonly facts: ConnectionFacts;
  /** Epoch milliseconds of the last message in either direction: `lastActiveAt` (recorded M13). */
  lastActiveAtMs: number;
  /** Route of the last message; empty before the first. */
  lastRouteKey = '';
  messagesIn = 0;
  messagesOut = 0;
  bytesIn = 0;
  bytesOut = 0;
  /** The latest messages in both directions, when the inspector is to show them (`inspectedFrames`). */
  readonly lastFrames: SeenFrame[] = noFrames;
  readonly #owner: ConnectionOwner;
  readonly #socket: Socket;
  readonly #reader: FrameReader;
  readonly #openedMs: number;
  #lastFrameMs: number;
  #underWay = 0;
  #isPaused = false;
  #hasEnded = false;
  /** Monotonic time at which the socket is torn down; set with the end. */
  #tearDownMs = Number.POSITIVE_INFINITY;

  constructor(owner: ConnectionOwner, facts: ConnectionFacts, socket: Socket) {
    this.facts = facts;
    this.lastActiveAtMs = facts.connectedAtMs;
    this.#owner = owner;
    this.#socket = socket;
    this.#reader = new FrameReader(this, owner.limits);
    if (owner.limits.inspectedFrames > 0) this.lastFrames = [];
    this.#openedMs = owner.now();
    this.#lastFrameMs = this.#openedMs;
  }

  // What the socket tells.

  received(bytes: Buffer, length: number): void {
    this.#lastFrameMs = this.#owner.now();
    this.bytesIn += length;
    // What comes behind the end is nobody's.
    if (this.#hasEnded) return;
    // Answers to all messages of one read leave in one write.
    this.#socket.cork();
    this.#reader.take(bytes, length);
    this.#socket.uncork();
  }

  clientEnded(): void {
    this.#end(1006, 'Connection closed abnormally');
    this.#socket.destroySoon();
  }

  drained(): void {
    this.#resumeIfReady();
  }

  socketClosed(): void {
    this.#end(1006, 'Connection closed abnormally');
    this.#owner.gone(this);
  }

  // What the frames tell.

  get isFull(): boolean {
    return this.#isPaused;
  }

  message(text: string): void {
    if (this.#hasEnded) return;
    this.messagesIn++;
    this.#see('in', text);
    const answering = this.#owner.message(this, text);
    if (answering === undefined) return;
    this.#underWay++;
    if (this.#underWay >= this.#owner.limits.maxMessagesUnderWay) this.#pause();
    answering.then(() => {
      this.#underWay--;
      this.#resumeIfReady();
    });
  }

  ping(payload: Buffer): void {
    if (!this.#hasEnded) this.#write(pongFrame(payload));
  }

  pong(): void {}

  /** The client's code and reason go back to it in full (recorded L1). */
  closed(code: number, reason: string): void {
    this.#sayGoodbye(code, reason);
    this.#end(code, reason);
    this.#socket.end();
  }

  failed({ code, reason }: ClosingFault): void {
    this.close(code, reason);
  }

  // What the gateway wants.

  /** Sends one text message that nobody asked for; says why when it is not sent. */
  push(text: string): SendFault | undefined {
    if (this.#hasEnded || this.#socket.destroyed) return 'closed';
    if (this.#socket.writableLength > this.#owner.limits.maxQueuedBytes) return 'slow';
    this.reply(text);
    return undefined;
  }

  /**
   * Answers a message. Waits for the client however slow it is: no more can wait than `maxMessagesUnderWay` answers beyond `maxQueuedBytes`, since no
   * further message is read meanwhile.
   */
  reply(text: string): void {
    if (this.#hasEnded || this.#socket.destroyed) return;
    this.messagesOut++;
    this.#lastFrameMs = this.#owner.now();
    this.#see('out', text);
    this.#write(textFrames(text));
  }

  /** Begins the closing handshake; the end is told at once. */
  close(code: number, reason: string): void {
    if (this.#hasEnded) return;
    this.#sayGoodbye(code, reason);
    this.#socket.end();
    this.#end(code, reason);
  }

  /** Ends what has been idle or open for too long (row WS-25), and tears down what does not hang up after its end. */
  checkDeadline(nowMs: number): void {
    const { idleMs, lifeMs } = this.#owner.limits;
    if (nowMs >= this.#tearDownMs) this.#socket.destroy();
    else if (nowMs - this.#lastFrameMs >= idleMs || nowMs - this.#openedMs >= lifeMs) {
      this.close(goingAway.code, goingAway.reason);
    }
  }

  /** Tears the socket down without a word. */
  destroy(): void {
    this.#socket.destroy();
  }

  /** Bytes waiting for the client to read. */
  get queuedBytes(): number {
    return this.#socket.writableLength;
  }

  /** The close frame is ours or the echo of the client's; once only, and never after the socket broke. */
  #sayGoodbye(code: number, reason: string): void {
    if (!this.#hasEnded && !this.#socket.destroyed) this.#write(closeFrame(code, reason));
  }

  #end(code: number, reason: string): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#tearDownMs = this.#owner.now() + closeHandshakeMs;
    // A paused socket would never see the client hang up.
    if (this.#isPaused) this.#socket.resume();
    this.#owner.ended(this, code, reason);
  }

  #write(frame: Buffer): void {
    this.bytesOut += frame.length;
    if (!this.#socket.write(frame) && this.#socket.writableLength > this.#owner.limits.maxQueuedBytes) this.#pause();
  }

  #pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#socket.pause();
  }

  #resumeIfReady(): void {
    const { maxMessagesUnderWay, maxQueuedBytes } = this.#owner.limits;
    if (
      this.#hasEnded ||
      !this.#isPaused ||
      this.#underWay >= maxMessagesUnderWay ||
      this.#socket.writableLength > maxQueuedBytes
    )
      return;
    this.#isPaused = false;
    this.#socket.cork();
    this.#reader.resume();
    this.#socket.uncork();
    if (!this.#isPaused) this.#socket.resume();
  }

  #see(direction: SeenFrame['direction'], text: string): void {
    const { inspectedFrames } = this.#owner.limits;
    if (inspectedFrames === 0) return;
    if (this.lastFrames.length >= inspectedFrames) this.lastFrames.shift();
    this.lastFrames.push({ direction, text: text.slice(0, maxSeenCharacters) });
  }
}
