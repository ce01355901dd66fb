/** One invocation as policies see it: the ARN that is called, and what condition keys say of the request. */
import type { PolicyContext } from '../base/policy.ts';
import { RequestContext } from '../base/request-context.ts';
import type { Caller } from '../ports/credentials.ts';
import type { Exchange } from './exchange.ts';
import { gatewayProblem } from './gateway-responses.ts';

/** The stage a request came to. */
export interface InvokedStage {
  readonly account: string;
  readonly region: string;
  readonly apiId: string;
  readonly stage: string;
}

export const invokeAction = 'execute-api:Invoke';

/** AWS takes no longer ARN where somebody has to be authorized (row IAM-10). */
const maxArnBytes = 1600;

/**
 * `arn:aws:execute-api:us-east-1:123456789012:abc/prod/GET/pets/1` (row CP-22). The path is what the router made of it: decoded, without further leading
 * slashes and a trailing one, so that no spelling of a path slips past a policy that names it. Throws when it is too long for AWS.
 */
export function invokedArn({ account, region, apiId, stage }: InvokedStage, x: Exchange): string {
  return shortEnough(
    `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}/${x.method}/${pathInPolicies(x.path)}`,
  );
}

/** The ARN, or a refusal when it is too long for AWS. */
export function shortEnough(arn: string): string {
  if (arn.length * 3 <= maxArnBytes || Buffer.byteLength(arn) <= maxArnBytes) return arn;
  const message = 'Request URI too long';
  throw gatewayProblem('DEFAULT_4XX', `the execution ARN has more than ${maxArnBytes} bytes`, { message, status: 414 });
}

function pathInPolicies(path: string): string {
  let start = 0;
  while (path[start] === '/') start++;
  const end = path.length > start && path.endsWith('/') ? path.length - 1 : path.length;
  const text = path.slice(start, end);
  if (!text.includes('%')) return text;
  return text.split('/').map(decoded).join('/');
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** As refusals show it: of the account only the last four digits (recorded). */
export function masked(arn: string): string {
  return arn.replace(/^(arn:[^:]*:[^:]*:[^:]*:)\d{8}(\d{4}:)/, '$1********$2');
}

/** Condition keys of a request (rows POL-07). */
export function invokeContext(
  { request, startedAtMs }: Exchange,
  region: string,
  caller: Caller | undefined,
): PolicyContext {
  return new RequestContext(request, startedAtMs, region, caller?.context);
}
