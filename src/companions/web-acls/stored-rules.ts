/** Rules between the wire and the store: search strings are bytes there and base64 here, for records are JSON. */
import type { Rule, RuleAction } from '../../ports/web-acls.ts';
import type * as wire from '../../wire/generated/wafv2.ts';

export const storedRules = (rules: readonly wire.Rule[] = []): Rule[] =>
  rules.map(
    (rule) =>
      changed(rule, (value) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('base64') : undefined,
      ) as Rule,
  );

export const shownRules = (rules: readonly Rule[]): wire.Rule[] =>
  rules.map(
    (rule) =>
      changed(rule, (value, name) =>
        name === 'SearchString' ? Buffer.from(String(value), 'base64') : undefined,
      ) as wire.Rule,
  );

export const storedAction = (action: wire.DefaultAction): Pick<RuleAction, 'Allow' | 'Block'> =>
  changed(action, () => undefined) as Pick<RuleAction, 'Allow' | 'Block'>;

/** A copy without members that are undefined, where `change` gives what else a value becomes. */
function changed(value: unknown, change: (value: unknown, name: string) => unknown, name = ''): unknown {
  const other = change(value, name);
  if (other !== undefined) return other;
  if (Array.isArray(value)) return value.map((each) => changed(each, change));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, changed(member, change, key)]));
}
