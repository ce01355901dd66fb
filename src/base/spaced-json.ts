/** JSON as AWS writes documents for people: `"name" : value`, lists on one line, two spaces a level. Exports and descriptions of connections have it. */

/** The value must be one that JSON has; members that are undefined are left out. */
export const spacedJson = (value: unknown): string => written(value, '');

function written(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) {
    return value.length === 0 ? '[ ]' : `[ ${value.map((item) => written(item, indent)).join(', ')} ]`;
  }
  const inner = `${indent}  `;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `${inner}${JSON.stringify(name)} : ${written(member, inner)}`);
  return members.length === 0 ? '{ }' : `{\n${members.join(',\n')}\n${indent}}`;
}
