/** Documentation parts of a document: `x-amazon-apigateway-documentation` (row DOC-05). */
import {
  type DocumentationLocation,
  type DocumentationPart,
  isJsonObject,
  locationComplaint,
  locationKey,
} from '../documentation.ts';
import type { ImportPlace } from './document.ts';
import { readDocument } from './document.ts';
import { isNode, memberOf, type Node, nodeOf } from './members.ts';

export type PartDescription = Omit<DocumentationPart, 'id'>;

/** The parts that can be kept; what is wrong with the others is told, by the place where they stand. */
export function documentationPartsOf(document: Node, complain: (text: string) => void): PartDescription[] {
  const listed = memberOf(nodeOf(memberOf(document, 'x-amazon-apigateway-documentation')), 'documentationParts');
  if (listed === undefined) return [];
  if (!Array.isArray(listed)) {
    complain('x-amazon-apigateway-documentation: documentationParts must be a list');
    return [];
  }
  const parts = new Map<string, PartDescription>();
  listed.forEach((each: unknown, i) => {
    const node = nodeOf(each);
    const location = locationOf(nodeOf(memberOf(node, 'location')));
    const properties = propertiesOf(memberOf(node, 'properties'));
    const complaint =
      locationComplaint(location) ??
      (properties === undefined ? 'properties must be an object' : undefined) ??
      (parts.has(locationKey(location)) ? 'the location stands twice' : undefined);
    if (complaint !== undefined || properties === undefined) complain(`Documentation part ${i + 1}: ${complaint}`);
    else parts.set(locationKey(location), { location, properties });
  });
  return [...parts.values()];
}

/** Numbers are read as text: YAML has `statusCode: 200`. Nulls are what AWS's own exports write for what is absent. */
function locationOf(node: Node): DocumentationLocation {
  const members = ['type', 'path', 'method', 'statusCode', 'name'].flatMap((name) => {
    const value = memberOf(node, name);
    return value === undefined || value === null ? [] : [[name, String(value)]];
  });
  return { type: 'undefined', ...Object.fromEntries(members) } as unknown as DocumentationLocation;
}

/** An object, or JSON text of one. */
function propertiesOf(value: unknown): string | undefined {
  if (isNode(value)) return JSON.stringify(value);
  return typeof value === 'string' && isJsonObject(value) ? value : undefined;
}

/** The parts of a document that is imported for them alone. Throws a BadRequestException when it is no document. */
export async function readDocumentation(
  body: Uint8Array,
  place: ImportPlace,
): Promise<{ parts: readonly PartDescription[]; warnings: readonly string[] }> {
  const warnings: string[] = [];
  const document = await readDocument(body, place);
  return { parts: documentationPartsOf(document, (text) => warnings.push(text)), warnings };
}
