/** What CloudFormation refuses, in its words. Those without a recording are chosen, at the end. */
import { Problem } from '../../base/problem.ts';

export const validationError = (message: string): Problem => new Problem('ValidationException', message);
export const formatError = (message: string): Problem => validationError(`Template format error: ${message}`);
export const templateError = (message: string): Problem => validationError(`Template error: ${message}`);

export const noSuchStack = (name: string): Problem => validationError(`Stack with id ${name} does not exist`);
export const noStackNamed = (name: string): Problem => validationError(`Stack [${name}] does not exist`);
export const stackExists = (name: string): Problem =>
  new Problem('AlreadyExistsException', `Stack [${name}] already exists`);
export const wrongState = (arn: string, status: string, what: 'update' | 'create' | 'delete'): Problem =>
  validationError(
    what === 'update'
      ? `Stack:${arn} is in ${status} state and can not be updated.`
      : `Stack [${arn}] cannot be ${what === 'delete' ? 'deleted' : 'created'} while in status ${status}`,
  );
export const noUpdates = (): Problem => validationError('No updates are to be performed.');
export const protectedStack = (name: string): Problem =>
  validationError(`Stack [${name}] cannot be deleted while TerminationProtection is enabled`);

export const noSuchChangeSet = (name: string): Problem =>
  new Problem('ChangeSetNotFoundException', `ChangeSet [${name}] does not exist`);
export const changeSetExists = (name: string, stack: string): Problem =>
  new Problem('AlreadyExistsException', `ChangeSet ${name} already exists for stack ${stack}`);
export const changeSetNotExecutable = (id: string, status: string): Problem =>
  new Problem(
    'InvalidChangeSetStatusException',
    `ChangeSet [${id}] cannot be executed in its current status of [${status}]`,
  );

export const missingParameters = (names: readonly string[]): Problem =>
  validationError(`Parameters: [${names.join(', ')}] must have values`);
export const unknownParameters = (names: readonly string[]): Problem =>
  validationError(`Parameters: [${names.join(', ')}] do not exist in the template`);

export const needsCapabilities = (names: readonly string[]): Problem =>
  new Problem('InsufficientCapabilitiesException', `Requires capabilities : [${names.join(', ')}]`);
