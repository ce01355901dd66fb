/** `uniqueItems` of JSON schema. */

/** Whether no two items are equal as JSON. One pass: comparing each with each would let a megabyte of items stop the process for hours. */
export function areDistinct(items: readonly unknown[]): boolean {
  const seen = new Set<string>();
  for (const item of items) seen.add(canonicalText(item));
  return seen.size === items.length;
}

/** The same text for equal values, whatever the order of their members. */
function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`;
  if (typeof value === 'number') return String(value === 0 ? 0 : value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalText(member)}`).join()}}`;
}
