/** What web ACLs of a process share: counts that outlive plans, who is told what they saw, and what becomes of requests when one fails. */
import type { Countries } from '../../ports/countries.ts';
import type { WebAclSighting } from '../../ports/web-acls.ts';
import type { RequestRates } from './rates.ts';

export interface WebAclMemory {
  readonly rates: RequestRates;
  /** For geo match; a web ACL that asks for it is refused without. */
  readonly countries?: Countries | undefined;
  /** `closed` answers 500; `open` lets the request go on, unwatched (row WAF-05). */
  readonly whenFailing: 'closed' | 'open';
  /** Told of every verdict; must neither throw nor wait. */
  saw?(sighting: WebAclSighting): void;
}
