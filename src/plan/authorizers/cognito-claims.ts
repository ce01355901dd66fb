/** Claims as a Cognito authorizer of a REST API hands them on: texts all of them (recorded). */

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** JWT's own times are dates; `auth_time`, which is Cognito's, stays a number's text (recorded T3). */
const dateClaims: ReadonlySet<string> = new Set(['exp', 'iat', 'nbf']);

export function cognitoClaims(claims: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const texts = Object.entries(claims).map(([name, value]) => [name, textOf(name, value)] as const);
  return Object.fromEntries(texts);
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'number' && dateClaims.has(name)) return javaDate(value * 1000);
  if (typeof value === 'string') return value;
  // Lists, `cognito:groups` above all, are joined by commas.
  if (Array.isArray(value))
    return value.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join(',');
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

/** `Thu Sep 24 21:16:11 UTC 2026`, as java.util.Date prints itself. */
export function javaDate(epochMs: number): string {
  const date = new Date(epochMs);
  const two = (n: number): string => String(n).padStart(2, '0');
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  const day = `${days[date.getUTCDay()]} ${months[date.getUTCMonth()]} ${two(date.getUTCDate())}`;
  return `${day} ${time} UTC ${date.getUTCFullYear()}`;
}
