/** Passwords: what a pool's policy asks of them, and the two forms they are kept in. The password itself is never stored. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { PasswordPolicyType } from '../../wire/generated/cognito-idp.ts';
import { shortPoolId } from './names.ts';
import { invalidPassword } from './pool-errors.ts';
import type { PasswordRecord, PoolRecord } from './records.ts';
import { srpVerifier } from './srp.ts';

const hashOf = promisify<string, Buffer, number, Buffer>(scrypt);
const hashBytes = 32;

/** What to keep of a password. About 50 ms, mostly on another thread. */
export async function passwordRecord(pool: PoolRecord, username: string, password: string): Promise<PasswordRecord> {
  const { salt, verifier } = srpVerifier(`${shortPoolId(pool.id)}${username}`, password);
  const hashSalt = randomBytes(16);
  const hash = await hashOf(password, hashSalt, hashBytes);
  return { srpSalt: salt, srpVerifier: verifier, hashSalt: hashSalt.toString('hex'), hash: hash.toString('hex') };
}

/** Whether a password is the one that was kept. As slow for a user without password, so that time does not tell. */
export async function isPassword(kept: PasswordRecord | undefined, password: string): Promise<boolean> {
  const salt = Buffer.from(kept?.hashSalt ?? '00'.repeat(16), 'hex');
  const hash = await hashOf(password, salt, hashBytes);
  return kept !== undefined && timingSafeEqual(hash, Buffer.from(kept.hash, 'hex'));
}

/** The characters Cognito counts as symbols ("Password requirements" in its developer guide); a space counts between others only. */
const symbols = /[\^$*.[\]{}()?\-"!@#%&/\\,><':;|_~`+=]|\S \S/;

/** Throws InvalidPasswordException with the first rule a password breaks. Operations word the beginning differently. */
export function checkPassword(policy: PasswordPolicyType, password: string, wording: string): void {
  const broken = brokenRule(policy, password);
  if (broken !== undefined) throw invalidPassword(`${wording}: ${broken}`);
}

function brokenRule(policy: PasswordPolicyType, password: string): string | undefined {
  if (password.length < (policy.MinimumLength ?? 8)) return 'Password not long enough';
  if (policy.RequireUppercase === true && !/[A-Z]/.test(password)) return 'Password must have uppercase characters';
  if (policy.RequireLowercase === true && !/[a-z]/.test(password)) return 'Password must have lowercase characters';
  if (policy.RequireNumbers === true && !/[0-9]/.test(password)) return 'Password must have numeric characters';
  if (policy.RequireSymbols === true && !symbols.test(password)) return 'Password must have symbol characters';
  return undefined;
}
