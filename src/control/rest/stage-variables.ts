/** What may be a stage variable (row SV-01). */
import { badRequest } from './errors.ts';
import type { RestLimits } from './limits.ts';

const namePattern = /^[A-Za-z0-9_]{1,64}$/;
const valuePattern = /^[A-Za-z0-9\-._~:/?#&=,]{1,512}$/;

/** Throws unless every variable is one AWS accepts and there are not too many. */
export function checkStageVariables(variables: Readonly<Record<string, string>> | undefined, limits: RestLimits): void {
  const entries = Object.entries(variables ?? {});
  if (entries.length > limits.stageVariables) {
    throw badRequest(`Maximum number of stage variables for a stage is ${limits.stageVariables}`);
  }
  for (const [name, value] of entries) {
    if (!namePattern.test(name)) {
      throw badRequest(
        `Invalid stage variable name: ${name}. Please use names with alphanumeric characters and underscores, up to 64 characters.`,
      );
    }
    if (!valuePattern.test(value)) {
      throw badRequest(
        `Invalid stage variable value: ${value}. Please use values with alphanumeric characters and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','.`,
      );
    }
  }
}
