/** AddPermission, RemovePermission, GetPolicy: who may invoke. */
import { newRequestId } from '../../../base/ids.ts';
import { Problem } from '../../../base/problem.ts';
import type { Call, Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/lambda.ts';
import { badParameter, conflict, functionNotFound, resourceNotFound, staleRevision } from '../function-errors.ts';
import { type FunctionReference, functionArn, functionReference } from '../names.ts';
import { policyDocument, policyOf, statementOf } from '../permissions.ts';
import type { FunctionPolicy, FunctionRecord } from '../records.ts';
import type { HandlerParts } from './parts.ts';

/** AWS: 20 KB per policy. */
const maxPolicyBytes = 20_480;

/** Handlers over resource policies. */
export function permissionHandlers({ registry }: HandlerParts): Handlers<Operations> {
  /** The function and the qualifier whose policy is meant; `$LATEST` has none of its own. */
  function target(name: string, qualifier: string | undefined, call: Call): FunctionReference {
    const reference = functionReference(name, qualifier, call);
    if (reference.qualifier === '$LATEST') {
      throw badParameter('We currently do not support adding policies for $LATEST.');
    }
    return reference;
  }

  function assertQualifier(record: FunctionRecord, qualifier: string | undefined): void {
    if (qualifier === undefined) return;
    const isThere =
      record.aliases.some((alias) => alias.name === qualifier) ||
      record.versions.some(({ version }) => version === qualifier);
    if (!isThere) throw functionNotFound(functionArn(record, qualifier));
  }

  return {
    async AddPermission(input, call) {
      const reference = target(input.FunctionName, input.Qualifier, call);
      if (!/^(lambda:[*]|lambda:[a-zA-Z]+|[*])$/.test(input.Action)) {
        throw badParameter(
          `1 validation error detected: Value '${input.Action}' at 'action' failed to satisfy constraint: Member must satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])`,
        );
      }
      const statement = statementOf(input, functionArn(reference, reference.qualifier));
      await registry.change(reference, (record) => {
        assertQualifier(record, reference.qualifier);
        const present = policyOf(record, reference.qualifier);
        assertRevision(present, input.RevisionId);
        if (present?.statements.some(({ Sid }) => Sid === statement.Sid) === true) {
          throw conflict(
            `The statement id (${statement.Sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
          );
        }
        const policy = { revisionId: newRequestId(), statements: [...(present?.statements ?? []), statement] };
        const bytes = Buffer.byteLength(policyDocument(policy));
        if (bytes > maxPolicyBytes) {
          throw new Problem(
            'PolicyLengthExceededException',
            `The final policy size (${bytes}) is bigger than the limit (${maxPolicyBytes}).`,
            { members: { Type: 'User' } },
          );
        }
        return { ...record, policies: { ...record.policies, [reference.qualifier ?? '']: policy } };
      });
      return { Statement: JSON.stringify(statement) };
    },

    async RemovePermission(input, call) {
      const reference = target(input.FunctionName, input.Qualifier, call);
      await registry.change(reference, (record) => {
        const present = policyOf(record, reference.qualifier);
        if (present === undefined) throw resourceNotFound('No policy is associated with the given resource.');
        assertRevision(present, input.RevisionId);
        const statements = present.statements.filter(({ Sid }) => Sid !== input.StatementId);
        if (statements.length === present.statements.length) {
          throw resourceNotFound(`Statement ${input.StatementId} is not found in resource policy.`);
        }
        const { [reference.qualifier ?? '']: _before, ...others } = record.policies;
        if (statements.length === 0) return { ...record, policies: others };
        const policy = { revisionId: newRequestId(), statements };
        return { ...record, policies: { ...others, [reference.qualifier ?? '']: policy } };
      });
    },

    async GetPolicy(input, call) {
      const reference = functionReference(input.FunctionName, input.Qualifier, call);
      await registry.loading();
      const record = registry.find(reference);
      if (record === undefined) throw functionNotFound(functionArn(reference, reference.qualifier));
      const policy = policyOf(record, reference.qualifier);
      if (policy === undefined) throw resourceNotFound();
      return { Policy: policyDocument(policy), RevisionId: policy.revisionId };
    },
  };
}

function assertRevision(policy: FunctionPolicy | undefined, revisionId: string | undefined): void {
  if (revisionId !== undefined && revisionId !== policy?.revisionId) throw staleRevision();
}
