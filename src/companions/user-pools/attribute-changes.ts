/** What a change does to a user's attributes beside the change itself: new addresses are unverified, and some attributes cannot go. */
import { invalidParameter } from './pool-errors.ts';
import type { PoolRecord, UserRecord } from './records.ts';
import { checkRequired } from './schema.ts';

type Address = 'email' | 'phone_number';

/** Where codes of a password reset go: the first of these addresses that is verified. */
export function verifiedAddress(
  user: UserRecord,
  order: readonly Address[] = ['email', 'phone_number'],
): Address | undefined {
  const { attributes } = user;
  return order.find((name) => attributes[name] && attributes[`${name}_verified`] === 'true');
}

/** A new address is unverified unless the same call says otherwise. An empty text takes an attribute away. */
export function changedAttributes(
  pool: PoolRecord,
  user: UserRecord,
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  const attributes: Record<string, string> = { ...user.attributes };
  for (const name of ['email', 'phone_number']) {
    const value = values[name];
    if (value !== undefined && value !== attributes[name] && values[`${name}_verified`] === undefined) {
      if (attributes[`${name}_verified`] !== undefined) attributes[`${name}_verified`] = 'false';
    }
  }
  for (const [name, value] of Object.entries(values)) {
    if (value === '') delete attributes[name];
    else attributes[name] = value;
  }
  checkRequired(pool.schema, attributes);
  return attributes;
}

/** The attributes without some. Throws for those the pool cannot be without. */
export function withoutAttributes(
  pool: PoolRecord,
  user: UserRecord,
  names: readonly string[],
): Record<string, string> {
  const attributes: Record<string, string> = { ...user.attributes };
  for (const name of names) {
    const schema = pool.schema.find((each) => each.Name === name);
    if (schema === undefined) throw invalidParameter(`Attribute does not exist in the schema.`, `no attribute ${name}`);
    if (schema.Required === true || name === 'sub')
      throw invalidParameter(`user.${name}: Attribute cannot be deleted.`);
    if (pool.settings.UsernameAttributes?.includes(name as 'email') === true) {
      throw invalidParameter(`user.${name}: Attribute cannot be deleted.`, 'users of the pool are named by it');
    }
    delete attributes[name];
    if (name === 'email' || name === 'phone_number') delete attributes[`${name}_verified`];
  }
  return attributes;
}
