/** Invoke and InvokeAsync: the Lambda API's way to run a function. */
import { newTraceRoot } from '../../../base/ids.ts';
import { Problem } from '../../../base/problem.ts';
import type { Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/lambda.ts';
import { eventTooLarge, functionNotFound, requestTooLarge } from '../function-errors.ts';
import type { FunctionLog } from '../logs.ts';
import { type FunctionId, functionArn, functionReference } from '../names.ts';
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

  return {
    async Invoke(input, call) {
      const reference = functionReference(input.FunctionName, input.Qualifier, call);
      await registry.loading();
      const record = registry.find(reference);
      if (record === undefined) throw functionNotFound(functionArn(reference, reference.qualifier));
      const payload = input.Payload ?? new Uint8Array();
      const type = input.InvocationType ?? 'RequestResponse';
      if (type === 'Event' && payload.length > maxEventBytes) throw eventTooLarge(payload.length, maxEventBytes);
      if (payload.length > maxRequestBytes) throw requestTooLarge(maxRequestBytes);
      assertJson(payload);
      if (type === 'DryRun') {
        invoker.versionOf(record, reference.qualifier);
        return { StatusCode: 204 };
      }
      const common = {
        reference,
        payload,
        traceId: `Root=${newTraceRoot(clock.now())}`,
        ...(input.ClientContext === undefined ? {} : { clientContext: clientContextOf(input.ClientContext) }),
      };
      if (type === 'Event') {
        await invoker.queue(common);
        return { StatusCode: 202 };
      }
      const withLog = input.LogType === 'Tail';
      const { outcome, requestId, executedVersion } = await invoker.invoke({ ...common, withLog });
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

function assertJson(payload: Uint8Array): void {
  if (payload.length === 0) return;
  try {
    JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8'));
  } catch (error) {
    throw new Problem(
      'InvalidRequestContentException',
      `Could not parse request body into json: Could not parse payload into json: ${(error as Error).message}`,
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
