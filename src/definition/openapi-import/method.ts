/** One operation of a document as a method: its parameters, models, security, responses and integration. */
import { defined } from '../../base/defined.ts';
import { Problem } from '../../base/problem.ts';
import type { MethodResponse } from '../rest-api.ts';
import type { Reading } from './describe.ts';
import type { IntegrationDescription, MethodDescription } from './description.ts';
import type { Schemas } from './dialect.ts';
import { unreadExtensions } from './extensions.ts';
import { integrationOf } from './integration.ts';
import { memberOf, membersOf, type Node, nodeOf } from './members.ts';
import { securityOf } from './security.ts';

/** An operation and where it stands. */
export interface OperationPlace {
  readonly httpMethod: string;
  readonly path: string;
  /** The path item: its parameters are those of all its operations. */
  readonly item: Node;
  readonly operation: Node;
}

export function methodOf(place: OperationPlace, reading: Reading): MethodDescription {
  const { httpMethod, path, operation } = place;
  const { findings, dialect } = reading;
  const at = `'${httpMethod}' at path '${path}'`;
  const error = (text: string) => findings.errors.push(`${text} (${at})`);
  for (const name of unreadExtensions(operation, 'operation')) {
    findings.warnings.push(`${name} has no meaning for a method. Ignoring. (${at})`);
  }
  const parameters = parametersOf(place, reading, error);
  const bodyParameter = parameters.find((parameter) => memberOf(parameter, 'in') === 'body');
  const requestBody = memberOf(operation, 'requestBody');
  const resolvedBody = requestBody === undefined ? undefined : reading.resolve(requestBody, error);
  const security = securityOf(operation, dialect.securitySchemes, {
    error,
    warning: (text) => findings.warnings.push(`${text} (${at})`),
  });
  return defined({
    httpMethod,
    ...security,
    operationName: membersOf(operation, error).text('operationId'),
    requestParameters: requestParametersOf(parameters, (text) => findings.warnings.push(`${text} (${at})`)),
    requestModels: modelsByType(dialect.requestSchemas(operation, bodyParameter, resolvedBody), reading),
    validatorName: validatorOf(operation, reading, error),
    responses: responsesOf(operation, reading, at, error),
    integration: integrationAt(place, reading, at),
  });
}

/** The operation's own parameters stand before those of its path. */
function parametersOf(
  { item, operation }: OperationPlace,
  { resolve }: Reading,
  error: (text: string) => void,
): Node[] {
  const found = new Map<string, Node>();
  for (const list of [memberOf(operation, 'parameters'), memberOf(item, 'parameters')]) {
    for (const each of Array.isArray(list) ? list : []) {
      const parameter = resolve(each, error);
      if (parameter === undefined) continue;
      // Swagger allows one body, whatever its name.
      const place = memberOf(parameter, 'in');
      const key = place === 'body' ? 'body' : JSON.stringify([place, memberOf(parameter, 'name')]);
      if (!found.has(key)) found.set(key, parameter);
    }
  }
  return [...found.values()];
}

const places: Readonly<Record<string, string>> = { query: 'querystring', header: 'header', path: 'path' };

function requestParametersOf(parameters: readonly Node[], warning: (text: string) => void): Record<string, boolean> {
  const declared: Record<string, boolean> = {};
  for (const parameter of parameters) {
    const where = String(memberOf(parameter, 'in'));
    const name = String(memberOf(parameter, 'name'));
    const place = Object.hasOwn(places, where) ? places[where] : undefined;
    if (place !== undefined) declared[`method.request.${place}.${name}`] = memberOf(parameter, 'required') === true;
    else if (where !== 'body') warning(`Parameter '${name}' in ${where} is not supported. Ignoring.`);
  }
  return declared;
}

function modelsByType(schemas: Schemas, { models }: Reading): Record<string, string> {
  return Object.fromEntries(
    schemas.flatMap(([contentType, schema]) => {
      const name = models.nameFor(schema);
      return name === undefined ? [] : [[contentType, name]];
    }),
  );
}

/** The operation's own validator, else the document's. A validator that is not defined would check nothing, so it is an error. */
function validatorOf(operation: Node, reading: Reading, error: (text: string) => void): string | undefined {
  const name = membersOf(operation, error).text('x-amazon-apigateway-request-validator') ?? reading.defaultValidator;
  if (name !== undefined && !reading.validators.has(name)) error(`Request validator '${name}' is not defined`);
  return name;
}

/** A REST API answers with statuses; `default` and `2XX` are none, so they make no method response. */
function responsesOf(operation: Node, reading: Reading, at: string, error: (text: string) => void): MethodResponse[] {
  const responses: MethodResponse[] = [];
  for (const [statusCode, each] of Object.entries(nodeOf(memberOf(operation, 'responses')))) {
    if (statusCode.startsWith('x-')) continue;
    if (!/^[1-5]\d\d$/.test(statusCode)) {
      reading.findings.warnings.push(`Response '${statusCode}' is not a status code. Ignoring. (${at})`);
      continue;
    }
    const response = reading.resolve(each, error);
    if (response === undefined) continue;
    const headers = Object.keys(nodeOf(memberOf(response, 'headers')));
    responses.push({
      statusCode,
      responseParameters: Object.fromEntries(headers.map((name) => [`method.response.header.${name}`, false])),
      responseModels: modelsByType(reading.dialect.responseSchemas(operation, response), reading),
    });
  }
  return responses;
}

function integrationAt(place: OperationPlace, reading: Reading, at: string): IntegrationDescription | undefined {
  const extension = memberOf(place.operation, 'x-amazon-apigateway-integration');
  if (extension === undefined) return undefined;
  // As users quote it: nothing stands before or after this sentence; the log has the reason.
  const malformed = (complaint: string): never => {
    throw new Problem(
      'BadRequestException',
      `Unable to parse API definition because of a malformed integration at path ${place.path}`,
      { why: `malformed integration of ${at}: ${complaint}` },
    );
  };
  const node = reading.resolve(extension, malformed);
  const { warnings } = reading.findings;
  return (
    node &&
    integrationOf(node, {
      malformed,
      warning: (text) => warnings.push(`${text} (${at})`),
      // As users quote it.
      unknownType: (type) =>
        warnings.push(`Unknown integration type '${type}' for '${place.httpMethod} ${place.path}'. Ignoring.`),
    })
  );
}
