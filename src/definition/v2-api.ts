/**
 * What a user configured for an HTTP or WebSocket API, as readonly records. Field names are AWS's (apigatewayv2 model) in camel case; times are epoch
 * milliseconds. An optional member that is absent was never set: AWS leaves it out of answers too.
 */

export interface V2Api {
  readonly apiId: string;
  /** Owner, 12 digits. */
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly protocolType: 'HTTP' | 'WEBSOCKET';
  readonly description?: string;
  readonly version?: string;
  readonly createdAtMs: number;
  /** `$request.method $request.path` for HTTP, `$request.body.action` and the like for WebSocket. */
  readonly routeSelectionExpression: string;
  readonly apiKeySelectionExpression: string;
  readonly corsConfiguration?: CorsConfiguration;
  readonly disableExecuteApiEndpoint: boolean;
  readonly disableSchemaValidation?: boolean;
  readonly ipAddressType: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly importInfo?: readonly string[];
  readonly warnings?: readonly string[];
}

export interface CorsConfiguration {
  readonly allowCredentials?: boolean;
  readonly allowHeaders?: readonly string[];
  readonly allowMethods?: readonly string[];
  readonly allowOrigins?: readonly string[];
  readonly exposeHeaders?: readonly string[];
  /** Seconds. */
  readonly maxAge?: number;
}

export interface Route {
  readonly routeId: string;
  /** `GET /pets/{id}`, `ANY /{proxy+}`, `$default`; for WebSocket `$connect`, `$disconnect`, `$default` or a key. */
  readonly routeKey: string;
  readonly apiGatewayManaged?: boolean;
  readonly apiKeyRequired: boolean;
  readonly authorizationType: 'NONE' | 'AWS_IAM' | 'CUSTOM' | 'JWT';
  readonly authorizerId?: string;
  readonly authorizationScopes?: readonly string[];
  readonly modelSelectionExpression?: string;
  readonly operationName?: string;
  readonly requestModels?: Readonly<Record<string, string>>;
  readonly requestParameters?: Readonly<Record<string, { readonly required: boolean }>>;
  readonly routeResponseSelectionExpression?: string;
  /** `integrations/{integrationId}` */
  readonly target?: string;
  /** By route response id; WebSocket only. */
  readonly routeResponses?: Readonly<Record<string, RouteResponse>>;
}

export interface RouteResponse {
  readonly routeResponseId: string;
  readonly routeResponseKey: string;
  readonly modelSelectionExpression?: string;
  readonly responseModels?: Readonly<Record<string, string>>;
  readonly responseParameters?: Readonly<Record<string, { readonly required: boolean }>>;
}

export interface V2Integration {
  readonly integrationId: string;
  readonly integrationType: 'AWS' | 'HTTP' | 'MOCK' | 'HTTP_PROXY' | 'AWS_PROXY';
  readonly apiGatewayManaged?: boolean;
  readonly connectionId?: string;
  readonly connectionType: 'INTERNET' | 'VPC_LINK';
  readonly contentHandlingStrategy?: string;
  readonly credentialsArn?: string;
  readonly description?: string;
  readonly integrationMethod?: string;
  readonly integrationResponseSelectionExpression?: string;
  /** First-class service of an HTTP API, `SQS-SendMessage`. */
  readonly integrationSubtype?: string;
  readonly integrationUri?: string;
  readonly passthroughBehavior?: string;
  readonly payloadFormatVersion: string;
  readonly requestParameters?: Readonly<Record<string, string>>;
  readonly requestTemplates?: Readonly<Record<string, string>>;
  /** Status code → parameter → value; HTTP APIs only. */
  readonly responseParameters?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly templateSelectionExpression?: string;
  readonly timeoutInMillis: number;
  readonly tlsConfig?: { readonly serverNameToVerify?: string };
  /** By integration response id; WebSocket only. */
  readonly integrationResponses?: Readonly<Record<string, V2IntegrationResponse>>;
}

export interface V2IntegrationResponse {
  readonly integrationResponseId: string;
  /** `$default` or a regular expression between slashes. */
  readonly integrationResponseKey: string;
  readonly contentHandlingStrategy?: string;
  readonly responseParameters?: Readonly<Record<string, string>>;
  readonly responseTemplates?: Readonly<Record<string, string>>;
  readonly templateSelectionExpression?: string;
}

export interface V2Authorizer {
  readonly authorizerId: string;
  readonly name: string;
  readonly authorizerType: 'REQUEST' | 'JWT';
  readonly authorizerCredentialsArn?: string;
  /** `1.0` or `2.0`; HTTP APIs only. */
  readonly authorizerPayloadFormatVersion?: string;
  readonly authorizerResultTtlInSeconds?: number;
  readonly authorizerUri?: string;
  readonly enableSimpleResponses?: boolean;
  readonly identitySource?: readonly string[];
  readonly identityValidationExpression?: string;
  readonly jwtConfiguration?: { readonly audience?: readonly string[]; readonly issuer?: string };
}

export interface V2Deployment {
  readonly deploymentId: string;
  readonly description?: string;
  readonly createdAtMs: number;
  readonly autoDeployed: boolean;
  readonly deploymentStatus: 'PENDING' | 'FAILED' | 'DEPLOYED';
  readonly deploymentStatusMessage?: string;
}

export interface RouteSettings {
  readonly dataTraceEnabled?: boolean;
  readonly detailedMetricsEnabled?: boolean;
  readonly loggingLevel?: string;
  readonly throttlingBurstLimit?: number;
  readonly throttlingRateLimit?: number;
}

export interface V2Stage {
  readonly stageName: string;
  readonly autoDeploy: boolean;
  readonly apiGatewayManaged?: boolean;
  readonly deploymentId?: string;
  readonly description?: string;
  readonly clientCertificateId?: string;
  readonly accessLogSettings?: { readonly destinationArn?: string; readonly format?: string };
  readonly defaultRouteSettings: RouteSettings;
  /** By route key. */
  readonly routeSettings: Readonly<Record<string, RouteSettings>>;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly lastDeploymentStatusMessage?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly lastUpdatedAtMs: number;
}

export interface V2Model {
  readonly modelId: string;
  readonly name: string;
  readonly contentType?: string;
  readonly description?: string;
  /** JSON text as given. */
  readonly schema: string;
}

/** Belongs to an account, not to an API. */
export interface V2VpcLink {
  readonly vpcLinkId: string;
  readonly name: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly vpcLinkStatus: 'PENDING' | 'AVAILABLE' | 'DELETING' | 'FAILED' | 'INACTIVE';
  readonly vpcLinkStatusMessage?: string;
  readonly createdAtMs: number;
  /** When a request went through it last, to the day; absent before the first. */
  readonly lastUsedAtMs?: number;
  readonly tags: Readonly<Record<string, string>>;
}
