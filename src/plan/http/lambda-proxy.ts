/** AWS_PROXY of an HTTP API with a function: the request becomes an event of format 1.0 or 2.0, the function's answer the reply. */
import { newHex } from '../../base/ids.ts';
import { Problem } from '../../base/problem.ts';
import { decodedBase64 } from '../base64-body.ts';
import type { Exchange, Reply } from '../exchange.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import { functionFailure, refuseTooLargeEvent } from '../lambda-failure.ts';
import { compileFunction, invokedFunction, isFunctionArn } from '../lambda-target.ts';
import { notBuiltYet } from '../method-scope.ts';
import { functionTrace } from '../trace.ts';
import { readAnswer1, readAnswer2 } from './function-answer.ts';
import { compileEvent1 } from './lambda-event-1.ts';
import { compileEvent2 } from './lambda-event-2.ts';
import { backendReply } from './reply.ts';
import type { RouteIntegration } from './route-integration.ts';
import { executionPath, type IntegrationScope } from './route-scope.ts';

/** Compiles the integration; prints as `lambda-proxy 2.0 arn:aws:lambda:…:function:name`. Undefined after a complaint. */
export function compileHttpLambdaProxy(scope: IntegrationScope): RouteIntegration | undefined {
  const { integration, stage, label, complain } = scope;
  const uri = integration.integrationUri ?? '';
  const functionArn = invokedFunction(uri) ?? (isFunctionArn(uri) ? uri : undefined);
  if (functionArn === undefined) {
    complain(`AWS_PROXY needs the ARN of a function, not ${uri || 'none'}`);
    return undefined;
  }
  const format = integration.payloadFormatVersion;
  if (format !== '1.0' && format !== '2.0') {
    complain(notBuiltYet(`payloadFormatVersion ${format}`));
    return undefined;
  }
  const target = compileFunction({
    label,
    functionArn,
    credentials: integration.credentialsArn,
    timeoutMs: integration.timeoutInMillis,
    verbAndPath: executionPath(scope),
    statementId: `apigateway-${stage.apiId}-${scope.route.routeId}`,
    stage,
    tools: scope.tools,
  });
  const writeEvent = format === '2.0' ? compileEvent2(scope) : compileEvent1(scope);
  const readAnswer = format === '2.0' ? readAnswer2 : readAnswer1;
  const lineage = newHex(8);

  return {
    name: `lambda-proxy ${format} ${target.functionArn}`,
    run: async function callFunction(x): Promise<Reply> {
      const trace = functionTrace(x, lineage);
      const result = await target
        .invoke(x, writeEvent(x), 'RequestResponse', trace)
        .catch((error: unknown) => failed(label, error));
      if (result.functionError !== undefined) throw malformed(functionFailure(result).why);
      return replyOf(x, result.payload.toString());
    },
  };

  function replyOf(x: Exchange, payload: string): Reply {
    const answer = readAnswer(payload);
    if (typeof answer === 'string') {
      throw malformed(`${label}: malformed Lambda proxy response of ${target.functionArn}: ${answer}`);
    }
    const { status, contentType, headers, body, isBase64Encoded } = answer;
    if (x.access !== undefined) x.access.functionStatus = status;
    // Always decoded here, whatever the client accepts (row LPV1-16).
    return backendReply(x, status, contentType, headers, isBase64Encoded ? decodedBase64(body, label) : body);
  }
}

/** Recorded: a failed function and a malformed answer are 500 here, where REST APIs say 502. */
function malformed(why: string): Problem {
  return gatewayProblem('DEFAULT_5XX', why);
}

function failed(label: string, error: unknown): never {
  refuseTooLargeEvent(label, error);
  if (error instanceof Problem && error.kind.endsWith('Exception')) {
    throw malformed(`${label}: ${error.kind}: ${error.why}`);
  }
  throw error;
}
