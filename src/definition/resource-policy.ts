/** Resource policies as they are kept: whole ARNs where their author wrote `execute-api:/prod/GET/pets`. */

/** Which API the short form means. */
export interface PolicyOwner {
  readonly id: string;
  readonly account: string;
  readonly region: string;
}

/** AWS writes the whole ARN when a policy is saved (row POL-01). A text that is no JSON stays as it is. */
export function expandedPolicy(text: string, { id, account, region }: PolicyOwner): string {
  const prefix = `arn:aws:execute-api:${region}:${account}:${id}`;
  return withWholeArns(text, (short) => prefix + short.slice('execute-api:'.length));
}

/** The same for any owner: `whole` makes an ARN of each resource that begins with `execute-api:/`. */
export function withWholeArns(text: string, whole: (short: string) => string): string {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return text;
  }
  const expand = (resource: unknown): unknown =>
    typeof resource === 'string' && resource.startsWith('execute-api:/') ? whole(resource) : resource;
  const expandAll = (value: unknown): unknown => (Array.isArray(value) ? value.map(expand) : expand(value));
  const expandStatement = (statement: unknown): unknown => {
    if (!isObject(statement)) return statement;
    const copy = { ...statement };
    for (const name of ['Resource', 'NotResource']) if (copy[name] !== undefined) copy[name] = expandAll(copy[name]);
    return copy;
  };
  if (!isObject(document)) return text;
  const { Statement } = document;
  return JSON.stringify({
    ...document,
    ...(Statement !== undefined && {
      Statement: Array.isArray(Statement) ? Statement.map(expandStatement) : expandStatement(Statement),
    }),
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
