/** Which attributes of a user OAuth scopes open ("Scopes, M2M, and APIs" in the developer guide): openid alone or profile all, email and phone their own. */
import type { ClientRecord } from './records.ts';

const narrowing: Readonly<Record<string, readonly string[]>> = {
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
};

/** The attributes the client may read and the scope opens. `scope` is space-separated. */
export function scopedAttributes(
  client: ClientRecord,
  attributes: Readonly<Record<string, string>>,
  scope: string,
): Record<string, string> {
  const readable = readableAttributes(client, attributes);
  const scopes = scope.split(' ');
  const named = scopes.filter((each) => Object.hasOwn(narrowing, each));
  if (named.length === 0 || scopes.includes('profile')) return readable;
  const open = new Set(named.flatMap((each) => narrowing[each]!));
  return Object.fromEntries(Object.entries(readable).filter(([name]) => open.has(name)));
}

/** Attributes the client may read; without a list all of them. */
export function readableAttributes(
  client: ClientRecord,
  attributes: Readonly<Record<string, string>>,
): Record<string, string> {
  const readable = client.settings.ReadAttributes;
  const entries = Object.entries(attributes).filter(([name, value]) => {
    if (value === '' || name.startsWith('dev:')) return false;
    return readable === undefined || readable.length === 0 || readable.includes(name);
  });
  return Object.fromEntries(entries);
}
