/**
 * The execution log of one request, in the words of AWS (rows LOG-02, LOG-04 to LOG-07; recorded logs, and the log of the guide's Lambda tutorial). A method that
 * keeps no log has none of this in its plan: `Exchange.executionLog` is null, and every part that could write asks that first.
 *
 * TestInvokeMethod prints the lines (plan/test-invoke.ts); a stage whose method settings have a logging level hands them to ports/telemetry
 * (plan/steps/log-execution.ts).
 */
import { isUtf8 } from 'node:buffer';
import type { Clock } from '../base/clock.ts';
import type { HeaderList } from '../base/headers.ts';
import { Problem } from '../base/problem.ts';
import type { ExecutionLogLine } from '../ports/telemetry.ts';

/** What a method's setting asks for: ERROR keeps failures alone, data trace adds headers and bodies at either level. */
export interface ExecutionLogSetting {
  readonly level: 'INFO' | 'ERROR';
  readonly hasDataTrace: boolean;
}

export class ExecutionLog {
  readonly lines: ExecutionLogLine[] = [];
  /** `x-amzn-RequestId` of the backend's answer: the last line of AWS's log. */
  endpointRequestId: string | undefined;
  readonly #setting: ExecutionLogSetting;
  readonly #clock: Clock;
  /** What let the caller in, as sent: hidden wherever the data trace comes upon it. */
  #secrets: readonly string[];

  constructor(setting: ExecutionLogSetting, clock: Clock, headers: HeaderList = []) {
    this.#setting = setting;
    this.#clock = clock;
    this.#secrets = setting.hasDataTrace ? secretsOf(headers) : [];
  }

  info(text: string): void {
    if (this.#setting.level === 'INFO') this.#push(text);
  }

  error(text: string): void {
    this.#push(text);
  }

  /** An API key that did not come in a header. */
  hide(secret: string): void {
    if (this.#setting.hasDataTrace && secret.length >= leastSecretCharacters && !this.#secrets.includes(secret)) {
      this.#secrets = [secret, ...this.#secrets];
    }
  }

  get hasDataTrace(): boolean {
    return this.#setting.hasDataTrace;
  }

  /** A line of the data trace; made only where there is one. */
  data(text: () => string): void {
    if (this.#setting.hasDataTrace) this.#push(withoutSecrets(text(), this.#secrets));
  }

  #push(text: string): void {
    this.lines.push({ atMs: this.#clock.now(), text });
  }
}

/** What the backend is sent, as the log shows it. */
export interface EndpointRequest {
  /** `https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/…/invocations` */
  readonly uri: string;
  readonly headers: HeaderList;
  readonly body: string | Uint8Array | undefined;
}

export function logEndpointRequest(log: ExecutionLog, { uri, headers, body }: EndpointRequest): void {
  log.data(() => `Endpoint request URI: ${uri}`);
  log.data(() => `Endpoint request headers: ${printedHeaders(headers)}`);
  log.data(() => `Endpoint request body after transformations: ${printedBody(body)}`);
  log.data(() => `Sending request to ${uri}`);
}

export function logEndpointResponse(
  log: ExecutionLog,
  answer: { readonly status: number; readonly headers: HeaderList; readonly body: Uint8Array },
  latencyMs: number,
): void {
  const { status, headers, body } = answer;
  log.data(() => `Received response. Status: ${status}, Integration latency: ${Math.round(latencyMs)} ms`);
  log.data(() => `Endpoint response headers: ${printedHeaders(headers)}`);
  log.data(() => `Endpoint response body before transformations: ${printedBody(body)}`);
  for (let i = 0; i < headers.length; i += 2) {
    if (/^x-amzn?-request-?id$/i.test(headers[i]!)) log.endpointRequestId = headers[i + 1];
  }
}

/** `{name=value, other=value}`, as Java prints a map; several values of a name are joined by a comma. */
export function printedMap(list: readonly string[]): string {
  const values = new Map<string, string>();
  for (let i = 0; i < list.length; i += 2) {
    const before = values.get(list[i]!);
    values.set(list[i]!, before === undefined ? list[i + 1]! : `${before},${list[i + 1]!}`);
  }
  return `{${[...values].map(([name, value]) => `${name}=${value}`).join(', ')}}`;
}

/** What lets somebody in is shown by its last six characters (row LOG-07). */
const secretHeaders: ReadonlySet<string> = new Set(['authorization', 'x-api-key']);
const shownOfSecret = 6;

export function printedHeaders(headers: HeaderList): string {
  return printedMap(
    headers.map((text, i) => {
      if (i % 2 === 0 || !secretHeaders.has(headers[i - 1]!.toLowerCase())) return text;
      return maskedSecret(text);
    }),
  );
}

/** `**********abc123`; one too short to show anything of is stars alone. */
export function maskedSecret(text: string): string {
  const hidden = Math.max(0, text.length - shownOfSecret);
  return '*'.repeat(hidden) + (hidden === 0 ? '*'.repeat(text.length) : text.slice(hidden));
}

/** Shorter values stand for too much else in a log to be replaced in it. */
const leastSecretCharacters = 8;

/**
 * Values that let somebody in, the token behind `Bearer` by itself. AWS masks the two headers; that a function's event, a template or a mapped header carries the same values on is
 * left open by its pages, so they are masked there as well (decisions/0040).
 */
function secretsOf(headers: HeaderList): string[] {
  const found = new Set<string>();
  for (let i = 0; i < headers.length; i += 2) {
    if (!secretHeaders.has(headers[i]!.toLowerCase())) continue;
    const value = headers[i + 1]!;
    for (const secret of [value, /^\S+ (\S+)$/.exec(value)?.[1] ?? '']) {
      if (secret.length >= leastSecretCharacters) found.add(secret);
    }
  }
  // The longest first: one may be a part of another.
  return [...found].sort((a, b) => b.length - a.length);
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  let shown = text;
  for (const secret of secrets) {
    const masked = maskedSecret(secret);
    shown = shown.replaceAll(secret, masked);
    const quoted = JSON.stringify(secret).slice(1, -1);
    if (quoted !== secret) shown = shown.replaceAll(quoted, masked);
  }
  return shown;
}

/** Bytes are not printed (seen in logs users quote). */
export function printedBody(body: string | Uint8Array | undefined): string {
  if (body === undefined || typeof body === 'string') return body ?? '';
  return isUtf8(body) ? Buffer.from(body.buffer, body.byteOffset, body.length).toString() : '[Binary Data]';
}

export const configurationError = (what: string): string => `Execution failed due to configuration error: ${what}`;

/**
 * The line a failure leaves. A problem whose cause AWS words itself brings that line (`logged`); another says why in our words, which name what was
 * configured.
 */
export function failureLine(problem: Problem): string {
  const { logged } = problem.members;
  if (typeof logged === 'string') return logged;
  switch (problem.kind) {
    case 'API_CONFIGURATION_ERROR':
      return configurationError(problem.why);
    case 'INTEGRATION_TIMEOUT':
      return 'Execution failed due to a timeout error';
    case 'INTEGRATION_FAILURE':
      return 'Execution failed due to a network error communicating with endpoint';
    case 'DEFAULT_5XX':
      return problem.cause === undefined || problem.cause instanceof Problem
        ? configurationError(problem.why)
        : 'Execution failed due to an internal error';
    default:
      return problem.why;
  }
}
