/**
 * A WebSocket route seen as a method of a REST API, so that one compiler of integrations serves both: the expressions of routes are written in the words
 * of methods, templates and responses by key become templates by content type and responses by pattern.
 */
import type { Integration, IntegrationResponse, Method, RestApi, VpcLink } from '../../definition/rest-api.ts';
import type { WebSocketSnapshot } from '../../definition/snapshot.ts';
import type { Route, V2Integration, V2IntegrationResponse } from '../../definition/v2-api.ts';
import { type AnswerFacts, compileAnswerExpression } from '../../language/socket-expression.ts';
import type { Exchange } from '../exchange.ts';
import type { MethodScope, TemplateSelector } from '../method-scope.ts';
import type { BackendAnswer } from '../parameter-mapping.ts';
import type { StageContext } from '../plan.ts';
import type { PlanTools } from '../tools.ts';

export interface RouteScope {
  readonly route: Route;
  readonly integration: V2Integration;
  readonly snapshot: WebSocketSnapshot;
  readonly stage: StageContext;
  readonly vpcLinks: readonly VpcLink[];
  readonly tools: PlanTools;
  readonly complain: (what: string) => void;
}

/** The body of a message has no content type; this one finds the only template there is. */
const messageType = 'application/json';

/**
 * The key of a template where no expression selects one: `$default`, else the type a message is taken for, as the API reference has it of templates
 * ("based on the value of the Content-Type header") and the CLI's example of a mock integration uses it.
 */
export function unselectedKey(templates: Readonly<Record<string, string>> | undefined): string {
  const has = (key: string): boolean => Object.hasOwn(templates ?? {}, key);
  return !has('$default') && has(messageType) ? messageType : '$default';
}

/**
 * The scope with the one request template given; undefined leaves the message as it came. `passthroughBehavior` is settled by then, since templates of
 * WebSocket APIs have keys where those of REST APIs have content types.
 */
export function methodScope(scope: RouteScope, template: string | undefined): MethodScope {
  const { route, integration, snapshot, stage, tools, complain } = scope;
  const templateSelectors = new Map<IntegrationResponse, TemplateSelector>();
  const responses = Object.values(integration.integrationResponses ?? {}).flatMap((each) =>
    responsesOf(each, scope, templateSelectors),
  );
  const asRest: Integration = {
    type: integration.integrationType,
    httpMethod: verbOf(integration.integrationMethod),
    ...(integration.integrationUri !== undefined && { uri: integration.integrationUri }),
    connectionType: integration.connectionType,
    ...(integration.connectionId !== undefined && { connectionId: integration.connectionId }),
    ...(integration.credentialsArn !== undefined && { credentials: integration.credentialsArn }),
    requestParameters: translated(integration.requestParameters),
    requestTemplates: template === undefined ? {} : { [messageType]: template },
    passthroughBehavior: 'WHEN_NO_MATCH',
    ...(integration.contentHandlingStrategy !== undefined && { contentHandling: integration.contentHandlingStrategy }),
    timeoutInMillis: integration.timeoutInMillis,
    cacheNamespace: '',
    cacheKeyParameters: [],
    responseTransferMode: 'BUFFERED',
    integrationResponses: Object.fromEntries(
      (responses.length > 0 ? responses : [passedThrough]).map((response, i) => [`${i}`, response]),
    ),
  };
  const method: Method = {
    // The route key takes the verb's place in the execution ARN: `…/{api}/{stage}/$connect`.
    httpMethod: route.routeKey,
    authorizationType: 'NONE',
    apiKeyRequired: false,
    methodResponses: { [mappedStatus]: { statusCode: mappedStatus } },
    integration: asRest,
  };
  return {
    label: route.routeKey,
    resourceId: route.routeId,
    resourcePath: '',
    method,
    integration: asRest,
    api: apiOf(snapshot),
    stage,
    backends: { vpcLinks: scope.vpcLinks, v2VpcLinks: [], clientCertificate: undefined },
    templateSelectors,
    tools,
    complain,
  };
}

/** Responses of WebSocket APIs have no status of their own. */
const mappedStatus = '200';
const passedThrough: IntegrationResponse = { statusCode: mappedStatus };

/** A frame has no verb to hand on, so ANY is what a body is sent with. */
function verbOf(method: string | undefined): string {
  return method === undefined || method === 'ANY' ? 'POST' : method;
}

