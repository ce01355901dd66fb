/** The OpenAPI document SAM makes for a REST API: paths of functions' events, authorizers, CORS, models, responses. */
import type { Json, JsonMap } from '../records.ts';
import { isMap } from '../template/intrinsics.ts';
import { authorizerUri, type FunctionName, invocationUri, permissionFor } from './function-arn.ts';
import { InvalidResource } from './invalid.ts';

export type Mutable = Record<string, Json>;

/** A function's event on a path of a REST API. */
export interface RestEvent {
  readonly path: string;
  /** Lower case; `any` for all. */
  readonly method: string;
  readonly target: FunctionName;
  readonly auth: JsonMap;
  readonly requestModel: JsonMap | undefined;
  readonly requestParameters: readonly Json[];
  readonly timeoutInMillis: Json | undefined;
  /** Of the function: the path is there only when it holds. */
  readonly condition: string | undefined;
}

const anyMethod = 'x-amazon-apigateway-any-method';

export function restDocument(logicalId: string, properties: JsonMap, events: readonly RestEvent[]): Mutable {
  const auth = isMap(properties['Auth']) ? properties['Auth'] : {};
  const paths: Record<string, Mutable> = {};
  for (const event of events) {
    const path = paths[event.path] ?? {};
    paths[event.path] = path;
    const operation = operationOf(logicalId, event, auth);
    // A path whose function may not be there is there under the same condition.
    path[event.method === 'any' ? anyMethod : event.method] =
      event.condition === undefined ? operation : { 'Fn::If': [event.condition, operation, { Ref: 'AWS::NoValue' }] };
  }
  const document: Mutable = {
    swagger: '2.0',
    info: { version: '1.0', title: properties['Name'] ?? { Ref: 'AWS::StackName' } },
    paths: paths as JsonMap,
  };
  if (isMap(properties['Models'])) document['definitions'] = properties['Models'];
  return document;
}

function operationOf(logicalId: string, event: RestEvent, auth: JsonMap): JsonMap {
  const operation: Mutable = {
    'x-amazon-apigateway-integration': {
      ...{ type: 'aws_proxy', httpMethod: 'POST', uri: invocationUri(event.target) },
      ...(event.timeoutInMillis !== undefined && { timeoutInMillis: event.timeoutInMillis }),
      ...credentialsOf(event.auth, auth),
    },
    responses: {},
  };
  const security = securityOf(logicalId, event.auth, auth);
  if (security.length > 0) operation['security'] = security;
  const parameters: Json[] = event.requestParameters.flatMap((parameter): Json[] => {
    const [name, options] = isMap(parameter) ? Object.entries(parameter)[0]! : [String(parameter), {}];
    const found = /^method\.request\.(querystring|path|header)\.(.+)$/.exec(name);
    if (found === null) throw new InvalidResource(logicalId, `Invalid value for 'RequestParameters' property: ${name}`);
    const place = found[1] === 'querystring' ? 'query' : found[1]!;
    const { Required, Caching } = options as JsonMap;
    const caching = Caching === true ? { 'x-amazon-apigateway-caching': true } : {};
    return [
      { ...{ in: place, name: found[2]!, type: 'string', required: Required ?? place === 'path' }, ...caching } as Json,
    ];
  });
  const { requestModel } = event;
  if (requestModel !== undefined) {
    const required = requestModel['Required'];
    parameters.push({
      ...{
        in: 'body',
        name: String(requestModel['Model']),
        schema: { $ref: `#/definitions/${String(requestModel['Model'])}` },
      },
      ...(required !== undefined && { required }),
    });
    if (requestModel['ValidateBody'] !== undefined || requestModel['ValidateParameters'] !== undefined) {
      operation['x-amazon-apigateway-request-validator'] = validatorName(requestModel);
    }
  }
  if (parameters.length > 0) operation['parameters'] = parameters;
  return operation;
}

const isTrue = (value: Json | undefined): boolean => value === true || value === 'true';

function validatorName(model: JsonMap): string {
  const [body, parameters] = [isTrue(model['ValidateBody']), isTrue(model['ValidateParameters'])];
  return body && parameters ? 'body-and-params' : body ? 'body-only' : parameters ? 'params-only' : 'no-validation';
}

function authorizerName(event: JsonMap, auth: JsonMap): string | undefined {
  const name = event['Authorizer'] ?? auth['DefaultAuthorizer'];
  return typeof name === 'string' && name !== 'NONE' ? name : undefined;
}

