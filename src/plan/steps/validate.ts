/**
 * Request validation (rows MOD-02 to MOD-07; guide page api-gateway-method-request-validation): what a method requires of parameters and body,
 * where its validator asks for it.
 */
import { headerValue, headerValues } from '../../base/headers.ts';
import type { Method, RequestValidator } from '../../definition/rest-api.ts';
import type { SchemaCheck } from '../../language/json-schema.ts';
import type { Exchange } from '../exchange.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import type { ModelChecks } from '../models.ts';
import type { Step } from '../plan.ts';
import { parseQuery } from '../query.ts';
import { mediaTypeOf } from '../templates.ts';

/** The steps a method's validator adds, parameters before body; none when it asks for nothing the method declares. Complains of a model that cannot be compiled. */
export function validate(
  method: Method,
  validator: RequestValidator,
  checks: ModelChecks,
  complain: (what: string) => void,
): Step[] {
  const parameters = validator.validateRequestParameters ? requireParameters(method) : undefined;
  const body = validator.validateRequestBody ? checkBody(method, checks, complain) : undefined;
  return [parameters, body].filter((step) => step !== undefined);
}

interface RequiredParameter {
  readonly name: string;
  isPresent(x: Exchange, query: readonly string[]): boolean;
}

/** Refuses with BAD_REQUEST_PARAMETERS, naming what is absent or blank: headers first, then path, then query string (recorded). */
function requireParameters(method: Method): Step | undefined {
  const places = {
    header: requiredIn(method, 'header'),
    path: requiredIn(method, 'path'),
    query: requiredIn(method, 'querystring'),
  };
  const required: RequiredParameter[] = [
    ...places.header.map(requiredHeader),
    ...places.path.map((name) => ({ name, isPresent: (x: Exchange) => isText(pathParameter(x, name)) })),
    ...places.query.map((name) => ({
      name,
      isPresent: (_: Exchange, query: readonly string[]) => hasValue(query, name),
    })),
  ];
  if (required.length === 0) return undefined;
  const listed = Object.entries(places).filter(([, names]) => names.length > 0);
  const readsQuery = places.query.length > 0;
  return {
    name: `require ${listed.map(([place, names]) => `${place} ${names.join(', ')}`).join(', ')}`,
    callsNobody: true,
    run: function requireAll(x) {
      const query = readsQuery ? parseQuery(x.request.query) : [];
      const missing = required.filter((parameter) => !parameter.isPresent(x, query)).map(({ name }) => name);
      if (missing.length === 0) return undefined;
      const message = `Missing required request parameters: [${missing.join(', ')}]`;
      throw gatewayProblem('BAD_REQUEST_PARAMETERS', message, { message, validationErrorString: message });
    },
  };
}

/** Names of the parameters that must be there, as declared. */
function requiredIn(method: Method, place: 'header' | 'path' | 'querystring'): string[] {
  const prefix = `method.request.${place}.`;
  return Object.entries(method.requestParameters ?? {})
    .filter(([parameter, isRequired]) => isRequired && parameter.startsWith(prefix))
    .map(([parameter]) => parameter.slice(prefix.length));
}

function requiredHeader(name: string): RequiredParameter {
  const lowerName = name.toLowerCase();
  return { name, isPresent: (x) => headerValues(x.request.headers, lowerName).some(isText) };
}

/** Blank is as good as absent (guide). */
const isText = (value: string | undefined): boolean => value !== undefined && value.trim() !== '';

const pathParameter = (x: Exchange, name: string): string | undefined =>
  x.pathParameters !== null && Object.hasOwn(x.pathParameters, name) ? x.pathParameters[name] : undefined;

function hasValue(query: readonly string[], name: string): boolean {
  for (let i = 0; i < query.length; i += 2) {
    if (query[i] === name && isText(query[i + 1])) return true;
  }
  return false;
}

/** Complaints quote the body, and a log is no place to keep bodies in. */
const maxLoggedCharacters = 500;

/** The key of `requestModels` that stands for every content type without a model of its own. */
const anyType = '$default';

/**
 * Refuses with BAD_REQUEST_BODY what does not fit the model of its content type. A request without a Content-Type counts as application/json; one
 * whose type has no model passes (row MOD-06; `passthroughBehavior` NEVER is what keeps it out).
 */
function checkBody(method: Method, checks: ModelChecks, complain: (what: string) => void): Step | undefined {
  const byType = new Map<string, SchemaCheck>();
  const names: string[] = [];
  for (const [contentType, modelName] of Object.entries(method.requestModels ?? {})) {
    const mediaType = mediaTypeOf(contentType);
    names.push(`${mediaType} ${modelName}`);
    try {
      byType.set(mediaType, checks(modelName));
    } catch (error) {
      complain(`the model ${modelName} cannot be compiled: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (names.length === 0) return undefined;
  return {
    name: `validate body ${names.join(', ')}`,
    callsNobody: true,
    run: function checkAgainstModel(x) {
      const contentType = headerValue(x.request.headers, 'content-type');
      const mediaType = contentType === undefined ? 'application/json' : mediaTypeOf(contentType);
      const check = byType.get(mediaType) ?? byType.get(anyType);
      if (check === undefined) return undefined;
      const complaint = bodyComplaint(x.request.body, check);
      if (complaint === undefined) {
        x.executionLog?.info(`Request validation succeeded for content type ${mediaType}`);
        return undefined;
      }
      const why = `the request body does not fit its model: ${complaint.slice(0, maxLoggedCharacters)}`;
      throw gatewayProblem('BAD_REQUEST_BODY', why, {
        validationErrorString: complaint,
        logged: `Request body does not match model schema for content type ${mediaType}: ${complaint}`,
      });
    },
  };
}

/** What is wrong with a body. An empty one is no JSON, so it never fits (row MOD-07). */
function bodyComplaint(body: Buffer, check: SchemaCheck): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch (error) {
    return `[${error instanceof Error ? error.message : String(error)}]`;
  }
  return check(value, body.length);
}
