/** Who a policy statement is about: its Principal or NotPrincipal against whoever calls. */

/** Whoever calls, as a policy may name them. */
export interface PolicyPrincipal {
  readonly kind: 'AWS' | 'Service' | 'Federated';
  /** Every name the caller goes by: a session its own ARN and its role's. Empty for somebody who did not sign. */
  readonly names: readonly string[];
}

export const anonymousPrincipal: PolicyPrincipal = { kind: 'AWS', names: [] };

/** A service name (`apigateway.amazonaws.com`), a 12-digit account or an ARN as the principal it names. */
export function principalNamed(text: string): PolicyPrincipal {
  if (text === '' || text === 'anonymous') return anonymousPrincipal;
  return { kind: text.startsWith('arn:') || /^\d{12}$/.test(text) ? 'AWS' : 'Service', names: [text] };
}

/**
 * How a statement means a caller: by name or as everybody (`direct`), as one of an account (`account`), which hands the decision on to that account's own
 * policies, or not at all.
 */
export type PrincipalMatch = 'direct' | 'account' | 'none';
export type PrincipalMatcher = (principal: PolicyPrincipal) => PrincipalMatch;

type Names = Readonly<Record<string, string | readonly string[]>>;

/** Undefined when the element is none that a policy may hold. */
export function compilePrincipals(element: unknown): PrincipalMatcher | undefined {
  if (element === '*') return () => 'direct';
  if (typeof element === 'string') return compilePrincipals({ AWS: element, Service: element });
  if (typeof element !== 'object' || element === null || Array.isArray(element)) return undefined;
  const exact = new Map<string, Set<string>>();
  const accounts = new Set<string>();
  let isEverybody = false;
  for (const [kind, given] of Object.entries(element as Names)) {
    const values: unknown[] = Array.isArray(given) ? given : [given];
    if (!values.every((value): value is string => typeof value === 'string')) return undefined;
    exact.set(kind, new Set(values));
    if (kind !== 'AWS') continue;
    for (const value of values) {
      if (value === '*') isEverybody = true;
      const account = accountNamed(value);
      if (account !== undefined) accounts.add(account);
    }
  }
  return function matchPrincipal({ kind, names }) {
    // Services are among everybody.
    if (isEverybody) return 'direct';
    const named = exact.get(kind);
    let match: PrincipalMatch = 'none';
    for (const name of names) {
      if (kind === 'AWS') {
        const account = accountNamed(name) ?? name.split(':')[4] ?? '';
        // The account itself is its root; anybody else in it is meant only as one of the account.
        if (accounts.has(account)) {
          if (accountNamed(name) !== undefined) return 'direct';
          match = 'account';
          continue;
        }
      }
      if (named?.has(name) === true) return 'direct';
    }
    return match === 'account' && names.some((name) => named?.has(name) === true) ? 'direct' : match;
  };
}

/** `123456789012` and `arn:aws:iam::123456789012:root` both mean the account. */
function accountNamed(value: string): string | undefined {
  return /^(?:arn:[^:]+:iam::)?(\d{12})(?::root)?$/.exec(value)?.[1];
}
