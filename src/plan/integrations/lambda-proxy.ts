/** AWS_PROXY: the request becomes an event, the function's answer the reply. */
import { newHex } from '../../base/ids.ts';
import { Problem } from '../../base/problem.ts';
import type { FunctionResult } from '../../ports/functions.ts';
import { decodedBase64 } from '../base64-body.ts';
import { compileBinaryTypes } from '../binary-types.ts';
import type { Exchange, Reply } from '../exchange.ts';
import { configurationError } from '../execution-log.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import { answerHeaderName, mayMapRequestHeader } from '../header-rules.ts';
import { readProxyAnswer } from '../lambda-answer.ts';
import { compileLambdaEvent } from '../lambda-event.ts';
import { functionFailure, refuseTooLargeEvent } from '../lambda-failure.ts';
import { compileLambdaTarget, invalidPermissions } from '../lambda-target.ts';
import type { MethodScope } from '../method-scope.ts';
import type { Integration } from '../plan.ts';
import { newReply, replyHead } from '../reply.ts';
import { functionTrace } from '../trace.ts';

/** Compiles an AWS_PROXY integration; prints as `lambda-proxy arn:aws:lambda:…:function:name`. */
export function compileLambdaProxy(scope: MethodScope): Integration | undefined {
  const target = compileLambdaTarget(scope);
  if (target === undefined) return undefined;
  const writeEvent = compileLambdaEvent(scope);
  const isBinaryAccepted = compileBinaryTypes(scope.api.binaryMediaTypes).isAccepted;
  const lineage = newHex(8);
  const fault = proxyFault(scope);

  return {
    name: `lambda-proxy ${target.functionArn}`,
    run: async function callFunction(x) {
      if (fault !== undefined) throw gatewayProblem('API_CONFIGURATION_ERROR', fault);
      const trace = functionTrace(x, lineage);
      const result = await target
        .invoke(x, writeEvent(x), 'RequestResponse', trace)
        .catch((error: unknown) => badGateway(scope.label, error));
      return replyOf(x, result, trace);
    },
  };

  function replyOf(x: Exchange, result: FunctionResult, trace: string): Reply {
    if (result.functionError !== undefined) {
      const { why } = functionFailure(result);
      throw badFunction(why, why);
    }
    const answer = readProxyAnswer(result.payload.toString());
    if (typeof answer === 'string') {
      const why = `${scope.label}: malformed Lambda proxy response of ${target!.functionArn}: ${answer}`;
      throw badFunction(why, malformedResponse);
    }
    if (x.access !== undefined) x.access.functionStatus = answer.status;
    // A test shows what the function sent and nothing beside it (recorded).
    const headers = x.isTest && !answer.namesContentType ? replyHead(x, '').slice(2) : replyHead(x, answer.contentType);
    headers.push('X-Amzn-Trace-Id', trace);
    for (let i = 0; i < answer.headers.length; i += 2) {
      const name = answer.headers[i]!;
      const sentName = answerHeaderName(name, name.toLowerCase(), 'function or mapping');
      if (sentName !== undefined) headers.push(sentName, answer.headers[i + 1]!);
    }
    const isDecoded = answer.isBase64Encoded && isBinaryAccepted(x);
    return newReply(answer.status, headers, isDecoded ? decodedBase64(answer.body, scope.label) : answer.body);
  }
}

/** Why every request of this integration fails; undefined when none has to. */
export function proxyFault({ label, integration }: MethodScope): string | undefined {
  // Recorded: AWS keeps such an integration and fails its requests, because a Lambda invocation is a POST.
  const { httpMethod, requestParameters } = integration;
  if (httpMethod !== 'POST') {
    return `${label}: the integration's httpMethod is ${httpMethod ?? 'absent'}; Lambda is invoked with POST`;
  }
  // Request parameters mean nothing to a proxied function, but for those AWS chokes on (recorded).
  const unmappable = Object.keys(requestParameters ?? {}).find(
    (target) => !mayMapRequestHeader(target.replace(/^integration\.request\.header\./, ''), 'AWS_PROXY'),
  );
  return unmappable === undefined ? undefined : `${label}: ${unmappable} cannot be mapped`;
}

/** AWS files a function's failure under DEFAULT_5XX with 502 (rows LPV1-12, LPV1-13). */
export function badFunction(why: string, logged = configurationError(why)): Problem {
  return gatewayProblem('DEFAULT_5XX', why, { status: 502, logged });
}

/** What AWS's log has for it. */
export const malformedResponse = configurationError('Malformed Lambda proxy response');

/** A throttled function is a bad gateway, too (row LPV1-13); what the gateway found wrong itself keeps its own answer. */
export function badGateway(label: string, error: unknown): never {
  refuseTooLargeEvent(label, error);
  if (error instanceof Problem && error.kind === 'TooManyRequestsException') {
    throw badFunction(`${label}: ${error.kind}: ${error.why}`);
  }
  if (error instanceof Problem && error.kind === 'ResourceNotFoundException') {
    throw gatewayProblem('API_CONFIGURATION_ERROR', `${label}: ${error.why}`, { logged: invalidPermissions });
  }
  throw error;
}
