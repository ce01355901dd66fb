/**
 * Connections that are not read for a moment, so that one client cannot take the whole event loop (decisions/0041). Two reasons: a limit refused what
 * the connection asked last, so it rests until a tick of one timer that all of them share; or it has had its share of this turn of the loop and goes on in
 * the next.
 */
import type { Reply } from '../plan/exchange.ts';
import type { RequestReply } from './http-handler.ts';

/** Tells the connection of an answer whether a throttle or a quota refused its request; a backend's own 429 is no such answer. */
export function markOverLimit(reply: Reply & RequestReply): void {
  const kind = reply.problem?.kind;
  if (kind === 'THROTTLED' || kind === 'QUOTA_EXCEEDED') reply.isOverLimit = true;
}

/** A connection, told that it may go on. */
export interface Resting {
  goOn(): void;
}

export interface RestOptions {
  /** Milliseconds between ticks; 0 lets nobody rest. */
  readonly restMs: number;
  /** Runs `then` once, so many milliseconds later; setTimeout unless a test wants it otherwise. */
  schedule?(then: () => void, ms: number): void;
}

/**
 * So many go on at one tick, whoever has rested longest first: a flood over many connections gets no more of the loop than one over few. 8 refusals are
 * 0.2 ms of work (bench/flood.ts).
 */
const wokenPerTick = 8;

/** Nobody rests for more ticks than this, whatever that does to the loop. */
const maxTicks = 50;

export class Rests {
  readonly #restMs: number;
  readonly #schedule: (then: () => void, ms: number) => void;
  /** In the order they began to rest, from `#first` on. */
  #resting: { readonly connection: Resting; readonly sinceTick: number }[] = [];
  #first = 0;
  #tick = 0;
  #isTicking = false;
  #nextTurn: Resting[] = [];

  constructor({ restMs, schedule = onTimer }: RestOptions) {
    this.#restMs = restMs;
    this.#schedule = schedule;
  }

  /** Whether it rests now; it is told when it may go on. */
  rest(connection: Resting): boolean {
    if (this.#restMs === 0) return false;
    this.#resting.push({ connection, sinceTick: this.#tick });
    if (!this.#isTicking) this.#tickLater();
    return true;
  }

  /** It goes on when everybody else has had a turn. */
  giveWay(connection: Resting): void {
    if (this.#nextTurn.length === 0) setImmediate(() => this.#turn());
    this.#nextTurn.push(connection);
  }

  /** The gateway stops: who rests may go on at once. */
  end(): void {
    const resting = this.#resting.slice(this.#first);
    this.#forgetAll();
    for (const { connection } of resting) connection.goOn();
  }

  #turn(): void {
    const waiting = this.#nextTurn;
    this.#nextTurn = [];
    for (const connection of waiting) connection.goOn();
  }

  #tickLater(): void {
    this.#isTicking = true;
    this.#schedule(() => this.#wake(), this.#restMs);
  }

  #wake(): void {
    this.#isTicking = false;
    this.#tick++;
    for (let woken = 0; this.#first < this.#resting.length; woken++) {
      const { connection, sinceTick } = this.#resting[this.#first]!;
      // Who rests again while this runs stands at the end, and began at this tick.
      if (sinceTick === this.#tick || (woken >= wokenPerTick && this.#tick - sinceTick < maxTicks)) break;
      this.#first++;
      connection.goOn();
    }
    if (this.#first === this.#resting.length) this.#forgetAll();
    else if (this.#first > 1_000) this.#dropWoken();
    if (this.#resting.length > 0 && !this.#isTicking) this.#tickLater();
  }

  #dropWoken(): void {
    this.#resting = this.#resting.slice(this.#first);
    this.#first = 0;
  }

  #forgetAll(): void {
    this.#resting = [];
    this.#first = 0;
  }
}

const onTimer = (then: () => void, ms: number): void => {
  setTimeout(then, ms).unref();
};
