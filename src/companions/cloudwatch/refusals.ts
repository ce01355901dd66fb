/** What CloudWatch's operations refuse, in one place: none of these sentences was recorded, they are as users quote them. */
import { Problem } from '../../base/problem.ts';

const invalidValue = (message: string): Problem => new Problem('InvalidParameterValueException', message);
const invalidCombination = (message: string): Problem => new Problem('InvalidParameterCombinationException', message);
const missing = (message: string): Problem => new Problem('MissingRequiredParameterException', message);

export const badValue = (name: string, value: unknown): Problem =>
  invalidValue(`The value ${String(value)} for parameter ${name} is invalid.`);

export const missingParameter = (name: string): Problem => missing(`The parameter ${name} is required.`);

export const noStatistic = (): Problem =>
  invalidCombination('At least one of the parameters Statistics and ExtendedStatistics must be specified.');

export const startsAfterEnd = (): Problem =>
  invalidCombination('The parameter StartTime must be less than the parameter EndTime.');

export const badPeriod = (name: string): Problem =>
  invalidValue(`The parameter ${name} must be 1, 5, 10, 20, 30 or a multiple of 60.`);

export const tooManyDatapoints = (count: number, most: number): Problem =>
  invalidCombination(
    `You have requested up to ${count.toLocaleString('en-US')} datapoints, which exceeds the limit of ${most.toLocaleString('en-US')}. ` +
      'You may reduce the datapoints requested by increasing Period, or decreasing the time range.',
  );

export const tooMany = (name: string, most: number): Problem =>
  invalidValue(`The collection ${name} must not have a size greater than ${most}.`);

export const exclusive = (one: string, other: string): Problem =>
  invalidCombination(`The parameters ${one} and ${other} are mutually exclusive and you have specified both.`);

export const differentSizes = (one: string, other: string): Problem =>
  invalidCombination(`The parameters ${one} and ${other} must be of the same size.`);

export const tooOld = (name: string): Problem =>
  invalidValue(`The parameter ${name} must specify a time no more than two weeks in the past.`);

export const tooNew = (name: string): Problem =>
  invalidValue(`The parameter ${name} must specify a time no more than two hours in the future.`);

export const badToken = (): Problem => new Problem('InvalidNextToken', 'The NextToken is invalid.');

export const invalid = (message: string): Problem => new Problem('ValidationException', message);

export const invalidTogether = (message: string): Problem => invalidCombination(message);

export const noSuchAlarm = (names: readonly string[]): Problem =>
  new Problem('ResourceNotFound', `The following alarm(s) do not exist: ${names.join(', ')}`);

export const missingChildren = (names: readonly string[]): Problem =>
  invalid(`Could not save the composite alarm as alarms [${names.join(', ')}] in the alarm rule do not exist`);

export const otherKindOfAlarm = (name: string): Problem =>
  invalid(`There is an alarm of another type with the name ${name}`);

export const tooManyAlarms = (most: number): Problem =>
  new Problem('LimitExceededFault', `The maximum limit of ${most} alarms exceeded`);

export const badReasonData = (): Problem => new Problem('InvalidFormatFault', 'StateReasonData must be valid JSON.');

export const notBuilt = (what: string): Problem =>
  new Problem('NotImplementedException', `${what} is not built yet in Gatewright.`);

export const noSuchDashboard = (names: readonly string[]): Problem =>
  new Problem(
    'DashboardNotFoundError',
    names.length === 1 ? `Dashboard ${names[0]} does not exist` : `Dashboards ${names.join(', ')} do not exist`,
  );

export const badDashboard = (messages: readonly { readonly DataPath: string; readonly Message: string }[]): Problem =>
  new Problem(
    'DashboardInvalidInputError',
    `The dashboard body is invalid, there are ${messages.length} validation errors`,
    {
      members: { dashboardValidationMessages: messages },
    },
  );

export const badDashboardText = (message: string): Problem => new Problem('DashboardInvalidInputError', message);

export const noSuchResource = (arn: string): Problem =>
  new Problem('ResourceNotFoundException', `Unknown resource ${arn}`, {
    members: { ResourceType: arn.includes('::dashboard/') ? 'dashboard' : 'alarm', ResourceId: arn },
  });
