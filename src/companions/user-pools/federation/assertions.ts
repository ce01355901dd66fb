/** What SAML assertions said, between the form that brought one and the page that knows the browser: a minute, once. */
import { randomUUID } from 'node:crypto';
import type { ProviderClaims } from './code-exchange.ts';

export interface Assertions {
  /** A code for these claims, good for the sign-in `nonce` names. */
  keep(claims: ProviderClaims, nonce: string): string;
  /** The claims, which are gone afterwards. Throws when there are none. */
  redeem(code: string, nonce: string): ProviderClaims;
}

const lifetimeMs = 60_000;
const maxOpen = 1000;

export function createAssertions(now: () => number): Assertions {
  const open = new Map<string, { readonly claims: ProviderClaims; readonly nonce: string; readonly untilMs: number }>();
  return {
    keep(claims, nonce) {
      for (const [code, { untilMs }] of open) {
        // In the order of their making: behind the first good one all are good.
        if (untilMs > now() && open.size < maxOpen) break;
        open.delete(code);
      }
      const code = randomUUID();
      open.set(code, { claims, nonce, untilMs: now() + lifetimeMs });
      return code;
    },
    redeem(code, nonce) {
      const found = open.get(code);
      open.delete(code);
      if (found === undefined || found.nonce !== nonce || now() >= found.untilMs) {
        throw new Error('The assertion is of another sign-in, or it has taken too long');
      }
      return found.claims;
    },
  };
}
