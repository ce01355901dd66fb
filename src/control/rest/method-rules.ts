/** What a method must fulfil to be kept (rows V1-13, V1-14). */
import { isMethodRequestParameter, repeatedParameterName } from '../../definition/parameters.ts';
import type { Method } from '../../definition/rest-api.ts';
import { requestValidators } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import { invalidIdentifier, requireOneOf, scopesNeedCognito } from './chosen-refusals.ts';
import { badRequest, invalidMappings } from './errors.ts';
import { checkModels, modelNamesOf } from './model-names.ts';
import { without } from './patch.ts';

const verbs = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'ANY'];

export const isVerb = (text: string): boolean => verbs.includes(text);

const authorizationTypes = ['NONE', 'AWS_IAM', 'CUSTOM', 'COGNITO_USER_POOLS'];

const needsAuthorizer = (authorizationType: string): boolean =>
  authorizationType === 'CUSTOM' || authorizationType === 'COGNITO_USER_POOLS';

/** Setting an authorizer while the type has none is silently ignored (recorded). */
export const withoutUnusedAuthorizer = (method: Method): Method =>
  needsAuthorizer(method.authorizationType) ? method : without(method, 'authorizerId');

/** What of its API a method may refer to. */
export interface MethodReferences {
  readonly modelNames: ReadonlySet<string>;
  readonly validatorIds: ReadonlySet<string>;
}

export async function methodReferencesOf(tx: ReadTransaction, restApiId: string): Promise<MethodReferences> {
  const validators = await tx.list(requestValidators, [restApiId]);
  return {
    modelNames: await modelNamesOf(tx, restApiId),
    validatorIds: new Set(validators.map(({ value }) => value.id)),
  };
}

/** Throws when the method refers to something that does not exist or contradicts itself. */
export function checkMethod(method: Method, { modelNames, validatorIds }: MethodReferences): void {
  checkAuthorization(method);
  checkRequestParameters(method.requestParameters ?? {});
  checkModels(method.requestModels, modelNames);
  if (method.requestValidatorId !== undefined && !validatorIds.has(method.requestValidatorId)) {
    throw invalidIdentifier('Request Validator');
  }
}

function checkAuthorization({ authorizationType, authorizationScopes }: Method): void {
  requireOneOf('authorization type', authorizationType, authorizationTypes);
  if (needsAuthorizer(authorizationType)) {
    // Authorizers cannot be created yet, so no id can name one.
    throw badRequest(
      'Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.',
    );
  }
  if (authorizationScopes !== undefined) {
    throw scopesNeedCognito();
  }
}

function checkRequestParameters(declared: Readonly<Record<string, boolean>>): void {
  const names = Object.keys(declared);
  const invalid = names.filter((name) => !isMethodRequestParameter(name));
  if (invalid.length > 0) throw invalidMappings(invalid.map((name) => `Invalid mapping expression specified: ${name}`));
  if (repeatedParameterName(names) !== undefined) {
    throw badRequest('Parameter names must be unique across querystring, header and path');
  }
}
