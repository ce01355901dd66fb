/** What a method must fulfil to be kept (rows V1-13, V1-14). */
import { isMethodRequestParameter, repeatedParameterName } from '../../definition/parameters.ts';
import type { Authorizer, Method } from '../../definition/rest-api.ts';
import { authorizers, requestValidators } from '../../ports/records.ts';
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
  readonly authorizers: readonly Authorizer[];
}

export async function methodReferencesOf(tx: ReadTransaction, restApiId: string): Promise<MethodReferences> {
  const validators = await tx.list(requestValidators, [restApiId]);
  return {
    modelNames: await modelNamesOf(tx, restApiId),
    validatorIds: new Set(validators.map(({ value }) => value.id)),
    authorizers: (await tx.list(authorizers, [restApiId])).map(({ value }) => value),
  };
}

/** Throws when the method refers to something that does not exist or contradicts itself. */
export function checkMethod(method: Method, references: MethodReferences): void {
  const { modelNames, validatorIds } = references;
  checkAuthorization(method, references.authorizers);
  checkRequestParameters(method.requestParameters ?? {});
  checkModels(method.requestModels, modelNames);
  if (method.requestValidatorId !== undefined && !validatorIds.has(method.requestValidatorId)) {
    throw invalidIdentifier('Request Validator');
  }
}

function checkAuthorization(method: Method, available: readonly Authorizer[]): void {
  const { authorizationType, authorizerId, authorizationScopes } = method;
  requireOneOf('authorization type', authorizationType, authorizationTypes);
  if (needsAuthorizer(authorizationType)) {
    const authorizer = available.find(({ id }) => id === authorizerId);
    const isOfUserPools = authorizer?.type === 'COGNITO_USER_POOLS';
    if (authorizer === undefined || isOfUserPools !== (authorizationType === 'COGNITO_USER_POOLS')) {
      throw badRequest(
        'Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.',
      );
    }
  }
  if (authorizationScopes !== undefined && authorizationType !== 'COGNITO_USER_POOLS') throw scopesNeedCognito();
}

function checkRequestParameters(declared: Readonly<Record<string, boolean>>): void {
  const names = Object.keys(declared);
  const invalid = names.filter((name) => !isMethodRequestParameter(name));
  if (invalid.length > 0) throw invalidMappings(invalid.map((name) => `Invalid mapping expression specified: ${name}`));
  if (repeatedParameterName(names) !== undefined) {
    throw badRequest('Parameter names must be unique across querystring, header and path');
  }
}
