/**
 * Is this text a policy that AWS would take? Checked when somebody saves one, so that the evaluator meets nothing it has to guess about ("Grammar of the IAM
 * JSON policy language" in the IAM user guide). The sentences are IAM's where users quote them.
 */
import { isConditionOperator } from './policy-conditions.ts';

export interface PolicyDocument {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: readonly Readonly<Record<string, unknown>>[];
}

export type PolicyUse = 'identity' | 'resource' | 'trust';

/** The document, or the sentence that says what is wrong with it. Never throws. */
export function readPolicyDocument(text: string, use: PolicyUse): PolicyDocument | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return use === 'trust' ? 'This policy contains invalid Json' : 'Syntax errors in policy.';
  }
  if (!isObject(parsed)) return 'Syntax errors in policy.';
  for (const name of Object.keys(parsed)) {
    if (!['Version', 'Id', 'Statement'].includes(name)) return 'Syntax errors in policy.';
  }
  const { Version, Id } = parsed;
  if (Version !== undefined && Version !== '2012-10-17' && Version !== '2008-10-17') return 'Syntax errors in policy.';
  if (Id !== undefined && typeof Id !== 'string') return 'Syntax errors in policy.';
  // AWS: identity policies are of the new language; it says so for the old one as for none.
  if (use === 'identity' && Version !== '2012-10-17') {
    return 'Policy document must be version 2012-10-17 or greater.';
  }
  const given = parsed['Statement'];
  const statements: unknown[] = Array.isArray(given) ? given : [given];
  if (given === undefined || (use !== 'resource' && statements.length === 0)) return 'Syntax errors in policy.';
  const sids = new Set<string>();
  for (const statement of statements) {
    const complaint = statementComplaint(statement, use);
    if (complaint !== undefined) return complaint;
    const { Sid } = statement as Record<string, unknown>;
    if (typeof Sid !== 'string' || Sid === '') continue;
    if (sids.has(Sid)) return 'Statement IDs (SID) in a single policy must be unique.';
    sids.add(Sid);
  }
  return { ...parsed, Statement: statements } as PolicyDocument;
}

const elements = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);

function statementComplaint(statement: unknown, use: PolicyUse): string | undefined {
  if (!isObject(statement)) return 'Syntax errors in policy.';
  if (Object.keys(statement).some((name) => !elements.has(name))) return 'Syntax errors in policy.';
  const { Sid, Effect } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') return 'Syntax errors in policy.';
  if (Sid !== undefined && (typeof Sid !== 'string' || (use !== 'resource' && !/^[A-Za-z0-9]*$/.test(Sid)))) {
    return 'Syntax errors in policy.';
  }
  return (
    principalComplaint(statement, use) ??
    actionComplaint(statement, use) ??
    resourceComplaint(statement, use) ??
    conditionComplaint(statement['Condition'])
  );
}

function principalComplaint(statement: Record<string, unknown>, use: PolicyUse): string | undefined {
  const { Principal, NotPrincipal } = statement;
  if (use === 'identity') {
    return Principal === undefined && NotPrincipal === undefined
      ? undefined
      : 'Policy document should not specify a principal.';
  }
  if (Principal !== undefined && NotPrincipal !== undefined) return 'Syntax errors in policy.';
  const given = Principal ?? NotPrincipal;
  if (given === undefined) return 'Missing required field Principal';
  if (use === 'trust' && NotPrincipal !== undefined) return 'Has prohibited field NotPrincipal';
  if (given === '*') return undefined;
  if (!isObject(given)) return `Invalid principal in policy: ${JSON.stringify(given)}`;
  for (const [kind, names] of Object.entries(given)) {
    const list = listOf(names);
    if (list === undefined || list.length === 0) return 'Syntax errors in policy.';
    for (const name of list) {
      if (!isPrincipalName(kind, name)) return `Invalid principal in policy: "${kind}":"${name}"`;
    }
  }
  return Object.keys(given).length === 0 ? 'Missing required field Principal cannot be empty!' : undefined;
}

