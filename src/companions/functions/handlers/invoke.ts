/** Invoke and InvokeAsync: the Lambda API's way to run a function. */
import { newTraceRoot } from '../../../base/ids.ts';
import { javaJsonComplaint } from '../../../base/java-json-complaint.ts';
import { Problem } from '../../../base/problem.ts';
import type { Call, Handlers } from '../../../wire/call.ts';
import type { InvokeWithResponseStreamResponseEvent, Operations } from '../../../wire/generated/lambda.ts';
import { FailedMidway } from '../answer-stream.ts';
import { eventTooLarge, functionNotFound, requestTooLarge } from '../function-errors.ts';
import type { StreamedInvokeResult } from '../invoker.ts';
import type { FunctionLog } from '../logs.ts';
import { type FunctionId, type FunctionReference, functionArn, functionReference } from '../names.ts';
import type { HandlerParts } from './parts.ts';

/** AWS: 6 MB for a synchronous payload, 1 MB for an asynchronous one. */
export const maxRequestBytes = 6 * 1024 * 1024;
export const maxEventBytes = 1024 * 1024;
const logTailBytes = 4096;

/** Handlers that run functions. */
export function invokeHandlers(parts: HandlerParts, logOf: (id: FunctionId) => FunctionLog): Handlers<Operations> {
  const { registry, invoker, clock } = parts;

  /** Last 4 KB of what one invocation wrote, from its START line on. */
  function logTail(id: FunctionId, requestId: string): string {
    const lines = logOf(id).lines();
    const end = lines.findLastIndex(({ message }) => message.includes(requestId));
    let start = lines.findIndex(({ message }) => message.includes(requestId));
    const stream = lines[end]?.stream;
    // The cold start's own output belongs to the invoke that caused it.
    while (
      start > 0 &&
      lines[start - 1]!.stream === stream &&
      !/^(REPORT|\{.*"platform.report")/.test(lines[start - 1]!.message)
    )
      start--;
    const own = lines.slice(start, end + 1).filter((line) => line.stream === stream);
    const text = Buffer.from(own.map(({ message }) => `${message}\n`).join(''));
    return text.subarray(Math.max(0, text.length - logTailBytes)).toString('base64');
  }

  async function found(input: { FunctionName: string; Qualifier?: string }, call: Call) {
    const reference = functionReference(input.FunctionName, input.Qualifier, call);
    await registry.loading();
    const record = registry.find(reference);
    if (record === undefined) throw functionNotFound(functionArn(reference, reference.qualifier));
    return { reference, record };
  }

  const common = (reference: FunctionReference, payload: Uint8Array, clientContext: string | undefined) => ({
    reference,
    payload,
    traceId: `Root=${newTraceRoot(clock.now())}`,
    ...(clientContext === undefined ? {} : { clientContext: clientContextOf(clientContext) }),
  });

  /** What comes of the function as events, then how it ended. */
  async function* eventsOf(
    { body, ended }: StreamedInvokeResult,
    logResult: () => string | undefined,
  ): AsyncGenerator<InvokeWithResponseStreamResponseEvent> {
    try {
      for (let piece = await body.read(); piece !== undefined; piece = await body.read()) {
        yield { PayloadChunk: { Payload: piece } };
      }
    } catch (error) {
      if (!(error instanceof FailedMidway)) throw error;
    } finally {
      body.cancel();
    }
    const { outcome } = await ended;
    const LogResult = logResult();
    const log = LogResult === undefined ? {} : { LogResult };
    if (outcome.functionError === undefined) yield { InvokeComplete: log };
    else
      yield { InvokeComplete: { ErrorCode: outcome.functionError, ErrorDetails: outcome.payload.toString(), ...log } };
  }

  return {
    async InvokeWithResponseStream(input, call) {
      const { reference, record } = await found(input, call);
      const payload = input.Payload ?? new Uint8Array();
      if (payload.length > maxRequestBytes) throw requestTooLarge(maxRequestBytes);
      assertJson(payload);
      if (input.InvocationType === 'DryRun') {
        const { version } = invoker.versionOf(record, reference.qualifier);
        return { StatusCode: 204, ExecutedVersion: version, EventStream: noEvents() };
      }
      const withLog = input.LogType === 'Tail';
      const result = await invoker.stream({ ...common(reference, payload, input.ClientContext), withLog });
      const logResult = () => (withLog ? logTail(reference, result.requestId) : undefined);
      return { StatusCode: 200, ExecutedVersion: result.executedVersion, EventStream: eventsOf(result, logResult) };
    },

    async Invoke(input, call) {
      const { reference, record } = await found(input, call);
      const payload = input.Payload ?? new Uint8Array();
      const type = input.InvocationType ?? 'RequestResponse';
      if (type === 'Event' && payload.length > maxEventBytes) throw eventTooLarge(payload.length, maxEventBytes);
      if (payload.length > maxRequestBytes) throw requestTooLarge(maxRequestBytes);
      assertJson(payload);
      if (type === 'DryRun') {
        invoker.versionOf(record, reference.qualifier);
        return { StatusCode: 204 };
      }
      const invocation = common(reference, payload, input.ClientContext);
      if (type === 'Event') {
        await invoker.queue(invocation);
        return { StatusCode: 202 };
      }
      const withLog = input.LogType === 'Tail';
      const { outcome, requestId, executedVersion } = await invoker.invoke({ ...invocation, withLog });
      return {
        StatusCode: 200,
        ExecutedVersion: executedVersion,
        Payload: outcome.payload,
        ...(outcome.functionError === undefined ? {} : { FunctionError: outcome.functionError }),
        ...(withLog ? { LogResult: logTail(reference, requestId) } : {}),
      };
    },

    async InvokeAsync(input, call) {
      const reference = functionReference(input.FunctionName, undefined, call);
      if (input.InvokeArgs.length > maxEventBytes) throw eventTooLarge(input.InvokeArgs.length, maxEventBytes);
      assertJson(input.InvokeArgs);
      await invoker.queue({ reference, payload: input.InvokeArgs, traceId: `Root=${newTraceRoot(clock.now())}` });
      return { Status: 202 };
    },
  };
}

async function* noEvents(): AsyncGenerator<never> {}

function assertJson(payload: Uint8Array): void {
  if (payload.length === 0) return;
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8');
  try {
    JSON.parse(text);
  } catch {
    throw new Problem(
      'InvalidRequestContentException',
      `Could not parse request body into json: Could not parse payload into json: ${javaJsonComplaint(text)}`,
      { members: { Type: 'User' } },
    );
  }
}

/** The header is base64 of JSON. */
function clientContextOf(header: string): string {
  const text = Buffer.from(header, 'base64').toString('utf8');
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    throw new Problem('InvalidRequestContentException', 'Client context must be a valid Base64-encoded JSON object.', {
      members: { Type: 'User' },
    });
  }
}
