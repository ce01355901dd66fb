/**
 * What functions of AWS can have and these cannot, asked for: nothing is set, in AWS's words. Tools that describe a function
 * ask all of it (Terraform's provider wants the code signing of every zip). Setting any of it answers 501.
 */
import { Problem } from '../../../base/problem.ts';
import type { Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/lambda.ts';
import { functionArn } from '../names.ts';
import type { HandlerParts } from './parts.ts';

/** Handlers that read what is never set. */
export function notSetHandlers(parts: HandlerParts): Handlers<Operations> {
  return {
    async GetFunctionCodeSigningConfig(input, call) {
      await parts.functionNamed(input.FunctionName, call);
      return {};
    },

    async GetRuntimeManagementConfig(input, call) {
      const { record, qualifier } = await parts.versionNamed(input.FunctionName, input.Qualifier, call);
      return { UpdateRuntimeOn: 'Auto', FunctionArn: functionArn(record, qualifier ?? '$LATEST') };
    },

    async GetFunctionRecursionConfig(input, call) {
      await parts.functionNamed(input.FunctionName, call);
      return { RecursiveLoop: 'Terminate' };
    },

    async GetProvisionedConcurrencyConfig(input, call) {
      await parts.versionNamed(input.FunctionName, input.Qualifier, call);
      throw new Problem(
        'ProvisionedConcurrencyConfigNotFoundException',
        'No Provisioned Concurrency Config found for this function',
        { members: { Type: 'User' } },
      );
    },

    async ListProvisionedConcurrencyConfigs(input, call) {
      await parts.functionNamed(input.FunctionName, call);
      return { ProvisionedConcurrencyConfigs: [] };
    },

    async ListEventSourceMappings(input, call) {
      if (input.FunctionName !== undefined) await parts.functionNamed(input.FunctionName, call);
      return { EventSourceMappings: [] };
    },

    async ListCodeSigningConfigs() {
      return { CodeSigningConfigs: [] };
    },
  };
}
