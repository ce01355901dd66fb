/** AWS_PROXY of a WebSocket route: the event goes to the function; of its answer a client sees the body, a handshake the status too (recorded I1, I2, W2). */
import { newHex } from '../../base/ids.ts';
import { Problem } from '../../base/problem.ts';
import type { FunctionResult } from '../../ports/functions.ts';
import type { Exchange, Reply } from '../exchange.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import { malformedResponse } from '../integrations/lambda-proxy.ts';
import { readProxyAnswer } from '../lambda-answer.ts';
import { functionFailure } from '../lambda-failure.ts';
import { compileLambdaTarget } from '../lambda-target.ts';
import type { MethodScope } from '../method-scope.ts';
import type { Integration } from '../plan.ts';
import { newReply } from '../reply.ts';
import { functionTrace } from '../trace.ts';
import { compileSocketEvent } from './socket-event.ts';

/** Compiles it; prints as `lambda-proxy arn:aws:lambda:…:function:name`. Undefined after a complaint. */
export function compileSocketProxy(scope: MethodScope): Integration | undefined {
  const target = compileLambdaTarget(scope);
  if (target === undefined) return undefined;
  const writeEvent = compileSocketEvent(scope.stage);
  const lineage = newHex(8);

  return {
    name: `lambda-proxy ${target.functionArn}`,
    run: async function callFunction(x) {
      const result = await target
        .invoke(x, writeEvent(x), 'RequestResponse', functionTrace(x, lineage))
        .catch((error: unknown) => refusedCall(scope.label, error));
      return replyOf(x, result);
    },
  };

  function replyOf(x: Exchange, result: FunctionResult): Reply {
    if (result.functionError !== undefined) {
      const { why } = functionFailure(result);
      throw malformed(why, why);
    }
    const answer = readProxyAnswer(result.payload.toString());
    if (typeof answer === 'string') {
      throw malformed(`${scope.label}: malformed Lambda proxy response of ${target!.functionArn}: ${answer}`);
    }
    const body = answer.isBase64Encoded ? Buffer.from(answer.body, 'base64').toString() : answer.body;
    // Recorded W2, W3: a refused handshake gets the function's body under the gateway's own headers.
    const headers = ['Content-Type', 'application/json; charset=UTF-8', 'x-amz-apigw-id', x.extendedRequestId];
    const protocol = chosenProtocol(answer.headers);
    if (protocol !== undefined) headers.push('Sec-WebSocket-Protocol', protocol);
    return newReply(answer.status, headers, body);
  }
}

function chosenProtocol(headers: readonly string[]): string | undefined {
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i]!.toLowerCase() === 'sec-websocket-protocol') return headers[i + 1];
  }
  return undefined;
}

/** 502 where it answers a handshake (row WS-02). */
function malformed(why: string, logged = malformedResponse): Problem {
  return gatewayProblem('DEFAULT_5XX', why, { status: 502, logged });
}

function refusedCall(label: string, error: unknown): never {
  if (!(error instanceof Problem) || !/Exception$/.test(error.kind)) throw error;
  throw gatewayProblem('API_CONFIGURATION_ERROR', `${label}: ${error.kind}: ${error.why}`);
}