function securityOf(logicalId: string, event: JsonMap, auth: JsonMap): Json[] {
  const name = authorizerName(event, auth);
  const isKeyed = isTrue(event['ApiKeyRequired'] ?? auth['ApiKeyRequired']);
  const known = isMap(auth['Authorizers']) ? auth['Authorizers'] : {};
  if (name !== undefined && name !== 'AWS_IAM' && !Object.hasOwn(known, name)) {
    throw new InvalidResource(
      logicalId,
      `Unable to set Authorizer '${name}' on API method because it wasn't defined in the API's Authorizers.`,
    );
  }
  const scopes =
    event['AuthorizationScopes'] ??
    (name === undefined ? undefined : (known[name] as JsonMap | undefined)?.['AuthorizationScopes']);
  return [
    ...(name === undefined ? [] : [{ [name]: Array.isArray(scopes) ? (scopes as Json[]) : [] }]),
    ...(isKeyed ? [{ api_key: [] }] : []),
  ];
}

/** Where callers sign with IAM the function is called with their own permission, unless somebody else's is asked for. */
function credentialsOf(event: JsonMap, auth: JsonMap): JsonMap {
  if (authorizerName(event, auth) !== 'AWS_IAM') return {};
  const role = event['InvokeRole'] ?? auth['InvokeRole'] ?? 'CALLER_CREDENTIALS';
  if (role === 'NONE') return {};
  return { credentials: role === 'CALLER_CREDENTIALS' ? 'arn:aws:iam::*:user/*' : role };
}

const headerName = (identity: JsonMap): string => String(identity['Header'] ?? 'Authorization');

/** Authorizers of an API as security definitions. */
export function addSecurity(logicalId: string, document: Mutable, auth: JsonMap): void {
  const definitions: Mutable = {};
  for (const [name, authorizer] of Object.entries(isMap(auth['Authorizers']) ? auth['Authorizers'] : {})) {
    if (!isMap(authorizer)) throw new InvalidResource(logicalId, `Authorizer ${name} must be a dictionary.`);
    definitions[name] = definitionOf(logicalId, name, authorizer);
  }
  const text = JSON.stringify(document['paths']);
  if (text.includes('"AWS_IAM":')) {
    definitions['AWS_IAM'] = { ...inHeader('Authorization'), 'x-amazon-apigateway-authtype': 'awsSigv4' };
  }
  if (text.includes('"api_key":')) definitions['api_key'] = inHeader('x-api-key');
  if (Object.keys(definitions).length > 0) document['securityDefinitions'] = definitions;
  const validators = validatorsIn(text);
  if (validators !== undefined) document['x-amazon-apigateway-request-validators'] = validators;
}

function validatorsIn(text: string): JsonMap | undefined {
  const all: Readonly<Record<string, JsonMap>> = {
    'body-and-params': { validateRequestBody: true, validateRequestParameters: true },
    'body-only': { validateRequestBody: true, validateRequestParameters: false },
    'params-only': { validateRequestBody: false, validateRequestParameters: true },
    'no-validation': { validateRequestBody: false, validateRequestParameters: false },
  };
  const used = Object.entries(all).filter(([name]) =>
    text.includes(`"x-amazon-apigateway-request-validator":"${name}"`),
  );
  return used.length === 0 ? undefined : Object.fromEntries(used);
}

const inHeader = (name: string): JsonMap => ({ type: 'apiKey', name, in: 'header' });

function definitionOf(logicalId: string, name: string, authorizer: JsonMap): JsonMap {
  const identity = isMap(authorizer['Identity']) ? authorizer['Identity'] : {};
  const ttl = identity['ReauthorizeEvery'];
  const cached: JsonMap = ttl === undefined ? {} : { authorizerResultTtlInSeconds: ttl };
  if (authorizer['UserPoolArn'] !== undefined) {
    const arns = authorizer['UserPoolArn'];
    return {
      ...inHeader(headerName(identity)),
      'x-amazon-apigateway-authtype': 'cognito_user_pools',
      'x-amazon-apigateway-authorizer': {
        ...{ type: 'cognito_user_pools', providerARNs: Array.isArray(arns) ? arns : [arns] },
        ...(identity['ValidationExpression'] !== undefined && {
          identityValidationExpression: identity['ValidationExpression'],
        }),
        ...cached,
      },
    };
  }
  const arn = authorizer['FunctionArn'];
  if (arn === undefined)
    throw new InvalidResource(logicalId, `Authorizer ${name} must have a UserPoolArn or a FunctionArn.`);
  const role = authorizer['FunctionInvokeRole'];
  const credentials: JsonMap = role === undefined || role === 'NONE' ? {} : { authorizerCredentials: role };
  if (authorizer['FunctionPayloadType'] === 'REQUEST') {
    return {
      ...inHeader('Unused'),
      'x-amazon-apigateway-authtype': 'custom',
      'x-amazon-apigateway-authorizer': {
        ...{ type: 'request', authorizerUri: authorizerUri(arn), ...credentials, ...cached },
        identitySource: identitySources(identity).join(', '),
      },
    };
  }
  return {
    ...inHeader(headerName(identity)),
    'x-amazon-apigateway-authtype': 'custom',
    'x-amazon-apigateway-authorizer': {
      ...{ type: 'token', authorizerUri: authorizerUri(arn), ...credentials, ...cached },
      ...(identity['ValidationExpression'] !== undefined && {
        identityValidationExpression: identity['ValidationExpression'],
      }),
    },
  };
}

