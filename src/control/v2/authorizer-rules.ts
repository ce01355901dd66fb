/** What an authorizer must fulfil to be kept (rows V2-13, HLA-11; recorded V4 to V8, V11, A15). */
import type { V2Api, V2Authorizer } from '../../definition/v2-api.ts';
import { parseIdentitySource } from '../../definition/v2-identity-sources.ts';
import { v2Authorizers } from '../../ports/records.ts';
import type { WriteTransaction } from '../../ports/store.ts';
import type { CreateAuthorizerRequest } from '../../wire/generated/apigatewayv2.ts';
import { ttlOutOfRange } from '../rest/authorizer-rules.ts';
import { invalidAuthorizerUri } from '../rest/errors.ts';
import { invalidIssuer, invalidValue, notForAuthorizerType, required, tooMany } from './chosen-refusals.ts';
import { badRequest, limitExceeded } from './errors.ts';
import { listOf } from './find.ts';
import type { V2Limits } from './limits.ts';
import { ourNames } from './member-names.ts';
import { isEmpty, updated } from './partial-update.ts';
import type { V2Ports } from './ports.ts';
import { checkTextLengths } from './text-lengths.ts';

type Given = Partial<Omit<CreateAuthorizerRequest, 'ApiId'>>;

/**
 * Without a TTL answers are not kept: the console's 300 seconds are the console's, CreateAuthorizer neither sets nor answers any.
 * Empty role ARNs are refused here and clear in an update (recorded A15). Not yet checked. */
export function newAuthorizer(input: Given, authorizerId: string, api: V2Api): V2Authorizer {
  if (input.AuthorizerCredentialsArn === '') throw badRequest('Invalid role ARN');
  return changedAuthorizer({ authorizerId } as V2Authorizer, input, api);
}

/** Not yet checked. */
export function changedAuthorizer(before: V2Authorizer, input: Given, api: V2Api): V2Authorizer {
  if (api.protocolType === 'WEBSOCKET') refuseHttpMembers(input);
  const { jwtConfiguration, ...changes } = ourNames(input) as Partial<V2Authorizer>;
  // `[""]` is no source (recorded V7).
  const sources = changes.identitySource?.filter((source) => source !== '');
  const jwt = jwtConfiguration && { ...before.jwtConfiguration, ...jwtConfiguration };
  return updated(before, {
    ...changes,
    ...(sources && { identitySource: sources }),
    ...(jwt && { jwtConfiguration: jwt }),
  });
}

/** Whatever their value, the empty text, false and what is out of range included (recorded V5). */
function refuseHttpMembers(input: Given): void {
  for (const member of [
    'AuthorizerPayloadFormatVersion',
    'AuthorizerResultTtlInSeconds',
    'EnableSimpleResponses',
  ] as const) {
    if (input[member] !== undefined) throw badRequest(`${member} cannot be set for WEBSOCKET protocol Apis.`);
  }
}

/** Puts an authorizer, new or changed, that is checked. */
export async function keepAuthorizer(
  tx: WriteTransaction,
  api: V2Api,
  authorizer: V2Authorizer,
  { limits }: V2Ports,
): Promise<void> {
  checkAuthorizer(api, authorizer, limits);
  const others = (await listOf(tx, v2Authorizers, api.apiId)).filter(
    ({ authorizerId }) => authorizerId !== authorizer.authorizerId,
  );
  if (others.length >= limits.authorizersPerApi) throw limitExceeded('Authorizers', 'API');
  tx.put(v2Authorizers, [api.apiId, authorizer.authorizerId], authorizer);
}

function checkAuthorizer(api: V2Api, authorizer: V2Authorizer, limits: V2Limits): void {
  checkTextLengths(authorizer);
  const { authorizerType: type, name } = authorizer;
  if (api.protocolType === 'WEBSOCKET' && type !== 'REQUEST') {
    throw badRequest('Invalid authorizer type. Only REQUEST authorizer type is supported on WEBSOCKET protocol Apis.');
  }
  if (type !== 'REQUEST' && type !== 'JWT') {
    throw badRequest(
      'Invalid authorizer type. Only REQUEST and JWT authorizer types are supported on HTTP protocol Apis.',
    );
  }
  if (!name) throw required('Name', 'Authorizer');
  if (type === 'JWT') checkJwt(authorizer, limits);
  else checkFunction(api, authorizer);
}

