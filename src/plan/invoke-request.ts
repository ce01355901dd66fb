/** One invocation as policies see it: the ARN that is called, and what condition keys say of the request. */
import { headerValue } from '../base/headers.ts';
import type { PolicyContext } from '../base/policy.ts';
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
  const arn = `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}/${x.method}/${pathInPolicies(x.path)}`;
  if (arn.length * 3 > maxArnBytes && Buffer.byteLength(arn) > maxArnBytes) {
    throw gatewayProblem('DEFAULT_4XX', `the execution ARN has more than ${maxArnBytes} bytes`, {
      status: 414,
      message: 'Request URI too long',
    });
  }
  return arn;
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

/** Condition keys of a request, made when a policy asks (rows POL-07). */
export class InvokeContext implements PolicyContext {
  readonly #x: Exchange;
  readonly #region: string;
  readonly #caller: Caller | undefined;

  constructor(x: Exchange, region: string, caller: Caller | undefined) {
    this.#x = x;
    this.#region = region;
    this.#caller = caller;
  }

  get(key: string): string | readonly string[] | undefined {
    const { request, startedAtMs } = this.#x;
    switch (key) {
      case 'aws:sourceip':
        return request.sourceIp;
      case 'aws:securetransport':
        return String(request.secure);
      case 'aws:useragent':
        return headerValue(request.headers, 'user-agent');
      case 'aws:referer':
        return headerValue(request.headers, 'referer');
      case 'aws:currenttime':
        return new Date(startedAtMs).toISOString().replace(/\.\d{3}/, '');
      case 'aws:epochtime':
        return String(Math.floor(startedAtMs / 1000));
      case 'aws:requestedregion':
        return this.#region;
      default:
        return this.#caller?.context.get(key);
    }
  }
}
