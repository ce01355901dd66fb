/**
 * `node scripts/derive-models.ts <folder>`: makes models/*.json from a folder of raw AWS service models, those that are in it. Kept is what the wire layer needs:
 * operations, shapes, bindings and constraints, one per line so that a new version of AWS's API reads as a diff. Documentation is not kept.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
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
  's3',
  'ssm',
  'cloudformation',
] as const;

/**
 * Of models that are far larger than the part of them that is built: the operations whose shapes are kept. The others keep their names and addresses, so that they
 * are routed and answer 501; a process that reads the model pays for what it can use.
 */
const operationsWithShapes: Readonly<Record<string, RegExp>> = {
  cloudformation: new RegExp(
    `^(?:${[
      '(?:Create|Describe|Execute|Delete|List)ChangeSets?|DescribeChangeSetHooks|(?:Create|Update|Delete|List|Describe)Stacks?',
      'DescribeStack(?:Events|Resources?)|DescribeEvents|ListStackResources|(?:Get|Set)StackPolicy|GetTemplate(?:Summary)?',
      'ValidateTemplate|List(?:Exports|Imports)|UpdateTerminationProtection|CancelUpdateStack',
      'ContinueUpdateRollback|RollbackStack|DescribeAccountLimits',
    ].join('|')})$`,
  ),
  ssm: /Parameter|TagsToResource|TagsFromResource|TagsForResource/,
  s3: new RegExp(
    `^(?:${[
      '(?:Get|Put|Delete)Bucket(?:Cors|Encryption|OwnershipControls|Policy|Tagging|Website)',
      '(?:Get|Put)Bucket(?:Acl|Logging|NotificationConfiguration|RequestPayment|Versioning|AccelerateConfiguration)',
      '(?:Get|Put)BucketLifecycleConfiguration|DeleteBucketLifecycle|(?:Get|Put|Delete)PublicAccessBlock',
      '(?:Create|Head|Delete)Bucket|ListBuckets|GetBucketLocation|GetBucketPolicyStatus',
      '(?:Get|Head|Put|Copy|Delete)Objects?|(?:Get|Put)ObjectAcl|(?:Get|Put|Delete)ObjectTagging|GetObjectAttributes',
      'ListObjects(?:V2)?|ListObjectVersions',
      '(?:Create|Complete|Abort)MultipartUpload|UploadPart(?:Copy)?|ListParts|ListMultipartUploads',
    ].join('|')})$`,
  ),
};

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

/** The shapes that operations reach. */
function reachedShapes(raw: RawModel, operations: Record<string, Json>): Record<string, Json> {
  const reached: Record<string, Json> = {};
  const waiting: unknown[] = Object.values(operations).flatMap((operation) =>
    ['input', 'output', 'errors'].map((part) => operation[part]),
  );
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null) continue;
    const { shape } = next as { shape?: unknown };
    if (typeof shape === 'string' && reached[shape] === undefined && raw.shapes[shape] !== undefined) {
      reached[shape] = raw.shapes[shape];
      waiting.push(raw.shapes[shape]);
    }
    waiting.push(...Object.values(next));
  }
  return reached;
}

function withFewerShapes(raw: RawModel, kept: RegExp): RawModel {
  const operations = Object.fromEntries(
    Object.entries(raw.operations).map(([name, operation]) => [
      name,
      kept.test(name) ? operation : { name, http: operation['http'] },
    ]),
  ) as Record<string, Json>;
  return { ...raw, operations, shapes: reachedShapes(raw, operations) };
}

/** The text of models/{name}.json for a raw model. */
export function derivedModel(from: RawModel, keptOperations?: RegExp): string {
  const raw = keptOperations === undefined ? from : withFewerShapes(from, keptOperations);
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
    if (!existsSync(join(folder, `${name}.json`))) continue;
    const raw = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as RawModel;
    writeFileSync(
      join(import.meta.dirname, '../models', `${name}.json`),
      derivedModel(raw, operationsWithShapes[name]),
    );
  }
}