function checkFunction(api: V2Api, authorizer: V2Authorizer): void {
  const { authorizerUri: uri, authorizerCredentialsArn: role, identitySource = [], jwtConfiguration } = authorizer;
  if (jwtConfiguration !== undefined) throw notForAuthorizerType('JwtConfiguration', 'REQUEST');
  if (uri === undefined) throw required('AuthorizerUri', 'REQUEST authorizer');
  if (!/^arn:aws[a-z-]*:apigateway:[^:]+:lambda:path\/+2015-03-31\/functions\/.+\/invocations$/.test(uri)) {
    throw invalidAuthorizerUri(uri);
  }
  if (role !== undefined && !/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(role)) throw badRequest('Invalid role ARN');
  for (const source of identitySource) {
    if (parseIdentitySource(source, api.protocolType) === undefined) throw invalidIdentitySource(source, api);
  }
  if (api.protocolType === 'HTTP') checkHttpFunction(authorizer);
}

/** The WebSocket text is recorded, the other follows it. */
function invalidIdentitySource(source: string, { protocolType }: V2Api) {
  const [parameter, prefix] = protocolType === 'HTTP' ? ['$request.', '$'] : ['route.request.', ''];
  const name = '[a-zA-Z0-9._-]+';
  return badRequest(
    `Invalid request identity source expression: ${source}. The sources must be separated by comma, and each source must be either a request parameter, matching '${parameter}querystring|header.${name}', or a stage variable, matching '${prefix}stageVariables.${name}', or a context parameter, matching '${prefix}context.${name}'`,
  );
}

function checkHttpFunction(authorizer: V2Authorizer): void {
  const { authorizerPayloadFormatVersion: version, authorizerResultTtlInSeconds: ttl } = authorizer;
  if (version === undefined) throw required('AuthorizerPayloadFormatVersion', 'REQUEST authorizer');
  if (version !== '1.0' && version !== '2.0') {
    throw invalidValue('authorizer payload format version', version, ['1.0', '2.0']);
  }
  if (authorizer.enableSimpleResponses === true && version !== '2.0') {
    throw badRequest('EnableSimpleResponses can only be set for AuthorizerPayloadFormatVersion "2.0".');
  }
  if (ttl !== undefined && (ttl < 0 || ttl > 3600)) throw ttlOutOfRange();
  if (ttl !== undefined && ttl > 0 && isEmpty(authorizer.identitySource ?? [])) {
    throw badRequest('Identity source must be set if authorizer caching is enabled (TTL is greater than 0)');
  }
}

const functionMembers = [
  ['AuthorizerUri', 'authorizerUri'],
  ['AuthorizerCredentialsArn', 'authorizerCredentialsArn'],
  ['AuthorizerPayloadFormatVersion', 'authorizerPayloadFormatVersion'],
  ['EnableSimpleResponses', 'enableSimpleResponses'],
] as const;

function checkJwt(authorizer: V2Authorizer, limits: V2Limits): void {
  for (const [member, key] of functionMembers) {
    if (authorizer[key] !== undefined) throw notForAuthorizerType(member, 'JWT');
  }
  const { jwtConfiguration, identitySource = [] } = authorizer;
  if (jwtConfiguration === undefined) throw required('JwtConfiguration', 'JWT authorizer');
  const { issuer, audience = [] } = jwtConfiguration;
  if (!issuer) throw required('Issuer', 'JWT authorizer');
  if (audience.length === 0) throw required('Audience', 'JWT authorizer');
  if (audience.length > limits.audiencesPerAuthorizer) {
    throw tooMany('audiences', 'JWT authorizer', limits.audiencesPerAuthorizer);
  }
  if (!isIssuer(issuer)) throw invalidIssuer(issuer);
  if (identitySource.length === 0) throw required('IdentitySource', 'JWT authorizer');
  const [first] = identitySource;
  const kind = parseIdentitySource(first!, 'HTTP')?.kind;
  if (identitySource.length > 1 || (kind !== 'header' && kind !== 'querystring')) {
    throw invalidValue('identity source', identitySource.join(','));
  }
}

/** An address at which tokens' keys are found. AWS wants https; ours may stand on this machine, where there is none. */
function isIssuer(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '';
}
