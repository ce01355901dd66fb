/** What is wrong with a bucket policy, in S3's words ("MalformedPolicy"). */
const maxStatements = 1000;

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
}

/** Empty for a policy that can be put on this bucket. */
export function policyDocumentComplaints(text: string, bucket: string): string[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return ["Policies must be valid JSON and the first byte must be '{'"];
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    return ["Policies must be valid JSON and the first byte must be '{'"];
  }
  const { Version, Statement: given } = document as { Version?: unknown; Statement?: unknown };
  if (Version !== undefined && Version !== '2012-10-17' && Version !== '2008-10-17') {
    return ['The policy must contain a valid version string'];
  }
  const statements = (Array.isArray(given) ? given : given === undefined ? [] : [given]) as readonly Statement[];
  if (statements.length === 0 || statements.length > maxStatements)
    return ['Could not parse the policy: Statement is empty!'];
  return statements.flatMap((statement) => statementComplaints(statement, bucket));
}

function statementComplaints(statement: Statement, bucket: string): string[] {
  if (typeof statement !== 'object' || statement === null) return ['Policy has invalid statement'];
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') return ['Invalid effect in policy'];
  if (statement.Principal === undefined && statement.NotPrincipal === undefined)
    return ['Missing required field Principal'];
  const actions = texts(statement.Action ?? statement.NotAction);
  if (actions === undefined || actions.length === 0) return ['Missing required field Action'];
  if (!actions.every((action) => action === '*' || /^s3:[\w*?]+$/i.test(action))) return ['Policy has invalid action'];
  const resources = texts(statement.Resource ?? statement.NotResource);
  if (resources === undefined || resources.length === 0) return ['Missing required field Resource'];
  const own = `arn:aws:s3:::${bucket}`;
  const isOwn = (resource: string): boolean =>
    resource === '*' ||
    resource === own ||
    resource.startsWith(`${own}/`) ||
    resource === `${own}*` ||
    resource === 'arn:aws:s3:::*';
  return resources.every(isOwn) ? [] : ['Policy has invalid resource'];
}

function texts(value: unknown): readonly string[] | undefined {
  const all = Array.isArray(value) ? value : [value];
  return all.every((each) => typeof each === 'string') ? (all as string[]) : undefined;
}
