/** Resource policies of functions: how AddPermission's members become a statement, and whether a caller may invoke. */
import { isAllowedBy } from '../../base/policy.ts';
import type { InvokePermission } from '../../ports/functions.ts';
import type { AddPermissionRequest } from '../../wire/generated/lambda.ts';
import { badParameter } from './function-errors.ts';
import type { FunctionPolicy, FunctionRecord, PolicyStatement } from './records.ts';

/** The statement as AWS writes it, members in AWS's order; `resource` is the function's ARN with the qualifier. */
export function statementOf(input: AddPermissionRequest, resource: string): PolicyStatement {
  const equals: Record<string, string> = {};
  if (input.SourceAccount !== undefined) equals['AWS:SourceAccount'] = input.SourceAccount;
  if (input.PrincipalOrgID !== undefined) equals['aws:PrincipalOrgID'] = input.PrincipalOrgID;
  if (input.EventSourceToken !== undefined) equals['lambda:EventSourceToken'] = input.EventSourceToken;
  if (input.FunctionUrlAuthType !== undefined) equals['lambda:FunctionUrlAuthType'] = input.FunctionUrlAuthType;
  const condition = {
    ...(Object.keys(equals).length === 0 ? {} : { StringEquals: equals }),
    ...(input.SourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': input.SourceArn } }),
    ...(input.InvokedViaFunctionUrl === undefined
      ? {}
      : { Bool: { 'lambda:InvokedViaFunctionUrl': String(input.InvokedViaFunctionUrl) } }),
  };
  return {
    Sid: input.StatementId,
    Effect: 'Allow',
    Principal: principalOf(input.Principal),
    Action: input.Action,
    Resource: resource,
    ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  };
}

function principalOf(principal: string): PolicyStatement['Principal'] {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  if (principal.startsWith('arn:')) return { AWS: principal };
  if (/^[a-z0-9.-]+\.[a-z]+$/.test(principal)) return { Service: principal };
  throw badParameter('The provided principal was invalid. Please check the principal and try again.');
}

/** The policy of a function or, with a qualifier, of one alias or version. What every object inherits is no policy. */
export function policyOf(record: FunctionRecord, qualifier: string | undefined): FunctionPolicy | undefined {
  const name = qualifier ?? '';
  return Object.hasOwn(record.policies, name) ? record.policies[name] : undefined;
}

/** The policy document as `GetPolicy` returns it. */
export function policyDocument(policy: FunctionPolicy): string {
  return JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: policy.statements });
}

/** Whether the policy lets a service invoke the function on behalf of `sourceArn`; `resource` is what the policy belongs to. */
export function allowsInvoke(
  policy: FunctionPolicy | undefined,
  permission: InvokePermission,
  resource: string,
): boolean {
  if (policy === undefined) return false;
  return isAllowedBy(policy.statements, {
    principal: permission.principal,
    action: 'lambda:InvokeFunction',
    resource,
    context: new Map([
      ['aws:sourcearn', permission.sourceArn],
      ['aws:sourceaccount', permission.sourceAccount],
    ]),
  });
}
