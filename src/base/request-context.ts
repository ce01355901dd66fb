/** Condition keys of a request, looked up when a policy asks: what everybody's request says, then what its caller's credentials say. */
import { headerValue } from './headers.ts';
import type { HttpRequest } from './http.ts';
import type { PolicyContext } from './policy-pattern.ts';

type Said = Pick<HttpRequest, 'headers' | 'secure' | 'sourceIp' | 'vpcEndpoint'>;

export class RequestContext implements PolicyContext {
  readonly #request: Said;
  readonly #nowMs: number;
  readonly #region: string;
  readonly #caller: PolicyContext | undefined;

  constructor(request: Said, nowMs: number, region: string, caller: PolicyContext | undefined) {
    this.#request = request;
    this.#nowMs = nowMs;
    this.#region = region;
    this.#caller = caller;
  }

  get(key: string): string | readonly string[] | undefined {
    switch (key) {
      // Of what comes through a VPC endpoint only the address within the VPC is known ("AWS global condition context keys" in the IAM guide).
      case 'aws:sourceip':
        return this.#request.vpcEndpoint === undefined ? this.#request.sourceIp : undefined;
      case 'aws:vpcsourceip':
        return this.#request.vpcEndpoint === undefined ? undefined : this.#request.sourceIp;
      case 'aws:sourcevpce':
        return this.#request.vpcEndpoint?.id;
      case 'aws:sourcevpc':
        return this.#request.vpcEndpoint?.vpcId;
      case 'aws:vpceaccount':
        return this.#request.vpcEndpoint?.accountId;
      case 'aws:securetransport':
        return String(this.#request.secure);
      case 'aws:useragent':
        return headerValue(this.#request.headers, 'user-agent');
      case 'aws:referer':
        return headerValue(this.#request.headers, 'referer');
      case 'aws:currenttime':
        return new Date(this.#nowMs).toISOString().replace(/\.\d{3}/, '');
      case 'aws:epochtime':
        return String(Math.floor(this.#nowMs / 1000));
      case 'aws:requestedregion':
        return this.#region;
      default:
        return this.#caller?.get(key);
    }
  }
}
