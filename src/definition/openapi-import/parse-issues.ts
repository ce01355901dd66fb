/**
 * What AWS's parser has to remark about an OpenAPI 3 document that it reads all the same: each remark is a warning of the import. AWS uses swagger-parser, as
 * its sentences about `$default` and about unexpected members show; what is remarked and how it is said follow that library as it was when HTTP APIs came
 * (v2.0.14, OpenAPIDeserializer). Remarked are the document, its info, paths, their operations, parameters, bodies and responses. REST APIs are
 * imported by the same reader, as a user's warnings show; Swagger 2.0 is read without.
 */
import { isNode, memberOf, type Node, nodeOf } from './members.ts';

const verbs = ['get', 'put', 'post', 'head', 'delete', 'patch', 'options', 'trace'];

const documentKeys = new Set([
  ...['openapi', 'info', 'servers', 'paths', 'components', 'tags', 'security', 'externalDocs'],
]);
const infoKeys = new Set(['title', 'description', 'termsOfService', 'contact', 'license', 'version']);
const pathItemKeys = new Set(['$ref', 'summary', 'description', ...verbs, 'servers', 'parameters']);
const operationKeys = new Set([
  ...['tags', 'summary', 'description', 'externalDocs', 'operationId', 'parameters', 'requestBody', 'responses'],
  ...['callbacks', 'deprecated', 'security', 'servers'],
]);
const parameterKeys = new Set([
  ...['$ref', 'name', 'in', 'description', 'required', 'deprecated', 'allowEmptyValue', 'style', 'explode'],
  ...['allowReserved', 'schema', 'example', 'examples', 'content'],
]);
const requestBodyKeys = new Set(['$ref', 'description', 'content', 'required']);
const responseKeys = new Set(['$ref', 'description', 'headers', 'content', 'links']);
const mediaTypeKeys = new Set(['schema', 'example', 'examples', 'encoding']);

/** In the library's order: unexpected members, missing ones, other remarks. */
export function parseIssuesOf(document: Node): string[] {
  const unexpected: string[] = [];
  const missing: string[] = [];
  const other: string[] = [];

  function lookForUnexpected(node: Node, known: ReadonlySet<string>, location: string): void {
    for (const key of Object.keys(node)) {
      if (!known.has(key) && !key.startsWith('x-'))
        unexpected.push(`attribute ${location === '' ? '' : `${location}.`}${key} is unexpected`);
    }
  }

  /** Of all contents the location is the same, whatever their media types. */
  function readContent(content: unknown, location: string): void {
    for (const mediaType of Object.values(nodeOf(content))) {
      if (!isNode(mediaType)) continue;
      const reference = memberOf(nodeOf(memberOf(mediaType, 'schema')), '$ref');
      if (typeof reference === 'string' && isMissing(reference)) {
        missing.push(`attribute ${location}.schema.${reference} is missing`);
      }
      lookForUnexpected(mediaType, mediaTypeKeys, location);
    }
  }

  function isMissing(reference: string): boolean {
    const [, kind, name] = /^#\/components\/([^/]+)\/([^/]+)/.exec(reference) ?? [];
    if (kind === undefined) return false;
    const components = nodeOf(memberOf(document, 'components'));
    return memberOf(nodeOf(memberOf(components, kind)), name!) === undefined;
  }

  function readParameters(parameters: unknown, location: string): void {
    for (const parameter of Array.isArray(parameters) ? parameters : []) {
      if (!isNode(parameter) || memberOf(parameter, '$ref') !== undefined) continue;
      const name = memberOf(parameter, 'name');
      const at = `${location}.parameters.[${typeof name === 'string' ? name : "['unknown']"}]`;
      if (memberOf(parameter, 'in') === undefined) missing.push(`attribute ${at}.in is missing`);
      lookForUnexpected(parameter, parameterKeys, at);
    }
  }

  function readResponses(responses: Node, location: string): void {
    for (const [code, response] of Object.entries(responses)) {
      if (code.startsWith('x-') || !isNode(response) || memberOf(response, '$ref') !== undefined) continue;
      const at = `${location}.${code}`;
      if (memberOf(response, 'description') === undefined) missing.push(`attribute ${at}.description is missing`);
      readContent(memberOf(response, 'content'), `${at}.content`);
      lookForUnexpected(response, responseKeys, at);
    }
  }

  function readOperation(operation: Node, location: string): void {
    readParameters(memberOf(operation, 'parameters'), location);
    const requestBody = memberOf(operation, 'requestBody');
    if (isNode(requestBody) && memberOf(requestBody, '$ref') === undefined) {
      const at = `${location}.requestBody`;
      readContent(memberOf(requestBody, 'content'), `${at}.content`);
      lookForUnexpected(requestBody, requestBodyKeys, at);
    }
    const responses = memberOf(operation, 'responses');
    if (responses === undefined) missing.push(`attribute ${location}.responses is missing`);
    else if (isNode(responses)) readResponses(responses, `${location}.responses`);
    lookForUnexpected(operation, operationKeys, location);
  }

  lookForUnexpected(nodeOf(memberOf(document, 'info')), infoKeys, 'info');
  for (const [template, item] of Object.entries(nodeOf(memberOf(document, 'paths')))) {
    if (template.startsWith('x-') || !isNode(item)) continue;
    // SAM writes `$default`.
    if (!template.startsWith('/')) other.push(`attribute paths. Resource ${template} should start with /`);
    const location = `paths.'${template}'`;
    readParameters(memberOf(item, 'parameters'), location);
    for (const verb of verbs) {
      const operation = memberOf(item, verb);
      if (isNode(operation)) readOperation(operation, `${location}(${verb})`);
    }
    lookForUnexpected(item, pathItemKeys, location);
  }
  lookForUnexpected(document, documentKeys, '');
  return [...unexpected, ...missing, ...other].map((issue) => `Parse issue: ${issue}`);
}