/** `route.request.body.x` is what methods call `method.request.body.x`. */
function translated(parameters: Readonly<Record<string, string>> | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters ?? {}).map(([target, source]) => [
      target,
      source.replace(/^route\.request\./, 'method.request.'),
    ]),
  );
}

/** The integration response as candidates of a method's: one for each key its template can have, the most particular first. */
function responsesOf(
  response: V2IntegrationResponse,
  { complain }: RouteScope,
  selectors: Map<IntegrationResponse, TemplateSelector>,
): IntegrationResponse[] {
  const key = response.integrationResponseKey;
  const pattern = key === '$default' ? undefined : patternOf(key);
  if (key !== '$default' && pattern === undefined) {
    complain(`the integration response key ${key} is neither $default nor a pattern between slashes`);
    return [];
  }
  // A frame of bytes is never sent, so an answer cannot be made one.
  if (response.contentHandlingStrategy === 'CONVERT_TO_BINARY') {
    complain('contentHandlingStrategy CONVERT_TO_BINARY of an integration response: WebSocket APIs send text only');
  }
  const base = {
    statusCode: mappedStatus,
    ...(pattern !== undefined && { selectionPattern: pattern }),
    ...(response.contentHandlingStrategy !== undefined && { contentHandling: response.contentHandlingStrategy }),
  };
  const templates = response.responseTemplates ?? {};
  const withTemplate = (template: string | undefined): IntegrationResponse =>
    template === undefined ? base : { ...base, responseTemplates: { [messageType]: template } };
  const selection = response.templateSelectionExpression || unselectedKey(templates);
  if (/^\$(\{?)integration\.response\.statuscode\}?$/.test(selection)) {
    const byStatus = Object.entries(templates).filter(([status]) => /^\d{3}$/.test(status));
    const matching = byStatus.filter(
      ([status]) => pattern === undefined || new RegExp(`^(?:${pattern})$`).test(status),
    );
    return [
      ...matching.map(([status, template]) => ({ ...withTemplate(template), selectionPattern: status })),
      withTemplate(templates['$default']),
    ];
  }
  const compiled = compileAnswerExpression(selection);
  if (typeof compiled === 'string') {
    complain(`the template selection expression of an integration response: ${compiled}`);
    return [];
  }
  const { constant } = compiled;
  if (constant !== undefined) return [withTemplate(templates[constant] ?? templates['$default'])];
  const keys = Object.keys(templates);
  const selected = { ...base, responseTemplates: templates };
  selectors.set(selected, (x, answer) => {
    const at = keys.indexOf(compiled.evaluate(factsOf(x, answer)));
    return at === -1 ? keys.indexOf('$default') : at;
  });
  return [selected];
}

/** What expressions read of a message and of what its backend answered. */
function factsOf(x: Exchange, { status, headers, body }: BackendAnswer): AnswerFacts {
  const multivalueheader: Record<string, string[]> = Object.create(null);
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!.toLowerCase();
    multivalueheader[name] ??= [];
    multivalueheader[name].push(headers[i + 1]!);
  }
  return {
    request: {
      get body() {
        return parsedJson(x.request.body);
      },
    },
    integration: {
      response: {
        statuscode: String(status),
        header: Object.fromEntries(Object.entries(multivalueheader).map(([name, values]) => [name, values.at(-1)!])),
        multivalueheader,
        get body() {
          return parsedJson(body);
        },
      },
    },
  };
}

/** `2\d\d` of `/2\d\d/`. */
function patternOf(key: string): string | undefined {
  return /^\/(.*)\/$/s.exec(key)?.[1];
}

/** As much of a REST API as compilers of integrations read. */
function apiOf({ api }: WebSocketSnapshot): RestApi {
  return {
    id: api.apiId,
    account: api.account,
    region: api.region,
    name: api.name,
    createdAtMs: api.createdAtMs,
    apiKeySource: 'HEADER',
    endpointConfiguration: { types: ['REGIONAL'], ipAddressType: api.ipAddressType },
    tags: {},
    disableExecuteApiEndpoint: api.disableExecuteApiEndpoint,
    rootResourceId: '',
  };
}

/** A body as JSON; undefined when it is none. */
export function parsedJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
