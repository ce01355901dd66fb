/** From the bytes of an import to a document that is one: JSON or YAML, Swagger 2.0 or OpenAPI 3, of a size and depth that can be walked. */
import type { Validator } from '@seriousme/openapi-schema-validator';
import { Problem } from '../../base/problem.ts';
import { isNode, memberOf, type Node, nodeOf } from './members.ts';

/** Who imports: what the AWS variables of a document stand for (row OAS-06). */
export interface ImportPlace {
  readonly account: string;
  readonly region: string;
}

/** Developer guide, "Amazon API Gateway quotas": size of an imported definition. */
const maxBytes = 6 * 1024 * 1024;
/** Far above what people write; a document beyond them is an attack on whoever walks it (aliases of YAML unfold). */
const maxNodes = 1_000_000;
const maxDepth = 200;
const maxAliasCount = 10_000;
/** Of an alias with the values among which its anchor is looked for. */
const maxAliasSteps = 50_000_000;
/** Of the items of a list with each other: the schemas of OpenAPI want many lists to have distinct items. Lets one list have 10,000. */
const maxComparisons = 100_000_000;

const unreadable = (detail: string): Problem =>
  new Problem('BadRequestException', `Unable to parse API definition: ${detail}`);

/** The validated document; throws a BadRequestException that says why it is none. */
export async function readDocument(body: Uint8Array, place: ImportPlace): Promise<Node> {
  if (body.length === 0) throw unreadable('the document is empty');
  if (body.length > maxBytes) throw unreadable(`the document is larger than ${maxBytes} bytes`);
  const document = await parsed(withVariables(textOf(body), place));
  if (!isNode(document)) throw unreadable('the document is not an object');
  checkExtent(document);
  if (versionOf(document) === undefined) {
    throw unreadable('Swagger 2.0 or OpenAPI 3.0 expected, neither swagger "2.0" nor openapi "3.x" is said');
  }
  await checkValid(document);
  return document;
}

/** The major version; undefined when the document says none that can be imported. */
export function versionOf(document: Node): 2 | 3 | undefined {
  // YAML makes a number of an unquoted 2.0, and people forget the quotes.
  if (/^2(\.0)?$/.test(scalarText(memberOf(document, 'swagger')))) return 2;
  return /^3(\.[01](\.|$)|$)/.test(scalarText(memberOf(document, 'openapi'))) ? 3 : undefined;
}

const scalarText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

function textOf(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw unreadable('the document is not UTF-8 text');
  }
}

function withVariables(text: string, { account, region }: ImportPlace): string {
  const partition = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  return text
    .replaceAll('${AWS::AccountId}', account)
    .replaceAll('${AWS::Region}', region)
    .replaceAll('${AWS::Partition}', partition);
}

