/**
 * A function's call as the execution log shows it: the request Lambda's API would get and the answer it gives (recorded logs). Calls here need no signature, so
 * the two headers that would carry one are not there.
 */
import { createHash } from 'node:crypto';
import type { HeaderList } from '../base/headers.ts';
import type { FunctionInvocation, FunctionResult } from '../ports/functions.ts';
import type { Exchange } from './exchange.ts';
import { type EndpointRequest, logEndpointRequest, logEndpointResponse } from './execution-log.ts';
import type { StageContext } from './plan.ts';
import type { PlanTools } from './tools.ts';

export interface LambdaCallLog {
  request(x: Exchange, invocation: FunctionInvocation): void;
  response(x: Exchange, invocation: FunctionInvocation, result: FunctionResult): void;
}

/** Both write nothing for a request without an execution log. */
export function lambdaCallLog(
  scope: { readonly stage: StageContext; readonly tools: PlanTools },
  resourcePath: string,
  calledArn: string,
): LambdaCallLog {
  const { apiId, account, region, stage } = scope.stage;
  const host = `lambda.${/^arn:[^:]*:lambda:([^:]+):/.exec(calledArn)?.[1] ?? region}.amazonaws.com`;

  function requestOf(x: Exchange, { functionArn, payload, type, traceId }: FunctionInvocation): EndpointRequest {
    const headers: HeaderList = [
      'X-Amz-Date',
      new Date(x.startedAtMs).toISOString().replace(/[-:]|\.\d+/g, ''),
      'x-amzn-apigateway-api-id',
      apiId,
      'Accept',
      'application/json',
      'User-Agent',
      `AmazonAPIGateway_${apiId}`,
      'Host',
      host,
      'X-Amz-Content-Sha256',
      createHash('sha256').update(payload).digest('hex'),
      'X-Amzn-Trace-Id',
      traceId,
      'x-amzn-lambda-integration-tag',
      x.requestId,
      'X-Amz-Source-Arn',
      `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}/${x.method}${resourcePath}`,
    ];
    if (type === 'Event') headers.push('X-Amz-Invocation-Type', type);
    return { uri: `https://${host}/2015-03-31/functions/${functionArn}/invocations`, headers, body: payload };
  }

  function headersOf({ traceId }: FunctionInvocation, result: FunctionResult): HeaderList {
    const headers: HeaderList = [
      'Date',
      new Date(scope.tools.clock.now()).toUTCString(),
      'Content-Type',
      'application/json',
      'Content-Length',
      String(result.payload.length),
      'Connection',
      'keep-alive',
      'x-amzn-RequestId',
      result.requestId,
    ];
    if (result.functionError !== undefined) headers.push('X-Amz-Function-Error', result.functionError);
    headers.push('x-amzn-Remapped-Content-Length', '0', 'X-Amz-Executed-Version', result.executedVersion);
    // Lambda answers with the names of the trace's fields in lower case.
    headers.push(
      'X-Amzn-Trace-Id',
      traceId.replace(/(^|;)([A-Za-z]+)=/g, (field) => field.toLowerCase()),
    );
    return headers;
  }

  return {
    request(x, invocation) {
      const log = x.executionLog;
      if (log?.hasDataTrace) logEndpointRequest(log, requestOf(x, invocation));
    },
    response(x, invocation, result) {
      const log = x.executionLog;
      if (log === null) return;
      const headers = headersOf(invocation, result);
      logEndpointResponse(log, { status: result.status, headers, body: result.payload }, x.integrationLatencyMs);
    },
  };
}
