/** Schemas of a document become models: the named ones under their names, those written in place under generated ones (row OAS-14). */
import { createHash } from 'node:crypto';
import { decodedSegment } from '../../base/percent.ts';
import { isLocalReference, modelUri, parseModelReference } from '../model-references.ts';
import type { Findings, ModelDescription } from './description.ts';
import { isNode, memberOf, type Node } from './members.ts';
import { valueAt } from './references.ts';

export interface Models {
  /** All so far, the generated ones included. */
  readonly all: readonly ModelDescription[];
  /** The name of the model for a schema of a request or response; undefined, with a warning, when it refers to what is not there. */
  nameFor(schema: unknown): string | undefined;
}

/** `prefix` is where the document keeps its schemas, e.g. `#/components/schemas/`. */
export function modelsOf(document: Node, schemas: Node, prefix: string, findings: Findings): Models {
  const generated = new Map<string, string>();
  const taken = new Set(Object.keys(schemas));
  const all: ModelDescription[] = Object.entries(schemas).map(([name, schema]) => describe(name, schema));

  function describe(name: string, schema: unknown): ModelDescription {
    const closed = withoutDangling(schema);
    return {
      name,
      contentType: 'application/json',
      schemaFor: (restApiId) => JSON.stringify(withReferences(closed, restApiId)),
    };
  }

  function nameFor(schema: unknown): string | undefined {
    if (!isNode(schema)) return undefined;
    const reference = memberOf(schema, '$ref');
    if (typeof reference !== 'string') return generatedName(schema);
    const canonical = parseModelReference(reference);
    if (canonical?.fragment === '') return canonical.modelName;
    const target = targetOf(reference);
    if (target?.rest === '') return target.name;
    if (target !== undefined || isFound(reference)) return generatedName(schema);
    reportMissing(reference);
    return undefined;
  }

  /** The same schema has the same name however often it is imported, so a repeated import changes nothing. */
  function generatedName(schema: Node): string {
    const text = JSON.stringify(schema);
    const known = generated.get(text);
    if (known !== undefined) return known;
    const digest = createHash('sha256').update(text).digest('hex');
    let length = 6;
    while (taken.has(`MODEL${digest.slice(0, length)}`)) length++;
    const name = `MODEL${digest.slice(0, length)}`;
    generated.set(text, name);
    taken.add(name);
    all.push(describe(name, schema));
    return name;
  }

  /** The model a local reference leads into, and the way on within it; undefined when it leads elsewhere. */
  function targetOf(reference: string): { name: string; rest: string } | undefined {
    if (!reference.startsWith(prefix)) return undefined;
    const [segment = '', ...rest] = reference.slice(prefix.length).split('/');
    const name = decodedSegment(segment);
    return Object.hasOwn(schemas, name) && isFound(reference)
      ? { name, rest: rest.length > 0 ? `#/${rest.join('/')}` : '' }
      : undefined;
  }

  function isFound(reference: string): boolean {
    return isLocalReference(reference) && valueAt(document, reference) !== undefined;
  }

  /** As the console of AWS shows it. */
  function reportMissing(reference: string): void {
    const name = reference.slice(reference.lastIndexOf('/') + 1);
    const warning = `Reference to model '${name}' not found. Ignoring.`;
    if (!findings.warnings.includes(warning)) findings.warnings.push(warning);
  }

  /**
   * A reference to a model that is not there is left out, with a warning, as AWS does. One that leads elsewhere in the document, or out of it,
   * is an error: a model knows only models.
   */
  function withoutDangling(schema: unknown): unknown {
    if (Array.isArray(schema)) return schema.map(withoutDangling);
    if (!isNode(schema)) return schema;
    const reference = memberOf(schema, '$ref');
    if (
      typeof reference === 'string' &&
      parseModelReference(reference) === undefined &&
      targetOf(reference) === undefined
    ) {
      if (reference.startsWith(prefix)) reportMissing(reference);
      else findings.errors.push(`Model reference ${reference} is not supported: schemas refer to ${prefix}{name} only`);
      const { $ref: _, ...rest } = schema;
      return rest;
    }
    return Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, withoutDangling(value)]));
  }

  function withReferences(schema: unknown, restApiId: string): unknown {
    if (Array.isArray(schema)) return schema.map((item) => withReferences(item, restApiId));
    if (!isNode(schema)) return schema;
    return Object.fromEntries(
      Object.entries(schema).map(([name, value]) => {
        const target = name === '$ref' && typeof value === 'string' ? targetOf(value) : undefined;
        if (target === undefined) return [name, withReferences(value, restApiId)];
        return [name, modelUri(restApiId, target.name) + target.rest];
      }),
    );
  }

  return { all, nameFor };
}
