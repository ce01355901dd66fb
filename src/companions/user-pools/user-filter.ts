/** The Filter of ListUsers: `attribute = "value"` for equal, `^=` for begins with ("Searching for and listing users" in the developer guide). */
import { invalidParameter } from './pool-errors.ts';
import type { UserRecord } from './records.ts';

/** Attributes that can be searched; custom ones cannot. */
const searchable: ReadonlySet<string> = new Set([
  'username',
  'email',
  'phone_number',
  'name',
  'given_name',
  'family_name',
  'preferred_username',
  'cognito:user_status',
  'status',
  'sub',
]);

const form = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/;

/** Which users a filter lets through; all of them when it is empty. Throws InvalidParameterException. */
export function compileFilter(filter: string | undefined, isCaseSensitive: boolean): (user: UserRecord) => boolean {
  if (filter === undefined || filter.trim() === '') return () => true;
  const [, name, operator, quoted] = form.exec(filter) ?? [];
  if (name === undefined || quoted === undefined)
    throw invalidParameter('Error while parsing filter.', `cannot read ${filter}`);
  if (!searchable.has(name)) {
    throw invalidParameter('One or more requested filters are not supported.', `users cannot be searched by ${name}`);
  }
  const value = quoted.replaceAll(/\\(.)/g, '$1');
  // `cognito:user_status` is told in upper case, `status` is whether the user is enabled.
  const fold = (text: string): string =>
    isCaseSensitive && name !== 'status' && name !== 'email' ? text : text.toLowerCase();
  const wanted = fold(value);
  return (user) => {
    const found = searchedValue(user, name);
    if (found === undefined) return false;
    return operator === '=' ? fold(found) === wanted : fold(found).startsWith(wanted);
  };
}

function searchedValue(user: UserRecord, name: string): string | undefined {
  switch (name) {
    case 'username':
      return user.username;
    case 'sub':
      return user.sub;
    case 'cognito:user_status':
      return user.status;
    case 'status':
      return user.enabled ? 'Enabled' : 'Disabled';
    default:
      return user.attributes[name];
  }
}