async function parsed(text: string): Promise<unknown> {
  try {
    if (/^\s*\{/.test(text)) return JSON.parse(text);
  } catch (error) {
    // A YAML flow mapping begins with a brace too; whether it is one shows below.
    if (text.length > 100_000) throw unreadable(firstLine(error));
  }
  const { isScalar, parseDocument, visit } = await import('yaml');
  try {
    // Its own search for repeated keys compares each with each: a megabyte of them would take minutes.
    const document = parseDocument(text, { merge: true, uniqueKeys: false, logLevel: 'error' });
    if (document.errors[0] !== undefined) throw document.errors[0];
    let aliases = 0;
    let scalars = 0;
    visit(document, {
      Alias: () => {
        aliases++;
      },
      Scalar: () => {
        scalars++;
      },
      Map(_, { items }) {
        const seen = new Set<unknown>();
        for (const { key } of items) {
          if (!isScalar(key) || key.value === '<<') continue;
          if (seen.has(key.value)) throw new Error(`Map keys must be unique: ${String(key.value)} is repeated`);
          seen.add(key.value);
        }
      },
    });
    if (aliases * scalars > maxAliasSteps) throw new Error('too many aliases for a document of this size');
    return document.toJS({ maxAliasCount });
  } catch (error) {
    throw unreadable(firstLine(error));
  }
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!.replace(/:$/, '');

/** Counts what a walk would meet: a shared alias as often as it is used, a cycle until the limit. Own stack, so depth cannot overflow ours. */
function checkExtent(document: Node): void {
  const rest: { value: unknown; depth: number }[] = [{ value: document, depth: 1 }];
  let nodes = 0;
  let comparisons = 0;
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (++nodes > maxNodes) throw unreadable(`the document has more than ${maxNodes} values`);
    if (next.depth > maxDepth) throw unreadable(`the document is nested more than ${maxDepth} levels deep`);
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (Array.isArray(next.value)) comparisons += next.value.length ** 2;
    if (comparisons > maxComparisons) throw unreadable('its lists are too long to be compared item by item');
    for (const value of Object.values(next.value)) rest.push({ value, depth: next.depth + 1 });
  }
}

/** Loaded with the first import and kept: it compiles the schema of each OpenAPI version once, which takes tens of milliseconds. */
let validator: Validator | undefined;

async function checkValid(document: Node): Promise<void> {
  // Formats are left alone, as AWS leaves them: patterns are judged as those of models, and a malformed contact address harms nobody.
  validator ??= new (await import('@seriousme/openapi-schema-validator')).Validator({ validateFormats: false });
  const { errors } = await validator.validate({ ...asAwsReads(document) });
  // A text is about references. Those are looked at where they are followed: a missing model is a warning, not an error.
  if (errors === undefined || typeof errors === 'string') return;
  // The deepest finding is the cause, those above follow from it.
  const [deepest] = [...errors].sort((a, b) => b.instancePath.length - a.instancePath.length);
  if (deepest !== undefined)
    throw unreadable(`${deepest.instancePath || 'the document'} ${deepest.message ?? 'is invalid'}`);
}

const verbs = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/**
 * The document with what AWS does without and OpenAPI insists on: responses of an operation, and their descriptions, which documents written
 * for API Gateway alone (by SAM, or by hand for Terraform) leave out, as they do schemas of parameters, flows of OAuth 2 and the slash before
 * `$default`; versions as texts, where YAML read `version: 1.0` as a number.
 */
function asAwsReads(document: Node): Node {
  const info = nodeOf(memberOf(document, 'info'));
  const { swagger: _, openapi, ...rest } = document;
  const isSwagger = versionOf(document) === 2;
  return {
    ...(isSwagger ? { swagger: '2.0' } : { openapi: scalarText(openapi).startsWith('3.1') ? '3.1.0' : '3.0.3' }),
    ...rest,
    info: { ...info, version: scalarText(memberOf(info, 'version')) },
    ...(isNode(document['components']) && { components: withSchemeMembers(document['components']) }),
    paths: mapped(withSlash(memberOf(document, 'paths')), (item) =>
      mapped(item, (operation, verb) => {
        if (verb === 'parameters' && !isSwagger) return withSchemas(operation);
        if (!verbs.includes(verb) || !isNode(operation)) return operation;
        const responses = memberOf(operation, 'responses') ?? {};
        const isEmpty = isNode(responses) && Object.keys(responses).length === 0;
        const described = mapped(responses, (response, status) =>
          isNode(response) && !('$ref' in response) && !status.startsWith('x-')
            ? { description: '', ...response }
            : response,
        );
        return {
          ...operation,
          ...('parameters' in operation && !isSwagger && { parameters: withSchemas(operation['parameters']) }),
          responses: isEmpty ? { default: { description: '' } } : described,
        };
      }),
    ),
  };
}

const withSlash = (paths: unknown): unknown =>
  isNode(paths) && '$default' in paths
    ? Object.fromEntries(Object.entries(paths).map(([path, item]) => [path === '$default' ? '/$default' : path, item]))
    : paths;

/** A parameter that says no more than its name has any value; `type` beside the name is Swagger 2.0's way to say a schema. */
const withSchemas = (parameters: unknown): unknown =>
  Array.isArray(parameters)
    ? parameters.map((each: unknown) => {
        if (!isNode(each) || '$ref' in each || 'schema' in each || 'content' in each) return each;
        const { type: _, ...rest } = each;
        return { ...rest, schema: {} };
      })
    : parameters;

/** What a scheme is not read for: its authorizer's extension says it. */
const leftOut: Readonly<Record<string, Node>> = { oauth2: { flows: {} }, openIdConnect: { openIdConnectUrl: '' } };

const withSchemeMembers = (components: Node): Node => ({
  ...components,
  ...('securitySchemes' in components && {
    securitySchemes: mapped(components['securitySchemes'], (scheme) =>
      isNode(scheme) ? { ...leftOut[String(scheme['type'])], ...scheme } : scheme,
    ),
  }),
});

const mapped = (value: unknown, change: (member: unknown, name: string) => unknown): unknown =>
  isNode(value)
    ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, change(member, name)]))
    : value;
