/** What an authorizer must fulfil to be kept (rows V1-21, V1-22, SV-07). Which members count depends on its type; the others are kept and ignored, as AWS does. */
import type { Problem } from '../../base/problem.ts';
import { identitySourcesOf } from '../../definition/identity-sources.ts';
import type { Authorizer } from '../../definition/rest-api.ts';
import { compileJavaPattern } from '../../plan/java-pattern.ts';
import { isLambdaInvocation } from '../../plan/lambda-target.ts';
import type { AuthorizerType } from '../../wire/generated/apigateway.ts';
import {
  authorizerNeeds,
  identityNeededForCaching,
  invalidIdentitySources,
  invalidProvider,
  invalidTokenSource,
  invalidValidationExpression,
  requireText,
} from './chosen-refusals.ts';
import { badRequest, invalidArn, invalidAuthorizerUri } from './errors.ts';

export const authorizerTypes: readonly AuthorizerType[] = ['TOKEN', 'REQUEST', 'COGNITO_USER_POOLS'];

/** Recorded: CreateAuthorizer answers `custom`, and `cognito_user_pools` for user pools. */
export const defaultAuthType = (type: AuthorizerType): string =>
  type === 'COGNITO_USER_POOLS' ? 'cognito_user_pools' : 'custom';

export const ttlOutOfRange = (): Problem =>
  badRequest('Authorizer result TTL outside allowable range. TTL must be between 0 and 3600 seconds.');

/** Where a stage variable may stand. */
const variable = String.raw`\$\{stageVariables\.\w+\}`;
const userPool = new RegExp(
  `^(?:${variable}|arn:aws[a-z-]*:cognito-idp:(?:[a-z0-9-]+|${variable}):(?:\\d{12}|${variable}):userpool/(?:[\\w-]+|${variable}))$`,
);
const role = new RegExp(`^arn:aws[a-z-]*:iam::(?:\\d{12}|${variable}):role/.+$`);

/** Throws when the authorizer cannot be. */
export function checkAuthorizer(authorizer: Authorizer): void {
  const { name, authorizerResultTtlInSeconds: ttl, identityValidationExpression } = authorizer;
  requireText(name, 'Authorizer name');
  if (ttl !== undefined && (ttl < 0 || ttl > 3600)) throw ttlOutOfRange();
  if (authorizer.type === 'COGNITO_USER_POOLS') checkProviders(authorizer);
  else checkFunction(authorizer);
  checkIdentitySource(authorizer);
  if (identityValidationExpression !== undefined) {
    const compiled = compileJavaPattern(identityValidationExpression);
    if (typeof compiled === 'string') throw invalidValidationExpression(compiled);
  }
}

function checkProviders({ type, providerARNs = [] }: Authorizer): void {
  if (providerARNs.length === 0) throw authorizerNeeds(type, 'at least one provider ARN');
  const wrong = providerARNs.find((arn) => !userPool.test(arn));
  if (wrong !== undefined) throw invalidProvider(wrong);
}

function checkFunction({ type, authorizerUri, authorizerCredentials }: Authorizer): void {
  if (authorizerUri === undefined) throw authorizerNeeds(type, 'an authorizer URI');
  if (!isLambdaInvocation(authorizerUri)) throw invalidAuthorizerUri(authorizerUri);
  if (authorizerCredentials !== undefined && !role.test(authorizerCredentials)) throw invalidArn();
}

function checkIdentitySource({ type, identitySource, authorizerResultTtlInSeconds = 300 }: Authorizer): void {
  if (type === 'REQUEST') {
    if (identitySource === undefined) {
      if (authorizerResultTtlInSeconds > 0) throw identityNeededForCaching();
      return;
    }
    if (identitySourcesOf(identitySource) === undefined) throw invalidIdentitySources(identitySource);
    return;
  }
  if (identitySource === undefined) throw authorizerNeeds(type, 'an identity source');
  const sources = identitySourcesOf(identitySource);
  if (sources?.length !== 1 || sources[0]!.kind !== 'header') throw invalidTokenSource(identitySource);
}
