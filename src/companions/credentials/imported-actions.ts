/** What an imported OpenAPI file does that a policy may ask about: hands roles to the gateway, sets a resource policy, makes routes and authorizers. */
export interface ImportedActions {
  /** Every text that could be the ARN of a role. */
  readonly roles: readonly string[];
  readonly setsPolicy: boolean;
  readonly names: readonly string[];
  /** Of all its operations; NONE also for those whose guard is not clear from here. */
  readonly routeAuthorizationTypes: readonly string[];
  readonly apiKeyRequired: readonly boolean[];
  readonly authorizerTypes: readonly string[];
  readonly authorizerUris: readonly string[];
  readonly userPools: readonly string[];
  readonly disableExecuteApiEndpoint: boolean;
}

/** A document that is not understood here might be elsewhere, so it may do anything. */
const anything: ImportedActions = {
  roles: ['arn:aws:iam::000000000000:role/*'],
  setsPolicy: true,
  names: ['*'],
  routeAuthorizationTypes: ['NONE', '*'],
  apiKeyRequired: [false, true],
  authorizerTypes: ['*'],
  authorizerUris: ['*'],
  userPools: ['arn:aws:cognito-idp:*:*:userpool/*'],
  disableExecuteApiEndpoint: false,
};

/** `account` is what the variable of that name stands for (row OAS-06). */
export async function importedActions(body: Uint8Array, account: string): Promise<ImportedActions> {
  const text = new TextDecoder().decode(body);
  const roles = new Set<string>();
  const seen = new Set<object>();
  let setsPolicy = false;

  function look(value: unknown): void {
    if (typeof value === 'string') {
      if (value.startsWith('arn:')) {
        roles.add(value.replaceAll('${AWS::AccountId}', account).replaceAll('${AWS::Partition}', 'aws'));
      }
      return;
    }
    // Aliases of YAML make one object stand in many places.
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (Object.hasOwn(value, 'x-amazon-apigateway-policy')) setsPolicy = true;
    for (const member of Object.values(value)) look(member);
  }

  try {
    const document = await documentOf(text);
    look(document);
    return { roles: [...roles], setsPolicy, ...guardsOf(document as Json) };
  } catch {
    return anything;
  }
}

type Json = Readonly<Record<string, unknown>>;

const verbs = /^(?:get|put|post|delete|options|head|patch|trace|x-amazon-apigateway-any-method)$/;

const objectsOf = (value: unknown): readonly (readonly [string, Json])[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value as Record<string, unknown>).map(([key, each]) => [key, (each ?? {}) as Json] as const)
    : [];

function guardsOf(document: Json) {
  const components = (document['components'] ?? {}) as Json;
  const schemes = new Map(objectsOf(document['securityDefinitions'] ?? components['securitySchemes']));
  const authorizers = [
    ...[...schemes.values()].map((scheme) => scheme['x-amazon-apigateway-authorizer']),
    ...objectsOf(components['x-amazon-apigateway-authorizers']).map(([, authorizer]) => authorizer),
  ].filter((authorizer): authorizer is Json => typeof authorizer === 'object' && authorizer !== null);

  /** What one scheme asks of a caller: the authorization type of its operations, or a key. */
  function askedBy(name: string): string | 'key' {
    const scheme = schemes.get(name);
    const authtype = scheme?.['x-amazon-apigateway-authtype'];
    if (typeof authtype === 'string' && /^awsSigv4$/i.test(authtype)) return 'AWS_IAM';
    const authorizer = scheme?.['x-amazon-apigateway-authorizer'] as Json | undefined;
    if (typeof authorizer === 'object' && authorizer !== null) {
      const type = String(authorizer['type']).toLowerCase();
      if (type === 'jwt') return 'JWT';
      return type === 'cognito_user_pools' ? 'COGNITO_USER_POOLS' : 'CUSTOM';
    }
    return scheme?.['type'] === 'apiKey' && String(scheme['name']).toLowerCase() === 'x-api-key' ? 'key' : 'NONE';
  }

  const types = new Set<string>();
  const keys = new Set<boolean>();
  for (const [, path] of objectsOf(document['paths'])) {
    for (const [verb, operation] of objectsOf(path)) {
      if (!verbs.test(verb)) continue;
      const own = (operation['x-amazon-apigateway-auth'] as Json | undefined)?.['type'];
      const security = operation['security'] ?? document['security'];
      const asked = (Array.isArray(security) ? security : []).flatMap((each) =>
        Object.keys(each as object).map(askedBy),
      );
      keys.add(asked.includes('key'));
      const guards = asked.filter((guard) => guard !== 'key');
      if (typeof own === 'string') types.add(own.toUpperCase());
      else types.add(guards[0] ?? 'NONE');
    }
  }
  const texts = (values: readonly unknown[]): string[] => values.filter((value) => typeof value === 'string');
  const endpoint = document['x-amazon-apigateway-endpoint-configuration'] as Json | undefined;
  const servers = Array.isArray(document['servers']) ? (document['servers'] as readonly Json[]) : [];
  const configurations = [
    endpoint,
    ...servers.map((each) => each['x-amazon-apigateway-endpoint-configuration'] as Json),
  ];
  return {
    names: texts([(document['info'] as Json | undefined)?.['title']]),
    routeAuthorizationTypes: [...types],
    apiKeyRequired: [...keys],
    authorizerTypes: texts(authorizers.map((each) => each['type'])).map((type) => type.toUpperCase()),
    authorizerUris: texts(authorizers.map((each) => each['authorizerUri'])),
    userPools: texts(authorizers.flatMap((each) => each['providerARNs'] ?? [])),
    disableExecuteApiEndpoint: configurations.some((each) => each?.['disableExecuteApiEndpoint'] === true),
  };
}

async function documentOf(text: string): Promise<unknown> {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON, so YAML; its own search for repeated keys compares each with each.
    const { parse } = await import('yaml');
    return parse(text, { merge: true, uniqueKeys: false, maxAliasCount: -1, logLevel: 'error' });
  }
}
