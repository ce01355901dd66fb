/** Authorization codes between the redirect that hands one out and the call that redeems it: five minutes, once. */
import { randomUUID } from 'node:crypto';

export interface CodeGrant {
  readonly poolId: string;
  readonly clientId: string;
  readonly username: string;
  readonly redirectUri: string;
  readonly scope: string;
  readonly authTimeMs: number;
  readonly generation: number;
  readonly nonce?: string;
  readonly codeChallenge?: string;
}

export interface Grants {
  newCode(grant: CodeGrant): string;
  /** What a code stands for, if it is good; it is no longer afterwards. */
  redeem(code: string): CodeGrant | undefined;
}

const lifetimeMs = 300_000;
const maxOpen = 10_000;

/** Codes in memory: they live for minutes, and a restart may cost a second sign-in. */
export function createGrants(now: () => number): Grants {
  const open = new Map<string, { readonly grant: CodeGrant; readonly expiresMs: number }>();
  return {
    newCode(grant) {
      for (const [code, { expiresMs }] of open) {
        // In the order of their making: behind the first good one all are good.
        if (expiresMs > now() && open.size < maxOpen) break;
        open.delete(code);
      }
      const code = randomUUID();
      open.set(code, { grant, expiresMs: now() + lifetimeMs });
      return code;
    },
    redeem(code) {
      const found = open.get(code);
      open.delete(code);
      return found !== undefined && now() < found.expiresMs ? found.grant : undefined;
    },
  };
}
