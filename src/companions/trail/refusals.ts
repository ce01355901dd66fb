/** What CloudTrail's operations refuse. The API reference names the exceptions; the wordings that nobody recorded are ours and stand here alone. */
import { Problem } from '../../base/problem.ts';

export const badToken = (): Problem =>
  new Problem('InvalidNextTokenException', 'Invalid token or token that was previously used in a request.');

export const badTimeRange = (): Problem =>
  new Problem('InvalidTimeRangeException', 'The start time cannot be after the end time.');

export const tooManyAttributes = (): Problem =>
  new Problem('InvalidLookupAttributesException', 'You can specify only one lookup attribute.');

export const badReadOnly = (value: string): Problem =>
  new Problem(
    'InvalidLookupAttributesException',
    `The lookup attribute ReadOnly takes true or false, and was given ${value}.`,
  );

export const noSuchTrail = (name: string, account: string): Problem =>
  new Problem('TrailNotFoundException', `Unknown trail: ${name} for the user: ${account}`);
