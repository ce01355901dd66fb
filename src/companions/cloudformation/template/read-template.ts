/**
 * The text of a template as JSON: JSON itself, or YAML with CloudFormation's short forms (`!Sub`, `!GetAtt A.B`) written out. Dates and other things YAML
 * makes of plain words stay words.
 */
import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import type { Json, JsonMap } from '../records.ts';
import { formatError } from '../refusals.ts';

/** Throws ValidationError in CloudFormation's words. */
export function readTemplate(text: string): JsonMap {
  const value = /^\s*\{/.test(text) ? readJson(text) : readYaml(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw formatError('unsupported structure.');
  return value as JsonMap;
}

function readJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    // Flow style YAML begins like JSON.
    const asYaml = parseDocument(text, { logLevel: 'silent', version: '1.2' });
    if (asYaml.errors.length === 0 && asYaml.contents !== null) return plain(asYaml.contents as Node);
    const { line, column } = placeIn(text, error);
    throw formatError(`JSON not well-formed. (line ${line}, column ${column})`);
  }
}

function placeIn(text: string, error: unknown): { line: number; column: number } {
  const message = error instanceof Error ? error.message : '';
  const given = /line (\d+) column (\d+)/.exec(message);
  if (given !== null) return { line: Number(given[1]), column: Number(given[2]) };
  const position = /position (\d+)/.exec(message);
  const before = text.slice(0, position === null ? text.length : Number(position[1])).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

function readYaml(text: string): Json {
  const document = parseDocument(text, { logLevel: 'silent', version: '1.2', uniqueKeys: true, merge: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = error.linePos?.[0] ?? { line: 1, col: 1 };
    throw formatError(`YAML not well-formed. (line ${line}, column ${col})`);
  }
  if (document.contents === null) throw formatError('unsupported structure.');
  return plain(document.contents as Node);
}

const maxDepth = 100;

function plain(node: Node | null, depth = 0): Json {
  if (depth > maxDepth) throw formatError('The template is nested too deeply.');
  if (node === null || node === undefined) return null;
  if (isAlias(node)) throw formatError('YAML aliases are not allowed in CloudFormation templates');
  const tag = shortForm(node.tag);
  const value = isMap(node)
    ? Object.fromEntries(
        node.items.map(({ key, value: item }) => [keyText(key), plain(item as Node | null, depth + 1)]),
      )
    : isSeq(node)
      ? node.items.map((item) => plain(item as Node | null, depth + 1))
      : isScalar(node)
        ? scalar(node.value, node.source, tag !== undefined)
        : null;
  return tag === undefined ? value : writtenOut(tag, value);
}

function keyText(key: unknown): string {
  if (isScalar(key)) {
    if (key.value === '__proto__') throw formatError('unsupported structure.');
    return key.source ?? String(key.value);
  }
  throw formatError('unsupported structure.');
}

function scalar(value: unknown, source: string | undefined, isTagged: boolean): Json {
  if (isTagged) return value === null ? '' : String(value);
  // 0123 is a name or an account, not a number.
  if (typeof value === 'number' && source !== undefined && /^[-+]?0\d/.test(source)) return source;
  if (typeof value === 'bigint') return source ?? String(value);
  if (typeof value === 'number' && !Number.isSafeInteger(value) && Number.isInteger(value)) return source ?? value;
  return value as Json;
}

function shortForm(tag: string | undefined): string | undefined {
  return tag !== undefined && /^![A-Za-z]/.test(tag) ? tag.slice(1) : undefined;
}

function writtenOut(tag: string, value: Json): Json {
  if (tag === 'Ref' || tag === 'Condition') return { [tag]: value };
  if (tag === 'GetAtt' && typeof value === 'string') {
    const dot = value.indexOf('.');
    return { 'Fn::GetAtt': dot < 0 ? [value] : [value.slice(0, dot), value.slice(dot + 1)] };
  }
  return { [`Fn::${tag}`]: value };
}
