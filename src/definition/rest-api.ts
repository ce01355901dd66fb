/**
 * What a user configured for a REST API, as readonly records. Field names are AWS's (REST API v1 model); times are epoch milliseconds.
 * An optional member that is absent was never set: AWS leaves it out of answers too.
 */

export interface RestApi {
  readonly id: string;
  /** Owner, 12 digits. */
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly description?: string;
  readonly version?: string;
  readonly createdAtMs: number;
  readonly binaryMediaTypes?: readonly string[];
  readonly minimumCompressionSize?: number;
  readonly apiKeySource: 'HEADER' | 'AUTHORIZER';
  readonly endpointConfiguration: EndpointConfiguration;
  /** Resource policy, JSON text as given. */
  readonly policy?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly disableExecuteApiEndpoint: boolean;
  readonly rootResourceId: string;
  readonly securityPolicy?: string;
  readonly endpointAccessMode?: string;
}

export interface EndpointConfiguration {
  readonly types: readonly string[];
  readonly ipAddressType: string;
  readonly vpcEndpointIds?: readonly string[];
}

export interface Resource {
  readonly id: string;
  /** Absent on the root. */
  readonly parentId?: string;
  /** Absent on the root. */
  readonly pathPart?: string;
  /** `/`, `/pets`, `/pets/{id}`, `/{proxy+}`. */
  readonly path: string;
}

/** One verb of one resource, with everything below it. */
export interface Method {
  /** Upper-case verb, or `ANY`. */
  readonly httpMethod: string;
  readonly authorizationType: string;
  readonly authorizerId?: string;
  readonly authorizationScopes?: readonly string[];
  readonly apiKeyRequired: boolean;
  readonly operationName?: string;
  /** `method.request.{path|querystring|header}.name` → required. */
  readonly requestParameters?: Readonly<Record<string, boolean>>;
  /** Content type → model name. */
  readonly requestModels?: Readonly<Record<string, string>>;
  readonly requestValidatorId?: string;
  /** Status code → response. */
  readonly methodResponses?: Readonly<Record<string, MethodResponse>>;
  readonly integration?: Integration;
}

export interface MethodResponse {
  readonly statusCode: string;
  /** `method.response.header.name` → required. */
  readonly responseParameters?: Readonly<Record<string, boolean>>;
  readonly responseModels?: Readonly<Record<string, string>>;
}

export type IntegrationType = 'HTTP' | 'AWS' | 'MOCK' | 'HTTP_PROXY' | 'AWS_PROXY';

export interface Integration {
  readonly type: IntegrationType;
  /** Verb of the backend call; absent for MOCK. */
  readonly httpMethod?: string;
  readonly uri?: string;
  readonly connectionType?: string;
  readonly connectionId?: string;
  readonly credentials?: string;
  /** `integration.request.{path|querystring|header}.name` → mapping expression. */
  readonly requestParameters?: Readonly<Record<string, string>>;
  /** Content type → template; null where AWS keeps null. */
  readonly requestTemplates?: Readonly<Record<string, string | null>>;
  readonly passthroughBehavior: string;
  readonly contentHandling?: string;
  readonly timeoutInMillis: number;
  readonly cacheNamespace: string;
  readonly cacheKeyParameters: readonly string[];
  readonly tlsConfig?: { readonly insecureSkipVerification?: boolean };
  readonly responseTransferMode: string;
  readonly integrationTarget?: string;
  /** Status code → response. */
  readonly integrationResponses?: Readonly<Record<string, IntegrationResponse>>;
}

export interface IntegrationResponse {
  readonly statusCode: string;
  /** Java regular expression matched against the whole text; absent or empty marks the default. */
  readonly selectionPattern?: string;
  /** `method.response.header.name` → mapping expression. */
  readonly responseParameters?: Readonly<Record<string, string>>;
  readonly responseTemplates?: Readonly<Record<string, string | null>>;
  readonly contentHandling?: string;
}

export interface Deployment {
  readonly id: string;
  readonly description?: string;
  readonly createdAtMs: number;
}

