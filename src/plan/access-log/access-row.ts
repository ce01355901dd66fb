/** What an access log tells of one request: the request, its answer, and what its integration said. */
import type { Problem } from '../../base/problem.ts';
import type { Exchange, Reply } from '../exchange.ts';
import type { GuardFacts } from './guard-facts.ts';

/** Filled in by integrations where the stage has an access log (`Exchange.access`); undefined for what nobody said. */
export class AccessFacts {
  /** Status of the backend's answer, or of Lambda's API. */
  endpointStatus: number | undefined;
  /** Status a function's own answer asks for. */
  functionStatus: number | undefined;
  /** The AWS service's id of the call. */
  endpointRequestId: string | undefined;
  /** Bytes of the function's whole answer. */
  answerBytes: number | undefined;
  /** What a function that failed said. */
  functionError: string | undefined;
  /** Milliseconds from the call to all headers of a streamed answer; undefined for others. */
  headersMs: number | undefined;
  /** Milliseconds from the call to the first bytes of a streamed body. */
  firstContentMs: number | undefined;
  /** How the request was let in; undefined where the format does not ask. */
  readonly guards: GuardFacts | undefined;

  constructor(guards: GuardFacts | undefined) {
    this.guards = guards;
  }
}

export interface AccessRow {
  readonly x: Exchange;
  readonly reply: Reply;
  /** Milliseconds from the request's arrival to its answer. */
  readonly latencyMs: number;
}

/** A value as the log shows it; undefined is shown as `-`. */
export type RowReader = (row: AccessRow) => string | number | undefined;

/** The readers that mean the same for every type of API; undefined for other names. */
export function answerVariable(name: string): RowReader | undefined {
  switch (name) {
    case 'status':
      return ({ reply }) => reply.status;
    case 'responseLength':
      return ({ reply }) => bodyBytes(reply);
    case 'responseLatency':
      return ({ latencyMs }) => Math.round(latencyMs);
    case 'integrationLatency':
    case 'integration.latency':
      return ({ x }) => (x.integrationLatencyMs < 0 ? undefined : Math.round(x.integrationLatencyMs));
    case 'integrationStatus':
    case 'integration.integrationStatus':
      return ({ x }) => x.access?.endpointStatus;
    case 'integration.status':
      return ({ x, reply }) => x.access?.functionStatus ?? failedFunctionStatus(x, reply) ?? x.access?.endpointStatus;
    case 'awsEndpointRequestId':
    case 'integration.requestId':
      return ({ x }) => x.access?.endpointRequestId;
    case 'integration.timeToAllHeaders':
      return ({ x }) => rounded(x.access?.headersMs);
    case 'integration.timeToFirstContent':
      return ({ x }) => rounded(x.access?.firstContentMs);
    default:
      return undefined;
  }
}

const rounded = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : Math.round(ms));

/** Recorded: a function that raised shows the status its failure is answered with, while Lambda's own stays 200. */
function failedFunctionStatus(x: Exchange, { problem, status }: Reply): number | undefined {
  return problem !== undefined && x.access?.endpointRequestId !== undefined ? status : undefined;
}

export const bodyBytes = ({ body, stream }: Reply): number =>
  stream !== undefined ? stream.bytes : typeof body === 'string' ? Buffer.byteLength(body) : body.length;

/** What the gateway's own answer says went wrong, as the body in AWS's form has it. */
export function saidMessage({ body }: Reply): string | undefined {
  try {
    const said = JSON.parse(typeof body === 'string' ? body : Buffer.from(body).toString()) as Record<string, unknown>;
    const message = said['message'] ?? said['Message'];
    return typeof message === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}

/** `$context.error.*`; each type of API has its own words for the message and for the type. */
export function errorVariable(
  name: string,
  messageOf: (row: AccessRow) => string | undefined,
  typeOf: (problem: Problem) => string,
): RowReader | undefined {
  switch (name) {
    case 'error.message':
      return messageOf;
    case 'error.messageString':
      return (row) => {
        const message = messageOf(row);
        return message === undefined ? undefined : JSON.stringify(message);
      };
    case 'error.responseType':
      return ({ reply }) => reply.problem && typeOf(reply.problem);
    case 'error.validationErrorString':
      return ({ reply }) => reply.problem?.members['validationErrorString'] as string | undefined;
    default:
      return undefined;
  }
}

/** What the body of a failure says. */
export const failureMessage = ({ reply }: AccessRow): string | undefined => reply.problem && saidMessage(reply);
