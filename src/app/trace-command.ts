/** `gatewright trace REQUEST_ID`: what became of a request, step by step; without an id the latest requests. */
import { printable } from './printable.ts';
import { UsageError } from './usage-error.ts';

interface Shown {
  readonly headers?: Record<string, string | string[]>;
  readonly status?: number;
  readonly body: string;
}

interface ShownStory {
  readonly requestId: string;
  readonly at: string;
  readonly api: string;
  readonly stage: string;
  readonly method: string;
  readonly path: string;
  readonly route?: string;
  readonly status?: number;
  readonly tookMs?: number;
  readonly request?: Shown;
  readonly events: readonly {
    readonly atMs: number;
    readonly tookMs?: number;
    readonly what: string;
    readonly name: string;
    readonly outcome: string;
    readonly sent?: Shown;
    readonly received?: Shown;
  }[];
  readonly log?: readonly string[];
  readonly problem?: { readonly kind: string; readonly why: string };
  readonly answer?: Shown;
}

/** Resolves to the exit code. */
export async function traceCommand(
  words: readonly string[],
  flags: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const [requestId, ...rest] = words;
  if (rest.length > 0) throw new UsageError('expected: trace [REQUEST_ID]');
  const endpoint = flags['endpoint'] ?? process.env['AWS_ENDPOINT_URL'] ?? 'http://localhost:4566';
  const page = `${endpoint}/_/requests${requestId === undefined ? '' : `/${encodeURIComponent(requestId)}`}`;
  const reply = await fetch(page).catch((error) => {
    throw new Error(`Cannot reach Gatewright at ${new URL(endpoint).origin}: is it running?`, { cause: error });
  });
  const answer = (await reply.json()) as { message?: string; requests?: ShownStory[] } & ShownStory;
  if (!reply.ok) {
    console.error(answer.message ?? `Gatewright answered ${reply.status}`);
    return 1;
  }
  if (requestId === undefined) for (const story of answer.requests ?? []) console.log(printable(headline(story)));
  else console.log(storyText(answer));
  return 0;
}

const headline = ({ at, requestId, status, tookMs, method, path, api, stage }: ShownStory): string =>
  `${at}  ${requestId}  ${status ?? '…'}  ${tookMs ?? '…'} ms  ${method} ${path}  (${api}/${stage})`;

/** The story as people read it, without a newline at the end. */
export function storyText(story: ShownStory): string {
  const lines = [headline(story), `route ${story.route ?? 'none'}`];
  if (story.request) lines.push('client sent', ...shownLines(story.request));
  for (const { atMs, tookMs, what, name, outcome, sent, received } of story.events) {
    lines.push(
      `${atMs.toFixed(3).padStart(10)} ms  ${what} ${name}: ${outcome}${tookMs === undefined ? '' : ` (${tookMs} ms)`}`,
    );
    if (sent) lines.push('              sent', ...shownLines(sent));
    if (received) lines.push('              received', ...shownLines(received));
  }
  for (const line of story.log ?? []) lines.push(`log  ${line}`);
  if (story.problem) lines.push(`problem ${story.problem.kind}: ${story.problem.why}`);
  if (story.answer) lines.push('client got', ...shownLines(story.answer));
  return lines.map(printable).join('\n');
}

function shownLines({ status, headers = {}, body }: Shown): string[] {
  const lines = status === undefined ? [] : [String(status)];
  for (const [name, value] of Object.entries(headers))
    for (const each of [value].flat()) lines.push(`${name}: ${each}`);
  if (body !== '') lines.push(...body.split('\n'));
  return lines.map((line) => `                ${line}`);
}