export interface MethodSetting {
  readonly metricsEnabled: boolean;
  readonly loggingLevel: string;
  readonly dataTraceEnabled: boolean;
  readonly throttlingBurstLimit: number;
  readonly throttlingRateLimit: number;
  readonly cachingEnabled: boolean;
  readonly cacheTtlInSeconds: number;
  readonly cacheDataEncrypted: boolean;
  readonly requireAuthorizationForCacheControl: boolean;
  readonly unauthorizedCacheControlHeaderStrategy: string;
}

export interface CanarySettings {
  readonly percentTraffic: number;
  readonly deploymentId: string;
  readonly stageVariableOverrides?: Readonly<Record<string, string>>;
  readonly useStageCache: boolean;
}

export interface Stage {
  readonly stageName: string;
  readonly deploymentId: string;
  readonly description?: string;
  readonly clientCertificateId?: string;
  readonly cacheClusterEnabled: boolean;
  readonly cacheClusterSize?: string;
  readonly cacheClusterStatus: string;
  /** `*` + `/` + `*` for the stage, `~1pets~1{id}/GET` for a method (row DEP-09). */
  readonly methodSettings: Readonly<Record<string, MethodSetting>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly documentationVersion?: string;
  readonly accessLogSettings?: { readonly destinationArn?: string; readonly format?: string };
  readonly canarySettings?: CanarySettings;
  readonly tracingEnabled: boolean;
  readonly webAclArn?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly lastUpdatedAtMs: number;
}

/** A JSON schema (draft 4) by which request and response bodies are described. */
export interface Model {
  readonly id: string;
  /** Unique within the API; methods refer to it. */
  readonly name: string;
  readonly description?: string;
  readonly contentType: string;
  /** JSON text as given. */
  readonly schema: string;
}

/** How one type of failure is answered instead of AWS's own way (row V1-30); at most one per type. */
export interface GatewayResponse {
  /** One of AWS's 21 types, e.g. `UNAUTHORIZED` or `DEFAULT_4XX`. */
  readonly responseType: string;
  /** Absent: the status the failure has by itself. */
  readonly statusCode?: string;
  /** `gatewayresponse.header.name` → mapping expression. */
  readonly responseParameters?: Readonly<Record<string, string>>;
  /** Content type → template of plain substitution, no VTL. None: AWS's own body. */
  readonly responseTemplates?: Readonly<Record<string, string>>;
}

/** What is checked of a request before it goes on; methods refer to it by id. */
export interface RequestValidator {
  readonly id: string;
  readonly name?: string;
  readonly validateRequestBody: boolean;
  readonly validateRequestParameters: boolean;
}

/** Who decides whether a request may call a method; methods refer to it by id (rows LA-*, COG-*). */
export interface Authorizer {
  readonly id: string;
  /** Unique within the API. */
  readonly name: string;
  readonly type: 'TOKEN' | 'REQUEST' | 'COGNITO_USER_POOLS';
  /** User pool ARNs of a COGNITO_USER_POOLS authorizer. */
  readonly providerARNs?: readonly string[];
  /** Free text for imports and exports; `custom` unless given. */
  readonly authType?: string;
  /** Invocation ARN of the function, as integrations have it. */
  readonly authorizerUri?: string;
  /** Role assumed to invoke it; otherwise the function's resource policy decides. */
  readonly authorizerCredentials?: string;
  /** Mapping expressions, comma separated: `method.request.header.Authorization`. */
  readonly identitySource?: string;
  readonly identityValidationExpression?: string;
  /** 0 (no caching) to 3600; absent means 300. */
  readonly authorizerResultTtlInSeconds?: number;
}

/** A way into a private network; here it maps to real addresses (rows PRV-*). Belongs to an account, not to an API. */
export interface VpcLink {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  /** One load balancer ARN. */
  readonly targetArns: readonly string[];
  readonly status: 'AVAILABLE' | 'PENDING' | 'DELETING' | 'FAILED';
  readonly statusMessage?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What the gateway shows to backends over TLS (rows CC-*). Belongs to an account, not to an API. */
export interface ClientCertificate {
  readonly clientCertificateId: string;
  readonly description?: string;
  readonly pemEncodedCertificate: string;
  /** PKCS #8; never leaves the gateway. */
  readonly pemEncodedPrivateKey: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** Region-wide settings of one account. */
export interface Account {
  readonly cloudwatchRoleArn?: string;
  readonly features: readonly string[];
}
