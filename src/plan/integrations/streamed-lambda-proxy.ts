/**
 * AWS_PROXY with responseTransferMode STREAM (row NEW-02; developer guide, "Set up a Lambda proxy integration with payload response streaming"): the function writes
 * its status and headers as JSON, eight NUL bytes, and then the body, which goes on to the client as it comes.
 */
import type { BodyStream } from '../../base/body-stream.ts';
import { newHex } from '../../base/ids.ts';
import type { Exchange, Reply } from '../exchange.ts';
import { configurationError } from '../execution-log.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import { answerHeaderName } from '../header-rules.ts';
import { type ProxyAnswer, readProxyMembers } from '../lambda-answer.ts';
import { compileLambdaEvent } from '../lambda-event.ts';
import { functionFailure } from '../lambda-failure.ts';
import { compileLambdaTarget } from '../lambda-target.ts';
import type { MethodScope } from '../method-scope.ts';
import type { Integration } from '../plan.ts';
import { replyHead } from '../reply.ts';
import { compileStreamedCall, streamedReply } from '../stream-backend.ts';
import { functionTrace } from '../trace.ts';
import { badFunction, badGateway, proxyFault } from './lambda-proxy.ts';

/** Compiles a streamed AWS_PROXY integration; prints as `streamed lambda-proxy arn:aws:lambda:…:function:name`. */
export function compileStreamedLambdaProxy(scope: MethodScope): Integration | undefined {
  const target = compileLambdaTarget(scope);
  if (target === undefined) return undefined;
  const writeEvent = compileLambdaEvent(scope);
  const lineage = newHex(8);
  const fault = proxyFault(scope);
  const streamed = compileStreamedCall(scope, target.functionArn);
  if (streamed === undefined) return undefined;
  const { begin } = streamed;

  return {
    name: `streamed lambda-proxy ${target.functionArn}`,
    run: async function streamFromFunction(x) {
      if (fault !== undefined) throw gatewayProblem('API_CONFIGURATION_ERROR', fault);
      const trace = functionTrace(x, lineage);
      const [result, stream] = await begin(x, () =>
        target.stream(x, writeEvent(x), trace).catch((error: unknown) => badGateway(scope.label, error)),
      );
      if (result.functionError !== undefined) {
        stream.cancel();
        const { why } = functionFailure(result);
        throw badFunction(why, why);
      }
      let begun: BegunBody | string;
      try {
        begun = await readMetadata(stream);
      } catch (error) {
        throw badFunction(`${scope.label}: ${(error as Error).message}`);
      }
      if (typeof begun === 'string') {
        stream.cancel();
        const why = `${scope.label}: malformed streamed response of ${target.functionArn}: ${begun}`;
        throw gatewayProblem('API_CONFIGURATION_ERROR', why, { logged: malformedStream });
      }
      return replyOf(x, begun, stream, trace);
    },
  };

  function replyOf(x: Exchange, { answer, rest }: BegunBody, stream: BodyStreamOf, trace: string): Reply {
    if (x.access !== undefined) x.access.functionStatus = answer.status;
    const headers = replyHead(x, answer.contentType);
    headers.push('X-Amzn-Trace-Id', trace);
    let length: number | undefined;
    for (let i = 0; i < answer.headers.length; i += 2) {
      const name = answer.headers[i]!;
      const value = answer.headers[i + 1]!;
      const lowerName = name.toLowerCase();
      if (lowerName === 'content-length') {
        // What the function promises is what the client is told; without it the body comes in chunks.
        if (/^\d{1,15}$/.test(value)) length = Number(value);
        continue;
      }
      const sentName = answerHeaderName(name, lowerName, 'function or mapping');
      if (sentName !== undefined) headers.push(sentName, value);
    }
    stream.putBack(rest, length);
    return streamedReply(answer.status, headers, stream);
  }
}

type BodyStreamOf = Parameters<typeof streamedReply>[2];

/** What AWS's log has for an answer that is not of the form. */
const malformedStream = configurationError('Malformed Lambda proxy response');

/** The delimiter must stand within so many bytes, AWS says. */
const maxMetadataBytes = 16 * 1024;
const delimiter = Buffer.alloc(8);
const known = new Set(['headers', 'multiValueHeaders', 'cookies', 'statusCode']);

export interface BegunBody {
  readonly answer: ProxyAnswer;
  /** Bytes of the body that came with the metadata. */
  readonly rest: Buffer;
}

/** The status and headers at the beginning of a stream; a sentence when they are not there. */
export async function readMetadata(stream: BodyStream): Promise<BegunBody | string> {
  let bytes = Buffer.alloc(0);
  for (;;) {
    const at = bytes.indexOf(delimiter);
    if (at >= 0) {
      if (at > maxMetadataBytes - delimiter.length) break;
      const answer = readAnswer(bytes.toString('utf8', 0, at));
      return typeof answer === 'string' ? answer : { answer, rest: bytes.subarray(at + delimiter.length) };
    }
    if (bytes.length >= maxMetadataBytes) break;
    const piece = await stream.read();
    if (piece === undefined)
      return `it ends before the 8 NUL bytes behind its metadata: ${bytes.toString('utf8', 0, 200)}`;
    bytes = Buffer.concat([bytes, piece]);
  }
  return `there are no 8 NUL bytes within its first ${maxMetadataBytes} bytes`;
}

function readAnswer(text: string): ProxyAnswer | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return `the metadata is no JSON: ${text.slice(0, 200)}`;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'the metadata is no JSON object';
  const unknown = Object.keys(value).find((name) => !known.has(name));
  if (unknown !== undefined)
    return `the metadata has the unknown member ${unknown}; known are ${[...known].join(', ')}`;
  const { cookies = [], ...members } = value as { cookies?: unknown };
  const answer = readProxyMembers(members, 'application/json');
  if (typeof answer === 'string') return answer;
  if (!Array.isArray(cookies)) return 'cookies is not a list';
  const headers = [...answer.headers];
  for (const cookie of cookies) {
    if (typeof cookie !== 'string' || /[\0\r\n]/.test(cookie))
      return 'cookies holds a value that is no text of one line';
    headers.push('Set-Cookie', cookie);
  }
  return { ...answer, headers };
}
