/**
 * `@connections`: GET, POST and DELETE of one connection at its API's own address (rows WS-19 to WS-22; recorded M1 to M14). What the recording shows
 * is kept to the letter: which headers come, and in which cases none do.
 */

import { isConnectionId } from '../../base/connection-ids.ts';
import { type HeaderList, headerValue } from '../../base/headers.ts';
import type { HttpReply, HttpRequest } from '../../base/http.ts';
import { newExtendedRequestId, newTraceRoot } from '../../base/ids.ts';
import { decodedSegment } from '../../base/percent.ts';
import { Problem } from '../../base/problem.ts';
import type { StageContext } from '../../plan/plan.ts';
import type { ConnectionState, Connections } from '../../ports/connections.ts';
import type { InvokeAddress } from '../addresses.ts';
import { requestIdOf } from '../exchange.ts';

export interface ManagementCall {
  readonly request: HttpRequest;
  readonly stage: StageContext;
  readonly verb: 'GET' | 'POST' | 'DELETE';
}

export interface ManagementOptions {
  readonly connections: Connections;
  /** Whether the caller may: execute-api:ManageConnections. Rejects with a Problem whose kind is the error type and whose message the caller reads. */
  authorize(call: ManagementCall): Promise<void>;
  readonly now: () => number;
  /** Tells the log why a call was refused. */
  report(request: HttpRequest, status: number, kind: string, requestId: string, why: string): void;
}

export type Management = (request: HttpRequest, address: InvokeAddress, stage: StageContext) => Promise<HttpReply>;

const prefix = '/@connections/';
/** AWS quota: 128 KB a message. */
const maxDataBytes = 128 * 1024;

/** Whether a request below a stage of a WebSocket API is one of these calls. */
export function isManagementPath(path: string): boolean {
  return path.startsWith(prefix) && path.length > prefix.length;
}

export function createManagement({ connections, authorize, now, report }: ManagementOptions): Management {
  return async function manage(request, address, stage) {
    const requestId = requestIdOf(request);
    const ids: HeaderList = ['x-amzn-RequestId', requestId];
    const extendedId: HeaderList = ['x-amz-apigw-id', newExtendedRequestId()];
    const trace: HeaderList = ['X-Amzn-Trace-Id', rootOf(request) ?? `Root=${newTraceRoot(now())}`];
    const connectionId = decodedSegment(address.path.slice(prefix.length));
    const verb = request.method;

    const refused = (
      status: number,
      errorType: string,
      body: string,
      why: string,
      more: HeaderList = [],
    ): HttpReply => {
      const headers = [
        'Content-Type',
        'application/json',
        ...ids,
        'x-amzn-ErrorType',
        errorType,
        ...extendedId,
        ...more,
      ];
      report(request, status, errorType, requestId, why);
      return { status, headers, body };
    };

    if (verb !== 'GET' && verb !== 'POST' && verb !== 'DELETE') {
      return refused(
        403,
        'ForbiddenException',
        '{"message":"Forbidden"}',
        `${verb} of a connection; use GET, POST or DELETE`,
      );
    }
    // The id is looked at before the caller is (recorded M5).
    if (!isConnectionId(connectionId)) {
      const message = `Invalid connectionId: ${connectionId}`;
      return refused(400, 'BadRequestException', JSON.stringify({ message }), 'no connection ever had this id');
    }
    try {
      await authorize({ request, stage, verb });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const key = error.kind === 'AccessDeniedException' ? 'Message' : 'message';
      return refused(403, error.kind, JSON.stringify({ [key]: error.message }), error.why);
    }
    const gone = (): HttpReply =>
      refused(410, 'GoneException', '', `connection ${connectionId} is closed or not of this API`, trace);
    const succeeded = (status: number, body: string): HttpReply => ({
      status,
      headers: ['Content-Type', 'application/json', ...ids, ...extendedId, ...trace],
      body,
    });

    if (verb === 'GET') {
      const state = await connections.state(address.apiId, connectionId);
      return state === undefined ? gone() : succeeded(200, stateText(state));
    }
    if (verb === 'DELETE') {
      return (await connections.close(address.apiId, connectionId)) ? succeeded(204, '') : gone();
    }
    // Neither ids nor an error type (recorded M10).
    if (request.body.length > maxDataBytes) return { status: 413, headers: [], body: '' };
    switch (await connections.post(address.apiId, connectionId, request.body)) {
      case 'sent':
        return succeeded(200, '');
      case 'gone':
        return gone();
      case 'slow':
        return refused(
          429,
          'LimitExceededException',
          '{"message":"Too Many Requests"}',
          'the client does not read what waits for it',
          trace,
        );
    }
  };
}

/** Pretty-printed with a blank before each colon, as AWS prints it (recorded M1). */
export function stateText({ connectedAtMs, lastActiveAtMs, sourceIp, userAgent }: ConnectionState): string {
  const time = (ms: number): string => new Date(ms).toISOString();
  const agent = userAgent === undefined ? '' : `,\n    "userAgent" : ${JSON.stringify(userAgent)}`;
  return (
    `{\n  "identity" : {\n    "sourceIp" : ${JSON.stringify(sourceIp)}${agent}\n  },\n` +
    `  "connectedAt" : "${time(connectedAtMs)}",\n  "lastActiveAt" : "${time(lastActiveAtMs)}"\n}`
  );
}

function rootOf(request: HttpRequest): string | undefined {
  const root = /(?:^|;)\s*(Root=[^;]+)/i.exec(headerValue(request.headers, 'x-amzn-trace-id') ?? '')?.[1];
  return root;
}
