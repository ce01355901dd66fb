/** Claims as JWT authorizers of HTTP APIs hand them on: texts, as Go prints the values (recorded for numbers; users quote `[a b]` of groups). */

/** Names sorted (recorded). */
export function jwtClaims(claims: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const texts = Object.entries(claims).map(([name, value]) => [name, printed(value)] as const);
  return Object.fromEntries(texts.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function printed(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printed).join(' ')}]`;
  if (value === null) return '<nil>';
  if (typeof value !== 'object') return String(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${members.map(([name, each]) => `${name}:${printed(each)}`).join(' ')}]`;
}
