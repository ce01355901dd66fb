/**
 * Refusals of API keys and usage plans. The first group was seen in answers that AWS's users quote; the wording of the second we chose, after them
 * (see chosen-refusals.ts).
 */
import type { Problem } from '../../base/problem.ts';
import { badRequest, conflict, limitExceeded, notFound } from './errors.ts';

export { requireText } from './chosen-refusals.ts';

export const noSuchApiKey = (): Problem => notFound('Invalid API Key identifier specified');
export const noSuchUsagePlan = (): Problem => notFound('Invalid Usage Plan ID specified');
export const apiKeyExists = (): Problem => conflict('API Key already exists');
export const noSuchPlanStage = (apiId: string, stage: string): Problem =>
  notFound(`API Stage not found: ${apiId}:${stage}`);
/** The placeholders are AWS's: it forgets to fill them in. */
export const incompletePlanStage = (): Problem =>
  badRequest('Invalid API Stage {api: %s, stage: %s} specified for usageplan %s');
export const invalidPlanStage = (): Problem => badRequest('Invalid API Stage specified');
export const planHasStages = (planId: string, stage: string): Problem =>
  badRequest(`Cannot delete Usage Plan ${planId} because there are API Stages associated with it, including ${stage}`);
export const secondPlanOfStage = (planId: string, keyId: string, stage: string): Problem =>
  conflict(
    `Usage Plan ${planId} cannot be added because API Key ${keyId} cannot reference multiple Usage Plans with the same API stage: ${stage}`,
  );
export const quotaLimitMissing = (): Problem => badRequest('Usage Plan quota limit must be a non-negative numeric');
export const invalidQuotaPeriod = (): Problem =>
  badRequest('Invalid Usage Plan quota period specified. Must be one of [DAY, WEEK, MONTH]');
export const offsetOfDay = (): Problem => badRequest('Usage Plan quota offset must be zero in the DAY period');
export const noSuchUsageKey = (): Problem => notFound('Invalid Key identifier specified');

// Chosen:
export const badKeyValue = (): Problem => badRequest('Invalid API Key value specified');
export const nameTooLong = (): Problem => badRequest('API Key name exceeds the maximum length of 1024 characters');
export const tooManyApiKeys = (): Problem => limitExceeded('API Keys', 'account');
export const tooManyUsagePlans = (): Problem => limitExceeded('Usage Plans', 'account');
export const tooManyPlansOfKey = (): Problem => limitExceeded('Usage Plans', 'API Key');
export const offsetOutOfRange = (period: string, last: number): Problem =>
  badRequest(`Usage Plan quota offset must be between 0 and ${last} inclusive in the ${period} period`);
export const negativeLimit = (what: string): Problem => badRequest(`Usage Plan ${what} must be a non-negative numeric`);
export const keyIsInPlan = (keyId: string, planId: string): Problem =>
  conflict(`API Key ${keyId} is already associated with Usage Plan ${planId}`);
export const stageIsInPlan = (stage: string, planId: string): Problem =>
  conflict(`API Stage ${stage} is already associated with Usage Plan ${planId}`);
export const invalidKeyType = (): Problem => badRequest('Invalid key type specified. Valid options are API_KEY');
export const planWithoutQuota = (): Problem => badRequest('Usage Plan does not have a quota');
export const invalidDate = (what: string): Problem =>
  badRequest(`Invalid ${what} specified. Must be in the format YYYY-MM-DD`);
export const datesReversed = (): Problem => badRequest('Start date must not be after end date');
export const tooManyDays = (days: number): Problem => badRequest(`Usage can be read for at most ${days} days at once`);
export const invalidThrottle = (): Problem => badRequest('Invalid throttle settings specified');