function identitySources(identity: JsonMap): string[] {
  const named = (property: string, prefix: string): string[] =>
    ((identity[property] ?? []) as readonly Json[]).map((name) => `${prefix}.${String(name)}`);
  return [
    ...named('Headers', 'method.request.header'),
    ...named('QueryStrings', 'method.request.querystring'),
    ...named('StageVariables', 'stageVariables'),
    ...named('Context', 'context'),
  ];
}

/** Permissions that let an API invoke the functions of its authorizers. */
export function authorizerPermissions(logicalId: string, auth: JsonMap): [string, Json][] {
  return Object.entries(isMap(auth['Authorizers']) ? auth['Authorizers'] : {}).flatMap(
    ([name, authorizer]): [string, Json][] => {
      const { FunctionArn: arn, FunctionInvokeRole: role } = authorizer as JsonMap;
      if (arn === undefined || (role !== undefined && role !== 'NONE')) return [];
      return [
        [
          `${logicalId}${name}AuthorizerPermission`,
          permissionFor(arn, { Ref: logicalId }, '/authorizers/*', undefined),
        ],
      ];
    },
  );
}

/** Answers to preflights on every path, and headers on the answers that API Gateway makes itself. */
export function addCors(logicalId: string, document: Mutable, cors: Json, auth: JsonMap): void {
  const given: JsonMap =
    isMap(cors) && cors['Ref'] === undefined && cors['Fn::Sub'] === undefined ? cors : { AllowOrigin: cors };
  if (given['AllowOrigin'] === undefined) throw new InvalidResource(logicalId, "Invalid value for 'Cors' property.");
  const preflightAuth = auth['AddDefaultAuthorizerToCorsPreflight'];
  const isGuarded = auth['DefaultAuthorizer'] !== undefined && (preflightAuth === undefined || isTrue(preflightAuth));
  for (const item of Object.values(document['paths'] as Record<string, Mutable>)) {
    if (item['options'] !== undefined) continue;
    item['options'] = preflight(given, methodsOf(item), isGuarded ? String(auth['DefaultAuthorizer']) : undefined);
  }
}

function methodsOf(item: Mutable): string {
  if (item[anyMethod] !== undefined) return "'DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT'";
  const methods = [...new Set([...Object.keys(item).map((name) => name.toUpperCase()), 'OPTIONS'])].sort();
  return `'${methods.join(',')}'`;
}

function preflight(cors: JsonMap, methods: string, authorizer: string | undefined): JsonMap {
  const values: [header: string, value: Json | undefined][] = [
    ['Access-Control-Allow-Origin', cors['AllowOrigin']],
    ['Access-Control-Allow-Methods', cors['AllowMethods'] ?? methods],
    ['Access-Control-Allow-Headers', cors['AllowHeaders']],
    ['Access-Control-Max-Age', cors['MaxAge']],
    ['Access-Control-Allow-Credentials', isTrue(cors['AllowCredentials']) ? "'true'" : undefined],
  ];
  const set = values.filter((each): each is [string, Json] => each[1] !== undefined);
  return {
    ...{ summary: 'CORS support', consumes: ['application/json'], produces: ['application/json'] },
    'x-amazon-apigateway-integration': {
      type: 'mock',
      requestTemplates: { 'application/json': '{\n  "statusCode" : 200\n}\n' },
      responses: {
        default: {
          statusCode: '200',
          responseParameters: Object.fromEntries(set.map(([name, value]) => [`method.response.header.${name}`, value])),
          responseTemplates: { 'application/json': '{}\n' },
        },
      },
    },
    responses: {
      '200': {
        description: 'Default response for CORS method',
        headers: Object.fromEntries(set.map(([name]) => [name, { type: 'string' }])),
      },
    },
    ...(authorizer !== undefined && { security: [{ [authorizer]: [] }] }),
  };
}

/** Responses that the template asks to be other than API Gateway's own. */
export function addGatewayResponses(document: Mutable, responses: JsonMap): void {
  const made = Object.entries(responses).map(([type, response]) => {
    const { StatusCode, ResponseParameters, ResponseTemplates } = response as JsonMap;
    const groups = Object.entries((ResponseParameters ?? {}) as Record<string, JsonMap>).flatMap(([group, values]) => {
      const place =
        ({ Headers: 'header', Paths: 'path', QueryStrings: 'querystring' } as Record<string, string>)[group] ?? group;
      return Object.entries(values).map(([name, value]): [string, Json] => [`gatewayresponse.${place}.${name}`, value]);
    });
    return [
      type,
      {
        responseParameters: Object.fromEntries(groups),
        responseTemplates: ResponseTemplates ?? {},
        ...(StatusCode !== undefined && { statusCode: StatusCode }),
      },
    ];
  });
  document['x-amazon-apigateway-gateway-responses'] = Object.fromEntries(made);
}
