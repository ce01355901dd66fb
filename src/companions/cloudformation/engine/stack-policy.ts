/** Stack policies: which resources an update may change, replace or remove ("Prevent updates to stack resources" in the CloudFormation guide). */
import { compilePattern } from '../../../base/policy-pattern.ts';
import { validationError } from '../refusals.ts';
import { isMap } from '../template/intrinsics.ts';

export type UpdateAction = 'Update:Modify' | 'Update:Replace' | 'Update:Delete';

/** Why an update may not do this; undefined when it may. */
export type StackPolicy = (action: UpdateAction, logicalId: string, type: string) => string | undefined;

interface Statement {
  readonly isDeny: boolean;
  covers(action: UpdateAction, resource: string, type: string): boolean;
}

/** Without a policy everything may be updated; with one, what it allows. Throws ValidationError for what is no policy. */
export function compileStackPolicy(text: string | undefined): StackPolicy {
  if (text === undefined) return () => undefined;
  const statements = statementsOf(text);
  return function refusalOf(action, logicalId, type) {
    const resource = `LogicalResourceId/${logicalId}`;
    const covering = statements.map((each) => each.covers(action, resource, type));
    const denying = statements.findIndex(({ isDeny }, index) => isDeny && covering[index] === true);
    const isAllowed = statements.some(({ isDeny }, index) => !isDeny && covering[index] === true);
    if (denying < 0 && isAllowed) return undefined;
    const statement = denying < 0 ? '' : `Statement [#${denying + 1}] does not allow `;
    return `Action denied by stack policy: ${statement}[${action}] for resource [${resource}];`;
  };
}

const invalid = (what: string) => validationError(`Error validating stack policy: ${what}`);

function statementsOf(text: string): Statement[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw invalid('Invalid stack policy');
  }
  if (!isMap(document) || document['Statement'] === undefined) throw invalid('Invalid stack policy');
  const all = Array.isArray(document['Statement']) ? document['Statement'] : [document['Statement']];
  return all.map(statementOf);
}

function statementOf(statement: unknown): Statement {
  if (!isMap(statement)) throw invalid('Invalid stack policy');
  const { Effect, Action, NotAction, Resource, NotResource, Condition } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') throw invalid(`Unknown effect ${String(Effect)}`);
  if ((Action ?? NotAction) === undefined || (Resource ?? NotResource) === undefined) {
    throw invalid('A statement needs an Action and a Resource');
  }
  const actions = matching(Action ?? NotAction);
  const resources = matching(Resource ?? NotResource);
  const types = typesOf(Condition);
  return {
    isDeny: Effect === 'Deny',
    covers: (action, resource, type) =>
      actions(action) === (Action !== undefined) && resources(resource) === (Resource !== undefined) && types(type),
  };
}

function matching(patterns: unknown): (text: string) => boolean {
  const all = (Array.isArray(patterns) ? patterns : [patterns]).map((pattern) => {
    if (typeof pattern !== 'string') throw invalid('Invalid stack policy');
    return compilePattern(pattern, { wildcards: true, variables: false });
  });
  return (text) => all.some((matches) => matches(text, new Map()) === true);
}

/** The one condition key there is: the type of the resource. */
function typesOf(condition: unknown): (type: string) => boolean {
  if (condition === undefined) return () => true;
  if (!isMap(condition)) throw invalid('Invalid condition');
  const tests = Object.entries(condition).map(([operator, keys]) => {
    const isKnown = operator === 'StringEquals' || operator === 'StringLike';
    if (!isKnown || !isMap(keys) || Object.keys(keys).some((key) => key !== 'ResourceType')) {
      throw invalid(`Invalid condition ${operator}`);
    }
    return matching(keys['ResourceType']);
  });
  return (type) => tests.every((test) => test(type));
}
