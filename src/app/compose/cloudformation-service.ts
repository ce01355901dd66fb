/** CloudFormation as a service of the process; its companion calls all the others. */
import type { LazyBuckets } from '../../companions/buckets/lazy-buckets.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/cloudformation.ts';
import type { OtherService } from '../../wire/in-process-calls.ts';
import { createService, type Service } from '../../wire/service.ts';
import { loadModel } from '../../wire/service-model.ts';

export const cloudFormationService = (handlers: Handlers<Operations>): Service =>
  createService({ model: 'cloudformation', handlers, notBuilt: 'the rest' });

/** S3 as stacks call it. */
export const bucketService = ({ service, callFromWithin }: LazyBuckets): OtherService => ({
  model: loadModel('s3'),
  service,
  run: callFromWithin,
});
