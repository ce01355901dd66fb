/** SimulateCustomPolicy and SimulatePrincipalPolicy: the evaluator asked without anything being done. */
import { permissionsOf } from '../../../base/permissions.ts';
import { type CompiledPolicy, compilePolicy, type PolicyContext } from '../../../base/policy.ts';
import { readPolicyDocument } from '../../../base/policy-document.ts';
import type { Caller } from '../../../ports/credentials.ts';
import type { Handlers } from '../../../wire/call.ts';
import type { EvaluationResult, Operations, SimulateCustomPolicyRequest } from '../../../wire/generated/iam.ts';
import { type Directory, groupNamed, pageOf, roleNamed, userNamed } from '../directory.ts';
import { invalidInput } from '../iam-errors.ts';
import { policiesOf, roleCaller, userCaller } from '../key-ring.ts';
import { iamArn, parseIamArn } from '../names.ts';

type Asked = Pick<
  SimulateCustomPolicyRequest,
  'ActionNames' | 'ResourceArns' | 'ContextEntries' | 'Marker' | 'MaxItems'
>;

const decisions = { allow: 'allowed', 'explicit deny': 'explicitDeny', 'implicit deny': 'implicitDeny' } as const;

export function simulationHandlers(directory: Directory): Handlers<Operations> {
  return {
    SimulateCustomPolicy(input, { account }) {
      const identity = input.PolicyInputList.map(compiled);
      const bounds = (input.PermissionsBoundaryPolicyInputList ?? []).map(compiled);
      const permissions = permissionsOf({ identity, ...(bounds[0] !== undefined && { boundary: bounds[0] }) });
      const callerArn = input.CallerArn ?? `arn:aws:iam::${account}:root`;
      return answer(input, { permissions, principal: { kind: 'AWS', names: [callerArn] }, context: new Map() });
    },

    SimulatePrincipalPolicy: (input, { account }) =>
      directory.read(async (tx) => {
        const arn = input.PolicySourceArn;
        const more = (input.PolicyInputList ?? []).map(compiled);
        const [user, role, group] = (['user', 'role', 'group'] as const).map((kind) => parseIamArn(kind, arn));
        let caller: Pick<Caller, 'permissions' | 'principal' | 'context'> | undefined;
        if (user !== undefined) caller = await userCaller(tx, await userNamed(tx, account, user.name), more);
        else if (role !== undefined) {
          const record = await roleNamed(tx, account, role.name);
          const subject = {
            roleArn: iamArn('role', record),
            roleId: record.id,
            sessionName: 'simulation',
            exists: true,
          };
          caller = await roleCaller(tx, account, subject, [], [], more);
        } else if (group !== undefined) {
          const identity = [...(await policiesOf(tx, await groupNamed(tx, account, group.name))), ...more];
          caller = {
            permissions: permissionsOf({ identity }),
            principal: { kind: 'AWS', names: [] },
            context: new Map(),
          };
        }
        if (caller === undefined)
          throw invalidInput(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);
        return answer(input, caller);
      }),
  };
}

function compiled(text: string): CompiledPolicy {
  const document = readPolicyDocument(text, 'identity');
  if (typeof document === 'string') throw invalidInput(`Invalid policy: ${document}`);
  return compilePolicy(document, 'identity');
}

function answer(input: Asked, caller: Pick<Caller, 'permissions' | 'principal' | 'context'>) {
  const given = new Map<string, string | readonly string[]>();
  for (const { ContextKeyName, ContextKeyValues = [], ContextKeyType = 'string' } of input.ContextEntries ?? []) {
    if (ContextKeyName === undefined) continue;
    const isList = ContextKeyType.endsWith('List');
    given.set(ContextKeyName.toLowerCase(), isList ? ContextKeyValues : (ContextKeyValues[0] ?? ''));
  }
  const context: PolicyContext = { get: (key) => given.get(key) ?? caller.context.get(key) };
  const resources = input.ResourceArns?.length ? input.ResourceArns : ['*'];
  const results = input.ActionNames.flatMap((action) =>
    resources.map((resource): EvaluationResult => {
      const { decision } = caller.permissions.decide({ principal: caller.principal, action, resource, context });
      return {
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision: decisions[decision],
        MatchedStatements: [],
        MissingContextValues: [],
      };
    }),
  );
  const { items, ...page } = pageOf(results, input);
  return { EvaluationResults: items, ...page };
}
