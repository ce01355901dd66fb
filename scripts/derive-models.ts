/**
 * `node scripts/derive-models.ts <folder>`: makes models/*.json from a folder of raw AWS service models. Kept is what the wire layer needs:
 * operations, shapes, bindings and constraints, one per line so that a new version of AWS's API reads as a diff. Documentation is not kept.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Json = Record<string, unknown>;
interface RawModel {
  metadata: Json;
  operations: Record<string, Json>;
  shapes: Record<string, Json>;
}

export const modelNames = [
  'apigateway',
  'apigatewayv2',
  'apigatewaymanagementapi',
  'lambda',
  'iam',
  'sts',
  'cognito-idp',
  'cognito-identity',
  'logs',
  'cloudwatch',
  'xray',
  'wafv2',
  'acm',
  'cloudtrail',
] as const;

const metadataKept = [
  'apiVersion',
  'endpointPrefix',
  'jsonVersion',
  'protocol',
  'serviceId',
  'signingName',
  'targetPrefix',
  'xmlNamespace',
];
const operationKept = ['name', 'http', 'input', 'output', 'errors', 'authtype'];
const shapeDropped = new Set(['documentation', 'deprecated', 'deprecatedMessage', 'deprecatedSince', 'retryable']);

function kept(record: Json, names: readonly string[]): Json {
  return Object.fromEntries(names.filter((name) => record[name] !== undefined).map((name) => [name, record[name]]));
}

function withoutDropped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDropped);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([name, inner]) => !shapeDropped.has(name) || isRecord(inner));
  return Object.fromEntries(entries.map(([name, inner]) => [name, withoutDropped(inner)]));
}

/** A member may be called `documentation`, as v1 has it; then the value is its binding, not a text. */
function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** The text of models/{name}.json for a raw model. */
export function derivedModel(raw: RawModel): string {
  const lines = (records: Record<string, Json>, pick: (record: Json) => unknown): string =>
    Object.keys(records)
      .sort()
      .map((name) => `    ${JSON.stringify(name)}: ${JSON.stringify(pick(records[name]!))}`)
      .join(',\n');
  return `{
  "metadata": ${JSON.stringify(kept(raw.metadata, metadataKept))},
  "operations": {
${lines(raw.operations, (operation) => kept(operation, operationKept))}
  },
  "shapes": {
${lines(raw.shapes, withoutDropped as (record: Json) => unknown)}
  }
}
`;
}

if (import.meta.main) {
  const folder = process.argv[2];
  if (folder === undefined) {
    console.error('Usage: node scripts/derive-models.ts <folder with raw AWS models>');
    process.exit(1);
  }
  for (const name of modelNames) {
    const raw = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as RawModel;
    writeFileSync(join(import.meta.dirname, '../models', `${name}.json`), derivedModel(raw));
  }
}