const awsPrincipal =
  /^(?:\*|\d{12}|A(?:IDA|ROA|RN)[A-Z0-9]+|arn:aws[\w-]*:(?:iam|sts)::\d{12}:(?:root|(?:user|role|assumed-role|federated-user|group)\/\S+))$/;

function isPrincipalName(kind: string, name: string): boolean {
  switch (kind) {
    case 'AWS':
      return awsPrincipal.test(name) && !name.includes(':group/');
    case 'Service':
      return /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(name);
    case 'Federated':
      return name !== '';
    case 'CanonicalUser':
      return /^[0-9a-f]{1,64}$/.test(name);
    default:
      return false;
  }
}

function actionComplaint(statement: Record<string, unknown>, use: PolicyUse): string | undefined {
  const { Action, NotAction } = statement;
  if (Action !== undefined && NotAction !== undefined) return 'Syntax errors in policy.';
  const actions = listOf(Action ?? NotAction);
  if (Action === undefined && NotAction === undefined) {
    return use === 'trust' ? 'Missing required field Action' : 'Policy statement must contain actions.';
  }
  if (actions === undefined) return 'Syntax errors in policy.';
  if (actions.length === 0) return 'Policy statement must contain actions.';
  for (const action of actions) {
    if (action === '*') {
      if (use === 'trust') return 'AssumeRole policy may only specify STS AssumeRole actions.';
      continue;
    }
    const colon = action.indexOf(':');
    if (colon === -1) return 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
    const vendor = action.slice(0, colon);
    if (!/^[a-zA-Z0-9*?-]+$/.test(vendor)) return `Vendor ${vendor} is not valid`;
    if (action.indexOf(':', colon + 1) !== -1) return 'Actions/Condition can contain only one colon.';
    if (use === 'trust' && vendor.toLowerCase() !== 'sts') {
      return 'AssumeRole policy may only specify STS AssumeRole actions.';
    }
  }
  return undefined;
}

function resourceComplaint(statement: Record<string, unknown>, use: PolicyUse): string | undefined {
  const { Resource, NotResource } = statement;
  if (use === 'trust') {
    if (Resource !== undefined) return 'Has prohibited field Resource';
    return NotResource === undefined ? undefined : 'Has prohibited field NotResource';
  }
  if (Resource !== undefined && NotResource !== undefined) return 'Syntax errors in policy.';
  if (Resource === undefined && NotResource === undefined) return 'Policy statement must contain resources.';
  const resources = listOf(Resource ?? NotResource);
  if (resources === undefined) return 'Syntax errors in policy.';
  if (resources.length === 0) return 'Policy statement must contain resources.';
  if (use === 'resource') return undefined;
  for (const resource of resources) {
    if (resource === '*') continue;
    if (!resource.startsWith('arn:') && !/^[*?]/.test(resource)) {
      return `Resource ${resource} must be in ARN format or "*".`;
    }
    const parts = resource.split(':');
    if (resource.startsWith('arn:') && parts.length >= 3 && parts[1] !== '*' && !/^aws[\w-]*$/.test(parts[1]!)) {
      return `Partition "${parts[1]}" is not valid for resource "${resource}".`;
    }
    if (resource.startsWith('arn:') && parts.length < 6 && !resource.endsWith('*'))
      return 'The policy failed legacy parsing';
  }
  return undefined;
}

function conditionComplaint(condition: unknown): string | undefined {
  if (condition === undefined) return undefined;
  if (!isObject(condition)) return 'Syntax errors in policy.';
  for (const [operator, tests] of Object.entries(condition)) {
    if (!isConditionOperator(operator)) return `Invalid Condition type : ${operator}.`;
    if (!isObject(tests)) return 'Syntax errors in policy.';
    for (const [key, values] of Object.entries(tests)) {
      if (!key.includes(':')) return 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
      const list: unknown[] = Array.isArray(values) ? values : [values];
      if (!list.every((value) => ['string', 'number', 'boolean'].includes(typeof value)))
        return 'Syntax errors in policy.';
    }
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly string[] | undefined {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.every((item): item is string => typeof item === 'string') ? list : undefined;
}
