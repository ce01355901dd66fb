/** The CloudFormation companion as a process starts with it: it knows its operations, and reads the rest of its code with the first call. */
import type { HttpReply, HttpRequest } from '../../base/http.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/cloudformation.ts';
import { lazyHandlers, once } from '../lazy-handlers.ts';
import type { CloudFormationOptions } from './cloudformation.ts';

export const cloudFormationOperations = [
  ...(['CreateChangeSet', 'CreateStack', 'DeleteChangeSet', 'DeleteStack', 'DescribeChangeSet'] as const),
  ...(['DescribeStackEvents', 'DescribeStackResource', 'DescribeStackResources', 'DescribeStacks'] as const),
  ...(['ExecuteChangeSet', 'GetStackPolicy', 'GetTemplate', 'GetTemplateSummary', 'ListChangeSets'] as const),
  ...(['ListExports', 'ListImports', 'ListStackResources', 'ListStacks', 'SetStackPolicy', 'UpdateStack'] as const),
  ...(['UpdateTerminationProtection', 'ValidateTemplate'] as const),
] as const satisfies readonly (keyof Operations)[];

export interface LazyCloudFormation {
  readonly handlers: Handlers<Operations>;
  /** Where custom resources send what became of them. */
  readonly pages: {
    owns(request: Pick<HttpRequest, 'path'>): boolean;
    answer(request: HttpRequest): Promise<HttpReply>;
  };
  /** Resolves when no stack is changed any more by this process, or after this time. */
  idle(maxMs: number): Promise<void>;
}

export function createLazyCloudFormation(options: CloudFormationOptions): LazyCloudFormation {
  const whole = once(async () => (await import('./cloudformation.ts')).createCloudFormation(options));
  return {
    handlers: lazyHandlers<Operations>(cloudFormationOperations, async () => (await whole.get()).handlers),
    pages: {
      owns: ({ path }) => path.startsWith('/_cloudformation/'),
      answer: async (request) => (await whole.get()).responses.answer(request),
    },
    idle: async (maxMs) => (await whole.made())?.idle(maxMs),
  };
}
