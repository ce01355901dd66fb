/** The four things a request validator may check; the validators themselves are made when they are first wanted, as the AWS console does. */
import type { RequestValidator } from '../../../../src/wire/generated/apigateway.ts';
import { call } from '../../client/call.ts';

export const validations = [
  { label: 'None', body: false, parameters: false },
  { label: 'Validate body', body: true, parameters: false },
  { label: 'Validate query string parameters and headers', body: false, parameters: true },
  { label: 'Validate body, query string parameters, and headers', body: true, parameters: true },
] as const;

/** What the validator of a method checks. */
export function validationOf(validatorId: string | undefined, validators: readonly RequestValidator[] = []): string {
  const validator = validators.find(({ id }) => id === validatorId);
  const found = validations.find(
    ({ body, parameters }) =>
      body === (validator?.validateRequestBody ?? false) &&
      parameters === (validator?.validateRequestParameters ?? false),
  );
  return found!.label;
}

/** The id of a validator that checks just this; empty for none. */
export async function validatorFor(
  restApiId: string,
  label: string,
  validators: readonly RequestValidator[] = [],
): Promise<string> {
  const wanted = validations.find((each) => each.label === label);
  if (wanted === undefined || (!wanted.body && !wanted.parameters)) return '';
  const { body: validateRequestBody, parameters: validateRequestParameters } = wanted;
  const found = validators.find(
    (each) =>
      (each.validateRequestBody ?? false) === validateRequestBody &&
      (each.validateRequestParameters ?? false) === validateRequestParameters,
  );
  if (found !== undefined) return found.id!;
  const made = await call('apigateway', 'CreateRequestValidator', {
    ...{ restApiId, name: label, validateRequestBody, validateRequestParameters },
  });
  return made.id!;
}
