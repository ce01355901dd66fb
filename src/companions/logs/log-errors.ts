/** The refusals of CloudWatch Logs, in its words. */
import { Problem } from '../../base/problem.ts';

export const invalidParameter = (message: string): Problem => new Problem('InvalidParameterException', message);
export const resourceNotFound = (message: string): Problem => new Problem('ResourceNotFoundException', message);
export const noSuchGroup = (): Problem => resourceNotFound('The specified log group does not exist.');
export const noSuchStream = (): Problem => resourceNotFound('The specified log stream does not exist.');
export const groupExists = (): Problem =>
  new Problem('ResourceAlreadyExistsException', 'The specified log group already exists');
export const streamExists = (): Problem =>
  new Problem('ResourceAlreadyExistsException', 'The specified log stream already exists');
export const noSuchFilter = (kind: 'subscription' | 'metric'): Problem =>
  resourceNotFound(`The specified ${kind} filter does not exist.`);
export const limitExceeded = (): Problem => new Problem('LimitExceededException', 'Resource limit exceeded.');
export const invalidFilterPattern = (): Problem => invalidParameter('Invalid filter pattern');
export const invalidNextToken = (): Problem => invalidParameter('The specified nextToken is invalid.');

/** Asked for and not kept to here, so it is refused. */
export const notBuilt = (what: string): Problem =>
  new Problem('NotImplementedException', `${what} is not built yet in Gatewright. docs/logs.md says what is.`);
