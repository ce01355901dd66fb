/** What an imported OpenAPI file does that asks for a permission of its own: hands roles to the gateway, sets a resource policy. */
export interface ImportedActions {
  /** Every text that could be the ARN of a role. */
  readonly roles: readonly string[];
  readonly setsPolicy: boolean;
}

/** A document that is not understood here might be elsewhere, so it may do anything. */
const anything: ImportedActions = { roles: ['arn:aws:iam::000000000000:role/*'], setsPolicy: true };

/** `account` is what the variable of that name stands for (row OAS-06). */
export async function importedActions(body: Uint8Array, account: string): Promise<ImportedActions> {
  const text = new TextDecoder().decode(body);
  const roles = new Set<string>();
  const seen = new Set<object>();
  let setsPolicy = false;

  function look(value: unknown): void {
    if (typeof value === 'string') {
      if (value.startsWith('arn:')) {
        roles.add(value.replaceAll('${AWS::AccountId}', account).replaceAll('${AWS::Partition}', 'aws'));
      }
      return;
    }
    // Aliases of YAML make one object stand in many places.
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (Object.hasOwn(value, 'x-amazon-apigateway-policy')) setsPolicy = true;
    for (const member of Object.values(value)) look(member);
  }

  try {
    look(await documentOf(text));
  } catch {
    return anything;
  }
  return { roles: [...roles], setsPolicy };
}

async function documentOf(text: string): Promise<unknown> {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON, so YAML; its own search for repeated keys compares each with each.
    const { parse } = await import('yaml');
    return parse(text, { merge: true, uniqueKeys: false, maxAliasCount: -1, logLevel: 'error' });
  }
}
