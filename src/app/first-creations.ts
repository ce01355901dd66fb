/**
 * The service-linked role of API Gateway appears in an account with its first API, domain or VPC link, with active tracing and with access logs to Firehose
 * ("Using service-linked roles for API Gateway"; row CP-31); when it was deleted, with the next.
 */
import type { Service } from '../wire/service.ts';

const creations: ReadonlySet<string> = new Set([
  ...['CreateRestApi', 'ImportRestApi', 'CreateApi', 'ImportApi', 'CreateDomainName', 'CreateVpcLink'],
]);
const stageChanges: ReadonlySet<string> = new Set(['CreateStage', 'UpdateStage', 'CreateDeployment']);

interface StageAnswer {
  readonly tracingEnabled?: boolean;
  readonly accessLogSettings?: { readonly destinationArn?: string };
  readonly AccessLogSettings?: { readonly DestinationArn?: string };
}

/** The service, which makes the role of the calling account after a call that asks for one. */
export function makingItsRole(service: Service, ensureRole: (account: string) => Promise<void>): Service {
  return {
    ...service,
    async run(operation, input, call) {
      const output = await service.run(operation, input, call);
      const { name } = operation;
      if (creations.has(name) || (stageChanges.has(name) && asksForRole(output))) await ensureRole(call.account);
      return output;
    },
  };
}

function asksForRole(output: unknown): boolean {
  const { tracingEnabled, accessLogSettings, AccessLogSettings } = (output ?? {}) as StageAnswer;
  const destination = accessLogSettings?.destinationArn ?? AccessLogSettings?.DestinationArn ?? '';
  return tracingEnabled === true || /^arn:[^:]+:firehose:/.test(destination);
}
