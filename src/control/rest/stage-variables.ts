/** What may be a stage variable (row SV-01). */
import { invalidValue, tooMany } from './chosen-refusals.ts';
import { badRequest } from './errors.ts';
import type { RestLimits } from './limits.ts';

const namePattern = /^[A-Za-z0-9_]{1,64}$/;
const valuePattern = /^[A-Za-z0-9\-._~:/?#&=,]{1,512}$/;

/** Throws unless every variable is one AWS accepts and there are not too many. */
export function checkStageVariables(
  variables: Readonly<Record<string, string>> | undefined,
  limits: Pick<RestLimits, 'stageVariables'>,
): void {
  const entries = Object.entries(variables ?? {});
  if (entries.length > limits.stageVariables) throw tooMany('stage variables', 'stage', limits.stageVariables);
  for (const [name, value] of entries) {
    if (!namePattern.test(name)) throw invalidValue('stage variable name', name);
    if (!valuePattern.test(value)) {
      throw badRequest(
        `Invalid stage variable value: ${value}. Please use values with alphanumeric characters and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','.`,
      );
    }
  }
}
