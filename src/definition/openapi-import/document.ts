/** From the bytes of an import to a document that is one: JSON or YAML, Swagger 2.0 or OpenAPI 3, of a size and depth that can be walked. */
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

const unreadable = (detail: string): Problem =>
  new Problem('BadRequestException', `Unable to parse API definition: ${detail}`);

/** What is no OpenAPI document at all; AWS says no more than this, the log has the reason. */
const noDocument = (why: string): Problem => new Problem('BadRequestException', 'Invalid OpenAPI input.', { why });

/** The validated document; throws a BadRequestException that says why it is none. */
export async function readDocument(body: Uint8Array, place: ImportPlace): Promise<Node> {
  if (body.length === 0) throw noDocument('the document is empty');
  if (body.length > maxBytes) throw unreadable(`the document is larger than ${maxBytes} bytes`);
  const document = await parsed(withVariables(textOf(body), place));
  if (!isNode(document)) throw noDocument('the document is not an object');
  checkExtent(document);
  if (versionOf(document) === undefined) {
    throw noDocument('Swagger 2.0 or OpenAPI 3.0 expected, neither swagger "2.0" nor openapi "3.x" is said');
  }
  checkShape(document);
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
    throw noDocument('the document is not UTF-8 text');
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
    if (text.length > 100_000) throw noDocument(firstLine(error));
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
    throw noDocument(firstLine(error));
  }
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!.replace(/:$/, '');

/** Counts what a walk would meet: a shared alias as often as it is used, a cycle until the limit. Own stack, so depth cannot overflow ours. */
function checkExtent(document: Node): void {
  const rest: { value: unknown; depth: number }[] = [{ value: document, depth: 1 }];
  let nodes = 0;
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (++nodes > maxNodes) throw unreadable(`the document has more than ${maxNodes} values`);
    if (next.depth > maxDepth) throw unreadable(`the document is nested more than ${maxDepth} levels deep`);
    if (typeof next.value !== 'object' || next.value === null) continue;
    for (const value of Object.values(next.value)) rest.push({ value, depth: next.depth + 1 });
  }
}

/**
 * Throws unless the document has what nothing can be read without. What else OpenAPI wants is left alone, as AWS leaves it: documents written for
 * API Gateway alone (by SAM, or by hand for Terraform) lack responses, descriptions, schemas and more, and parse-issues.ts warns of it. Only
 * security is strict, for what is misread there guards nothing.
 */
function checkShape(document: Node): void {
  const info = memberOf(document, 'info');
  if (!isNode(info) || scalarText(memberOf(info, 'title')) === '') throw unreadable('attribute info.title is missing');
  const paths = memberOf(document, 'paths');
  if (!isNode(paths))
    throw unreadable(`attribute paths is ${paths === undefined ? 'missing' : 'not of type `object`'}`);
  checkSecurity(memberOf(document, 'security'), 'security');
  for (const [path, item] of Object.entries(paths)) {
    if (path.startsWith('x-')) continue;
    if (versionOf(document) === 2 && !path.startsWith('/')) throw unreadable(`Resource ${path} should start with /`);
    for (const [name, operation] of Object.entries(nodeOf(item))) {
      checkSecurity(memberOf(nodeOf(operation), 'security'), `paths.'${path}'(${name}).security`);
    }
  }
}

function checkSecurity(security: unknown, place: string): void {
  if (security === undefined || security === null) return;
  const isList =
    Array.isArray(security) && security.every((each) => isNode(each) && Object.values(each).every(Array.isArray));
  if (!isList) throw unreadable(`attribute ${place} is not of type \`array\``);
}
