/**
 * How a request was let in, phase by phase, for access log formats that ask: AWS tells of `authenticate` (who signed), `authorizer` (what a function or a token said) and
 * `authorize` (what the policies of either decide). "Troubleshooting Amazon API Gateway with enhanced observability variables", AWS Compute Blog, has the phases.
 */
import type { Clock } from '../../base/clock.ts';
import type { AccessRow, RowReader } from './access-row.ts';

export type GuardPhase = 'authenticate' | 'authorizer' | 'authorize';

/** Guards tell it where they are; it is there only for requests whose log names these variables. */
export class GuardFacts {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #tookMs: Partial<Record<GuardPhase, number>> = {};
  /** A phase that was begun and not left: whoever refused the request did so in it. */
  #current: GuardPhase | undefined;
  #sinceMs = 0;
  /** Milliseconds in the authorizer's function; undefined when none was asked. */
  functionMs: number | undefined;
  functionRequestId: string | undefined;
  /** Of Lambda's API. */
  functionStatus: number | undefined;

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** The phase before it, if any, is passed. */
  enter(phase: GuardPhase): void {
    this.leave();
    this.#current = phase;
    this.#sinceMs = this.#clock.monotonicMs();
  }

  leave(): void {
    if (this.#current === undefined) return;
    this.#tookMs[this.#current] = this.#clock.monotonicMs() - this.#sinceMs;
    this.#current = undefined;
  }

  isRefusedIn(phase: GuardPhase): boolean {
    return this.#current === phase;
  }

  /** Whether the request came to it. */
  isPassed(phase: GuardPhase): boolean {
    return this.#tookMs[phase] !== undefined;
  }

  /** `endedMs`: when the request was answered, on the monotonic clock. */
  latencyMs(phase: GuardPhase, endedMs: number): number | undefined {
    return this.#current === phase ? endedMs - this.#sinceMs : this.#tookMs[phase];
  }
}

const named = /\$context\.(?:authenticate|authorize|authorizer)\.(?:error|\w*[lL]atency|\w*[sS]tatus|requestId)\b/;

/** Whether a format asks for any of it. */
export const asksForGuards = (format: string): boolean => named.test(format);

const phases: ReadonlySet<string> = new Set<GuardPhase>(['authenticate', 'authorizer', 'authorize']);

/** `$context.{phase}.{member}`; undefined for other names. `messageOf` says what the client read of a refusal. */
export function guardVariable(name: string, messageOf: (row: AccessRow) => string | undefined): RowReader | undefined {
  const [phase, member, ...more] = name.split('.') as [GuardPhase, string?, ...string[]];
  if (!phases.has(phase) || more.length > 0) return undefined;
  const facts = ({ x }: AccessRow): GuardFacts | undefined => x.access?.guards;
  switch (member) {
    case 'error':
      return (row) => (facts(row)?.isRefusedIn(phase) === true ? messageOf(row) : undefined);
    case 'status':
      return (row) => {
        const known = facts(row);
        if (known?.isRefusedIn(phase) === true) return row.reply.status;
        return known?.isPassed(phase) === true ? 200 : undefined;
      };
    case 'latency':
      return (row) => rounded(facts(row)?.latencyMs(phase, row.x.startedMonotonicMs + row.latencyMs));
  }
  if (phase !== 'authorizer') return undefined;
  switch (member) {
    // What is remembered of a function took no time; a token asks none.
    case 'integrationLatency':
      return (row) =>
        rounded(facts(row)?.functionMs) ??
        (row.x.authorizer !== null && row.x.authorizer.claims === null ? 0 : undefined);
    case 'integrationStatus':
      return (row) => facts(row)?.functionStatus;
    case 'requestId':
      return (row) => facts(row)?.functionRequestId;
    default:
      return undefined;
  }
}

const rounded = (ms: number | undefined): number | undefined =>
  ms === undefined ? undefined : Math.max(0, Math.round(ms));
