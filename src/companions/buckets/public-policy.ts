/** Whether a bucket policy is public as S3's Block Public Access means it ("The meaning of public"): it allows everybody, and no condition names somebody fixed. */

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Keys that hold a policy to callers who are known, when their values have no wildcard. */
const fixingKeys: ReadonlySet<string> = new Set([
  ...['aws:sourceip', 'aws:sourcearn', 'aws:sourcevpc', 'aws:sourcevpce', 'aws:sourceowner', 'aws:sourceaccount'],
  ...['aws:userid', 'aws:principalorgid', 'aws:principalarn', 'aws:principalaccount', 's3:dataaccesspointarn'],
]);

export function isPublic(policy: string): boolean {
  const { Statement: given } = JSON.parse(policy) as { Statement?: Statement | readonly Statement[] };
  const statements = Array.isArray(given)
    ? (given as readonly Statement[])
    : given === undefined
      ? []
      : [given as Statement];
  return statements.some(
    (statement) => statement.Effect === 'Allow' && isOfEverybody(statement) && !isFixed(statement),
  );
}

function isOfEverybody({ Principal, NotPrincipal }: Statement): boolean {
  if (NotPrincipal !== undefined) return true;
  if (Principal === '*') return true;
  const named = (Principal as { AWS?: unknown } | undefined)?.AWS;
  return (Array.isArray(named) ? named : [named]).includes('*');
}

function isFixed({ Condition = {} }: Statement): boolean {
  return Object.entries(Condition).some(
    ([operator, keys]) =>
      !/^(?:.*:)?(?:StringNot|ArnNot|NotIp|Null)/.test(operator) &&
      Object.entries(keys).some(([key, values]) => {
        const texts = (Array.isArray(values) ? values : [values]).map(String);
        return fixingKeys.has(key.toLowerCase()) && texts.every((text) => !/[*?]/.test(text) && !/\/0$/.test(text));
      }),
  );
}
