/** Everything that happened to one request, kept for whoever asks what became of it (`GET /_/requests/{id}`, `gatewright trace`). */
import { noBody } from '../../base/http.ts';
import type { Problem } from '../../base/problem.ts';
import type { Exchange, Reply } from '../exchange.ts';
import type { ExecutionLog } from '../execution-log.ts';
import type { Plan } from '../plan.ts';

/** One thing that was done or decided. */
export interface StoryEvent {
  /** Milliseconds since the request came. */
  readonly atMs: number;
  /** Undefined while it lasts. */
  tookMs: number | undefined;
  readonly what: 'step' | 'integration' | 'finish' | 'backend' | 'function' | 'permission';
  /** As the printed plan has it, or where the call went. */
  readonly name: string;
  /** `passed`, `answered 403`, `failed with ACCESS_DENIED: …` */
  outcome: string;
  sent: Data | undefined;
  received: Data | undefined;
}

export interface Data {
  readonly status?: number | undefined;
  readonly headers?: readonly string[] | undefined;
  readonly body: string | Uint8Array;
}

/** Longer bodies are kept by their beginning. */
const keptBytes = 8 * 1024;

/** Every request of a process in dev mode writes one, so objects are written out member by member: put together from pieces they cost several times as much (bench/plan.ts). */
export class Story {
  readonly plan: Plan;
  x: Exchange;
  /** Headers and bodies are kept; a stage can say no. */
  readonly keepsData: boolean;
  readonly events: StoryEvent[] = [];
  /** Label of the method or route. */
  route: string | undefined = undefined;
  /** Undefined until it is answered. */
  status: number | undefined = undefined;
  problem: Problem | undefined = undefined;
  tookMs: number | undefined = undefined;
  readonly requestData: Data | undefined;
  replyData: Data | undefined = undefined;
  /** Lines of the execution log, where the method keeps one. */
  log: readonly string[] | undefined = undefined;

  constructor(plan: Plan, x: Exchange, keepsData: boolean) {
    this.plan = plan;
    this.x = x;
    this.keepsData = keepsData;
    this.requestData = keepsData ? kept(undefined, x.request.headers, x.request.body) : undefined;
  }

  /** Begins an event that `end` ends. */
  begin(what: StoryEvent['what'], name: string, sent?: Data): StoryEvent {
    const event: StoryEvent = {
      atMs: this.#nowMs(),
      tookMs: undefined,
      what,
      name,
      outcome: 'not over',
      sent: this.#kept(sent),
      received: undefined,
    };
    this.events.push(event);
    return event;
  }

  end(event: StoryEvent, outcome: string, received?: Data): void {
    event.tookMs = this.#nowMs() - event.atMs;
    event.outcome = outcome;
    event.received = this.#kept(received);
  }

  /** The answer is made. What is not needed any more is let go. */
  answered({ status, headers, body, problem }: Reply): void {
    this.tookMs = this.#nowMs();
    this.status = status;
    this.problem = problem;
    if (this.keepsData) this.replyData = kept(status, headers, body);
    const { request, executionLog } = this.x;
    if (executionLog !== null) this.keepLog(executionLog);
    if (request.body.length > keptBytes || executionLog !== null) {
      this.x = { ...this.x, executionLog: null, request: { ...request, body: noBody } };
    }
  }

  keepLog({ lines }: ExecutionLog): void {
    if (this.keepsData) this.log = lines.map(({ text }) => (text.length > keptBytes ? cut(text) : text));
  }

  #nowMs(): number {
    return this.plan.clock.monotonicMs() - this.x.startedMonotonicMs;
  }

  #kept(data: Data | undefined): Data | undefined {
    return data === undefined || !this.keepsData ? undefined : kept(data.status, data.headers, data.body);
  }
}

/** What is shown, which holds on to nothing larger than that. */
function kept(status: number | undefined, headers: readonly string[] | undefined, body: Data['body']): Data {
  if (body.length > keptBytes) return { status, headers, body: cut(body) };
  return { status, headers, body: typeof body === 'string' ? body : ownBytes(body) };
}

/** Small pieces are often views of a large buffer. */
const ownBytes = (body: Uint8Array): Uint8Array =>
  body.buffer.byteLength > 2 * keptBytes ? Uint8Array.from(body) : body;

function cut(body: string | Uint8Array): string {
  // By way of bytes: a slice of a text holds on to all of it.
  const start = Buffer.from(
    typeof body === 'string' ? body.slice(0, keptBytes) : body.subarray(0, keptBytes),
  ).toString();
  return `${start}… (${body.length} ${typeof body === 'string' ? 'characters' : 'bytes'} in all)`;
}
