/**
 * What services do differently although their models do not say so. Every such difference is here, with where it was seen; a service that is
 * not listed speaks as most of AWS does.
 */
import type { ServiceModel } from './service-model.ts';

export interface Dialect {
  /** Members of the body are named `updateRestApiInput.…` in validation messages; otherwise by their own path. Recorded for v1. */
  readonly namesInput: boolean;
  /** Timestamps have no fraction of a second (v1 `1584128409`, v2 `2020-04-06T18:56:32Z`). */
  readonly wholeSeconds: boolean;
  /** A boolean may be sent as a string or number; any string but "true" is false. Recorded for v1 (PutMethod, patches). */
  readonly coercesBooleans: boolean;
  /** The answer for a path that no operation has. */
  readonly unknownPath: { readonly kind: string; readonly message: string };
  /** Kind of the answer when an input breaks a constraint of the model. */
  readonly invalidInput: string;
  /** Kind of the answer when the failure is ours. */
  readonly fault: string;
  /** The operation's path may follow a base path, as `/{stage}/@connections/{id}` does. */
  readonly allowsBasePath: boolean;
  /** Answers carry `_links` for callers that do not ask for plain JSON (row CP-12). */
  readonly speaksHal: boolean;
  /** Answers carry `x-amz-apigw-id`: API Gateway's own API is served by API Gateway. */
  readonly hasExtendedRequestId: boolean;
  /** Largest body taken, in bytes. */
  readonly maxBodyBytes: number;
  /** `Operation.Member` whose constraints the operation judges itself, because AWS words the refusal in its own way, or does not refuse. */
  readonly judgedByOperation: ReadonlySet<string>;
  /** Statuses of answers that are not those of the model, by operation. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Structures whose absent members are written as null (developer guide, answers of the documentation API). */
  readonly withNulls: ReadonlySet<string>;
}

const missingToken = { kind: 'MissingAuthenticationTokenException', message: 'Missing Authentication Token' };
const megabyte = 1024 * 1024;

const common: Dialect = {
  namesInput: false,
  wholeSeconds: false,
  coercesBooleans: false,
  unknownPath: { kind: 'UnknownOperationException', message: '' },
  invalidInput: 'ValidationException',
  fault: 'InternalFailure',
  allowsBasePath: false,
  speaksHal: false,
  hasExtendedRequestId: false,
  maxBodyBytes: 10 * megabyte,
  judgedByOperation: new Set(),
  statuses: {},
  withNulls: new Set(),
};

/** Recorded V4, V5, V7, V15: what an authorizer or a stage of one protocol may not have is refused by name, whatever its value. */
const v2JudgedByOperation = new Set([
  ...['CreateAuthorizer', 'UpdateAuthorizer'].flatMap((operation) =>
    ['AuthorizerType', 'AuthorizerResultTtlInSeconds', 'IdentitySource'].map((member) => `${operation}.${member}`),
  ),
  ...['CreateStage', 'UpdateStage'].flatMap((operation) =>
    ['DefaultRouteSettings', 'RouteSettings'].map((member) => `${operation}.${member}`),
  ),
  'CreateApi.ProtocolType',
  'CreateIntegration.TimeoutInMillis',
  'UpdateIntegration.TimeoutInMillis',
]);

const dialects: Readonly<Record<string, Dialect>> = {
  apigateway: {
    ...common,
    namesInput: true,
    wholeSeconds: true,
    coercesBooleans: true,
    withNulls: new Set(['DocumentationPartLocation']),
    judgedByOperation: new Set(['PutRestApi.Mode']),
    unknownPath: missingToken,
    speaksHal: true,
    hasExtendedRequestId: true,
  },
  apigatewayv2: {
    ...common,
    namesInput: true,
    wholeSeconds: true,
    unknownPath: missingToken,
    hasExtendedRequestId: true,
    // The one exception of its model for bad input.
    invalidInput: 'BadRequestException',
    judgedByOperation: v2JudgedByOperation,
    // Recorded V1; the model says 200.
    statuses: { UpdateRoute: 201 },
  },
  apigatewaymanagementapi: { ...common, unknownPath: missingToken, allowsBasePath: true, hasExtendedRequestId: true },
  'cognito-idp': { ...common, invalidInput: 'InvalidParameterException', fault: 'InternalErrorException' },
  cloudwatch: { ...common, fault: 'InternalServiceFault' },
  // A function's zip may have 50 MB, which base64 makes a third longer.
  lambda: { ...common, fault: 'ServiceException', maxBodyBytes: 70 * megabyte },
  s3: {
    ...common,
    wholeSeconds: true,
    invalidInput: 'InvalidArgument',
    fault: 'InternalError',
    // Encoded or not, as clients like it.
    judgedByOperation: new Set(['CopyObject.CopySource', 'UploadPartCopy.CopySource']),
  },
  wafv2: { ...common, fault: 'WAFInternalErrorException' },
  logs: { ...common, invalidInput: 'InvalidParameterException', fault: 'ServiceUnavailableException' },
};

/** How the service of a model speaks. */
export function dialectOf(model: ServiceModel): Dialect {
  return Object.hasOwn(dialects, model.name) ? dialects[model.name]! : common;
}
