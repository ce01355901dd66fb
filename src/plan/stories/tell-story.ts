/** A story as JSON has it, and in one line. Who may read these pages reads what requests carried; what lets somebody in is masked all the same. */
import { isUtf8 } from 'node:buffer';
import { isSecretHeader, masked, masker } from './secrets.ts';
import type { Data, Story } from './story.ts';

/** One line of the list. */
export function storyLine({ x, plan, route, status, tookMs }: Story) {
  return {
    requestId: x.requestId,
    at: new Date(x.startedAtMs).toISOString(),
    api: plan.context.apiId,
    stage: plan.context.stage,
    method: x.method,
    path: x.path,
    ...(route !== undefined && { route }),
    ...(status !== undefined && { status }),
    ...(tookMs !== undefined && { tookMs: rounded(tookMs) }),
  };
}

export type WholeStory = ReturnType<typeof everything>;

/** The whole story, without what would let its reader in. */
export const wholeStory = (story: Story): WholeStory => changed(everything(story), masker(story));

/** Every text of a value changed, names of members as they are. */
function changed<T>(value: T, change: (text: string) => string): T {
  if (typeof value === 'string') return change(value) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => changed(each, change)) as T;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, changed(each, change)])) as T;
}

function everything(story: Story) {
  const { x, plan, problem } = story;
  const { context } = plan;
  return {
    ...storyLine(story),
    extendedRequestId: x.extendedRequestId,
    apiName: context.apiName,
    deployment: context.deploymentId,
    ...(x.traceHeader !== '' && { trace: x.traceHeader }),
    sourceIp: x.request.sourceIp,
    ...(x.pathParameters && story.keepsData && { pathParameters: x.pathParameters }),
    ...(x.request.query !== '' && story.keepsData && { query: x.request.query }),
    ...(x.authorizer && {
      authorizer: {
        ...(x.authorizer.principalId !== undefined && { principalId: x.authorizer.principalId }),
        ...(story.keepsData && { context: x.authorizer.context, claims: x.authorizer.claims }),
      },
    }),
    ...(x.caller && { caller: x.caller.userArn }),
    ...(x.apiKey && { apiKey: x.apiKey.id ?? 'unknown' }),
    ...(x.integrationLatencyMs >= 0 && { integrationTookMs: rounded(x.integrationLatencyMs) }),
    ...(story.requestData && { request: shown(story.requestData) }),
    events: story.events.map(({ atMs, tookMs, what, name, outcome, sent, received }) => ({
      atMs: rounded(atMs),
      ...(tookMs !== undefined && { tookMs: rounded(tookMs) }),
      ...{ what, name, outcome },
      ...(sent && { sent: shown(sent) }),
      ...(received && { received: shown(received) }),
    })),
    ...(story.log && { log: story.log }),
    ...(problem && { problem: { kind: problem.kind, why: problem.why } }),
    ...(story.replyData && { answer: shown(story.replyData) }),
  };
}

/** Microseconds are what the clock tells. */
const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;

function shown({ status, headers, body }: Data) {
  return {
    ...(status !== undefined && { status }),
    ...(headers && { headers: headerObject(headers) }),
    body:
      typeof body === 'string'
        ? body
        : isUtf8(body)
          ? Buffer.from(body).toString()
          : `(${body.length} bytes of no text)`,
  };
}

/** Values of one name are a list. */
function headerObject(headers: readonly string[]): Record<string, string | string[]> {
  const object: Record<string, string | string[]> = Object.create(null);
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    const value = isSecretHeader(name) ? masked(headers[i + 1]!) : headers[i + 1]!;
    const before = object[name];
    object[name] = before === undefined ? value : [before, value].flat();
  }
  return object;
}
