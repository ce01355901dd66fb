/** Who may call, as security schemes and requirements (rows OAS-12, OAS-13, COG-12). */
import type { Authorizer, Method } from '../rest-api.ts';
import type { Exporting } from './export-document.ts';
import { type Json, withoutEmpty } from './json.ts';

const apiKey = 'api_key';
const iam = 'sigv4';

/** The schemes that methods use, and every authorizer when they are asked for. */
export function securitySchemesOf({ snapshot, authorizers }: Exporting): Json {
  const methods = snapshot.resources.flatMap((resource) => Object.values(resource.methods));
  const used = new Set(methods.map(({ authorizerId }) => authorizerId));
  const schemes: Record<string, Json> = {};
  if (methods.some(({ apiKeyRequired }) => apiKeyRequired)) {
    schemes[apiKey] = { type: 'apiKey', name: 'x-api-key', in: 'header' };
  }
  if (methods.some(({ authorizationType }) => authorizationType === 'AWS_IAM')) {
    schemes[iam] = { ...header('Authorization'), 'x-amazon-apigateway-authtype': 'awsSigv4' };
  }
  for (const authorizer of snapshot.authorizers ?? []) {
    if (authorizers || used.has(authorizer.id)) schemes[authorizer.name] = schemeOf(authorizer, authorizers);
  }
  return schemes;
}

export function securityOfMethod(method: Method, { snapshot }: Exporting): Json[] {
  const { authorizationType, authorizerId, authorizationScopes = [], apiKeyRequired } = method;
  const authorizer = snapshot.authorizers?.find(({ id }) => id === authorizerId);
  // Each on its own line, as AWS writes them: an import counts them together.
  return [
    ...(authorizationType === 'AWS_IAM' ? [{ [iam]: [] }] : []),
    ...(authorizer === undefined ? [] : [{ [authorizer.name]: [...authorizationScopes] }]),
    ...(apiKeyRequired ? [{ [apiKey]: [] }] : []),
  ];
}

function schemeOf(authorizer: Authorizer, isWhole: boolean): Json {
  const { id: _, name: __, type, authType, identitySource, ...members } = authorizer;
  // A single header is the scheme's own; anything else is said by the extension alone.
  const [, name] = /^method\.request\.header\.([^,\s]+)$/.exec(identitySource ?? '') ?? [];
  return {
    ...header(name ?? 'Unused'),
    'x-amazon-apigateway-authtype': authType ?? (type === 'COGNITO_USER_POOLS' ? 'cognito_user_pools' : 'custom'),
    ...(isWhole && {
      'x-amazon-apigateway-authorizer': withoutEmpty({
        type: type.toLowerCase(),
        ...members,
        ...(name === undefined || type === 'REQUEST' ? { identitySource } : {}),
      }),
    }),
  };
}

const header = (name: string): Json => ({ type: 'apiKey', name, in: 'header' });
