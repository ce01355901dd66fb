/** Stacks come, change and go: CreateStack, UpdateStack, DeleteStack, and the settings beside the template. */
import type { Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/cloudformation.ts';
import { compileStackPolicy } from '../engine/stack-policy.ts';
import type { StackOptions, Stacks } from '../engine/stacks.ts';
import { stackArn, stackKey, stacks as stackRecords, type Tag } from '../records.ts';
import { validationError } from '../refusals.ts';

const namePattern = /^[a-zA-Z][-a-zA-Z0-9]*$/;

export function checkStackName(name: string): void {
  if (!namePattern.test(name)) {
    throw validationError(
      `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
    );
  }
  if (name.length > 128) {
    throw validationError(
      `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must have length less than or equal to 128`,
    );
  }
}

export function checkedTags(tags: readonly { Key?: string; Value?: string }[] | undefined): readonly Tag[] | undefined {
  if (tags === undefined) return undefined;
  if (tags.length > 50) throw validationError('Maximum number of tags exceeded; limit is 50');
  const keys = new Set<string>();
  return tags.map(({ Key = '', Value = '' }) => {
    if (Key.toLowerCase().startsWith('aws:')) throw validationError(`${Key} is a reserved tag key.`);
    if (keys.has(Key)) throw validationError(`Duplicate tag key found. Please specify unique tag keys.`);
    keys.add(Key);
    return { Key, Value };
  });
}

interface Asked {
  readonly StackPolicyBody?: string;
  readonly StackPolicyURL?: string;
  readonly StackPolicyDuringUpdateBody?: string;
  readonly StackPolicyDuringUpdateURL?: string;
  readonly RollbackConfiguration?: { readonly RollbackTriggers?: readonly unknown[] };
}

/** What is asked for and could not be kept is refused; so is a policy that is none. */
export function checkAsked(input: Asked): void {
  if (input.StackPolicyURL !== undefined || input.StackPolicyDuringUpdateURL !== undefined) {
    throw validationError('Stack policies are not read from a URL here: give the body.');
  }
  if ((input.RollbackConfiguration?.RollbackTriggers ?? []).length > 0) {
    throw validationError('RollbackTriggers are not supported here: no alarm ends a change of a stack.');
  }
  compileStackPolicy(input.StackPolicyBody);
  compileStackPolicy(input.StackPolicyDuringUpdateBody);
}

export function stackHandlers(stacks: Stacks): Handlers<Operations> {
  const { store } = stacks.engine.parts;
  return {
    async CreateStack(input, call) {
      checkStackName(input.StackName);
      if (input.OnFailure !== undefined && input.DisableRollback !== undefined) {
        throw validationError('You can specify either DisableRollback or OnFailure, but not both.');
      }
      checkAsked(input);
      const options: StackOptions = {
        ...{
          tags: checkedTags(input.Tags),
          capabilities: input.Capabilities,
          notificationArns: input.NotificationARNs,
        },
        ...{ roleArn: input.RoleARN, timeoutMinutes: input.TimeoutInMinutes, token: input.ClientRequestToken },
        ...{ terminationProtection: input.EnableTerminationProtection, stackPolicy: input.StackPolicyBody },
        ...{ disableRollback: input.DisableRollback, onFailure: input.OnFailure },
        retainExceptOnCreate: input.RetainExceptOnCreate,
      };
      return { StackId: await stacks.create(input.StackName, input, options, call) };
    },

    async UpdateStack(input, call) {
      checkAsked(input);
      const options: StackOptions = {
        ...{
          tags: checkedTags(input.Tags),
          capabilities: input.Capabilities,
          notificationArns: input.NotificationARNs,
        },
        ...{ roleArn: input.RoleARN, token: input.ClientRequestToken, stackPolicy: input.StackPolicyBody },
        ...{ disableRollback: input.DisableRollback, policyDuringUpdate: input.StackPolicyDuringUpdateBody },
      };
      return { StackId: await stacks.update(input.StackName, input, options, call) };
    },

    async DeleteStack(input, call) {
      const options: StackOptions = { roleArn: input.RoleARN, token: input.ClientRequestToken };
      await stacks.delete(input.StackName, input.RetainResources ?? [], options, call);
    },

    async UpdateTerminationProtection({ StackName, EnableTerminationProtection }, call) {
      const stack = await stacks.find(StackName, call);
      await store.write(async (tx) => {
        const now = (await tx.get(stackRecords, stackKey(stack)))!;
        tx.put(stackRecords, stackKey(stack), { ...now, terminationProtection: EnableTerminationProtection });
      });
      return { StackId: stackArn(stack) };
    },

    async SetStackPolicy(input, call) {
      checkAsked(input);
      const { StackName, StackPolicyBody } = input;
      const stack = await stacks.find(StackName, call);
      await store.write(async (tx) => {
        const now = (await tx.get(stackRecords, stackKey(stack)))!;
        tx.put(stackRecords, stackKey(stack), {
          ...now,
          ...(StackPolicyBody !== undefined && { stackPolicy: StackPolicyBody }),
        });
      });
    },

    async GetStackPolicy({ StackName }, call) {
      const { stackPolicy } = await stacks.find(StackName, call);
      return stackPolicy === undefined ? {} : { StackPolicyBody: stackPolicy };
    },
  };
}
