/** What a new user is called: in pools whose users sign in by e-mail address or phone number the username is their `sub`. */
import { invalidParameter } from './pool-errors.ts';
import type { PoolRecord } from './records.ts';
import { isEmail, isPhoneNumber } from './schema.ts';

export interface NewName {
  readonly username: string;
  /** The attribute the given name is, where it is one. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Throws InvalidParameterException for a name of the wrong form. */
export function nameOfNewUser(pool: PoolRecord, given: string, sub: string): NewName {
  const { UsernameAttributes: byAttributes = [], AliasAttributes: aliases = [] } = pool.settings;
  if (byAttributes.length > 0) {
    if (byAttributes.includes('email') && isEmail(given)) return { username: sub, attributes: { email: given } };
    if (byAttributes.includes('phone_number') && isPhoneNumber(given)) {
      return { username: sub, attributes: { phone_number: given } };
    }
    if (byAttributes.length > 1) throw invalidParameter('Username should be either an email or a phone number.');
    throw invalidParameter(
      byAttributes[0] === 'email' ? 'Username should be an email.' : 'Username should be a phone number.',
    );
  }
  if (aliases.includes('email') && isEmail(given)) {
    throw invalidParameter('Username cannot be of email format, since user pool is configured for email alias.');
  }
  if (aliases.includes('phone_number') && isPhoneNumber(given)) {
    throw invalidParameter(
      'Username cannot be of phone number format, since user pool is configured for phone number alias.',
    );
  }
  return { username: given, attributes: {} };
}
