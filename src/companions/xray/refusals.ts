/** What X-Ray's operations refuse, in one place: chosen, for nothing is recorded of them. */
import { Problem } from '../../base/problem.ts';

export const invalidRequest = (message: string): Problem => new Problem('InvalidRequestException', message);

export const noSuchRule = (): Problem => invalidRequest('Sampling rule does not exist.');
export const noSuchResource = (arn: string): Problem =>
  new Problem('ResourceNotFoundException', `The resource ${arn} does not exist.`, { members: { ResourceName: arn } });
export const ruleExists = (name: string): Problem =>
  invalidRequest(`A sampling rule with the name ${name} already exists.`);
export const nameOrArn = (): Problem => invalidRequest('Either RuleName or RuleARN must be specified, not both.');
export const defaultStays = (): Problem => invalidRequest('Default rule cannot be deleted.');
export const defaultKeeps = (member: string): Problem =>
  invalidRequest(`${member} of the Default rule cannot be changed.`);
export const endBeforeStart = (): Problem => invalidRequest('EndTime must be after StartTime.');
export const tooLongSpan = (hours: number): Problem =>
  invalidRequest(`The time range between StartTime and EndTime must not be longer than ${hours} hours.`);
export const badFilter = (why: string): Problem => invalidRequest(`Invalid FilterExpression: ${why}`);
export const badToken = (): Problem => invalidRequest('Invalid NextToken.');
