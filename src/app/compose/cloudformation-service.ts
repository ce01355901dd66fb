/** CloudFormation as a service of the process; its companion calls all the others. */
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/cloudformation.ts';
import { createService, type Service } from '../../wire/service.ts';

export const cloudFormationService = (handlers: Handlers<Operations>): Service =>
  createService({ model: 'cloudformation', handlers, notBuilt: 'the rest' });
