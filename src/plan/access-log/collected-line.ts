/** One request as a JSON object for log collectors: the same members for every type of API; what has no value is left out. */
import { headerValue } from '../../base/headers.ts';
import type { LoggedStage } from './access-log.ts';
import { type AccessRow, answerVariable, bodyBytes } from './access-row.ts';

export function collectedLine(
  { apiId, stage, isCanary }: LoggedStage,
  resource: string | undefined,
): (row: AccessRow) => string {
  const integrationStatus = answerVariable('integrationStatus')!;
  const integrationLatency = answerVariable('integrationLatency')!;
  return function writeCollected(row) {
    const { x, reply, latencyMs } = row;
    return JSON.stringify({
      time: new Date(x.startedAtMs).toISOString(),
      requestId: x.requestId,
      extendedRequestId: x.extendedRequestId,
      apiId,
      stage,
      canary: isCanary || undefined,
      sourceIp: x.request.sourceIp,
      method: x.method,
      path: x.contextPath,
      resource,
      protocol: x.request.protocol,
      status: reply.status,
      responseLength: bodyBytes(reply),
      responseLatencyMs: Math.round(latencyMs),
      integrationLatencyMs: integrationLatency(row),
      integrationStatus: integrationStatus(row),
      userAgent: headerValue(x.request.headers, 'user-agent'),
      principalId: x.authorizer?.principalId,
      caller: x.caller?.userArn,
      apiKeyId: x.apiKey?.id,
      errorType: reply.problem?.kind,
      error: reply.problem?.why,
    });
  };
}
