/** What an OpenAPI document asks for, as plain values in AWS's terms, whichever version of OpenAPI it is written in. */

import type { Authorizer, GatewayResponse, IntegrationResponse, IntegrationType, MethodResponse } from '../rest-api.ts';
import type { PartDescription } from './documentation.ts';

export interface ApiDescription {
  readonly name: string;
  readonly description?: string;
  readonly version?: string;
  readonly binaryMediaTypes?: readonly string[];
  readonly minimumCompressionSize?: number;
  readonly apiKeySource?: string;
  /** JSON text. */
  readonly policy?: string;
  readonly vpcEndpointIds?: readonly string[];
  readonly disableExecuteApiEndpoint?: boolean;
  readonly securityPolicy?: string;
  readonly endpointAccessMode?: string;
  readonly models: readonly ModelDescription[];
  readonly requestValidators: readonly RequestValidatorDescription[];
  readonly authorizers: readonly AuthorizerDescription[];
  readonly gatewayResponses: readonly GatewayResponse[];
  /** Absent when the document says nothing of documentation, or it is to be ignored: then that of the API stays. */
  readonly documentationParts?: readonly PartDescription[];
  /** Every declared path, with or without methods, base path applied. */
  readonly paths: readonly PathDescription[];
}

export interface ModelDescription {
  readonly name: string;
  readonly contentType: string;
  /** JSON text. Models refer to each other by an address that holds the API's id, which is not known before there is an API. */
  schemaFor(restApiId: string): string;
}

export interface RequestValidatorDescription {
  readonly name: string;
  readonly validateRequestBody: boolean;
  readonly validateRequestParameters: boolean;
}

/** Named as its security scheme. */
export type AuthorizerDescription = Omit<Authorizer, 'id'>;

export interface PathDescription {
  /** `/`, `/pets/{id}`: no slash at the end. */
  readonly path: string;
  readonly methods: readonly MethodDescription[];
}

export interface MethodDescription {
  /** Upper-case verb, or `ANY`. */
  readonly httpMethod: string;
  readonly authorizationType: string;
  /** Of an authorizer of the document, or else of the API. */
  readonly authorizerName?: string;
  readonly authorizationScopes?: readonly string[];
  readonly apiKeyRequired: boolean;
  readonly operationName?: string;
  /** `method.request.{path|querystring|header}.name` → required. */
  readonly requestParameters: Readonly<Record<string, boolean>>;
  /** Content type → model name. */
  readonly requestModels: Readonly<Record<string, string>>;
  readonly validatorName?: string;
  readonly responses: readonly MethodResponse[];
  readonly integration?: IntegrationDescription;
}

export const contentHandlings = ['CONVERT_TO_BINARY', 'CONVERT_TO_TEXT'] as const;
export const connectionTypes = ['INTERNET', 'VPC_LINK'] as const;
export const transferModes = ['BUFFERED', 'STREAM'] as const;
export type ContentHandling = (typeof contentHandlings)[number];

/** As `x-amazon-apigateway-integration` says it; what is absent takes AWS's default. */
export interface IntegrationDescription {
  readonly type: IntegrationType;
  readonly httpMethod?: string;
  readonly uri?: string;
  readonly connectionType?: (typeof connectionTypes)[number];
  readonly connectionId?: string;
  readonly credentials?: string;
  readonly requestParameters?: Readonly<Record<string, string>>;
  readonly requestTemplates?: Readonly<Record<string, string>>;
  readonly passthroughBehavior?: string;
  readonly contentHandling?: ContentHandling;
  readonly timeoutInMillis?: number;
  readonly cacheNamespace?: string;
  readonly cacheKeyParameters?: readonly string[];
  readonly tlsConfig?: { readonly insecureSkipVerification?: boolean };
  readonly responseTransferMode?: (typeof transferModes)[number];
  readonly integrationTarget?: string;
  readonly responses: readonly IntegrationResponseDescription[];
}

export interface IntegrationResponseDescription
  extends Omit<IntegrationResponse, 'contentHandling' | 'responseTemplates'> {
  readonly responseTemplates?: Readonly<Record<string, string>>;
  readonly contentHandling?: ContentHandling;
}

/** What an import has to say. An error discards the whole import; a warning does so only under `failonwarnings` (row OAS-05). */
export interface Findings {
  readonly errors: string[];
  readonly warnings: string[];
}
