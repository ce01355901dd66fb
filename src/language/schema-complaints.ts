/**
 * What does not fit a schema, in the sentences of the Java validator whose words AWS shows in `$context.error.validationErrorString`, e.g.
 * `[object has missing required properties (["name"])]`.
 */

/** One finding of the validator, as far as the sentences need it. */
export interface SchemaFinding {
  readonly keyword: string;
  /** JSON pointer to the value. */
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** What the keyword asks for. */
  readonly schema?: unknown;
  readonly data?: unknown;
}

/** Findings are quoted up to here: the text goes into logs and answers, and a body of megabytes may be wrong in every place. */
const maxFindings = 50;
const maxCharacters = 4_096;

/** All findings as one text, `[first, second]`. */
export function complaintText(findings: readonly SchemaFinding[]): string {
  const sentences = grouped(withoutBranches(findings.slice(0, maxFindings))).map(sentence);
  const text = sentences.join(', ');
  return `[${text.length > maxCharacters ? `${text.slice(0, maxCharacters)}…` : text}]`;
}

/** What was wrong inside the branches of `anyOf`, `oneOf` and `not` is summed up by the finding about the keyword itself. */
function withoutBranches(findings: readonly SchemaFinding[]): SchemaFinding[] {
  const choices = findings.filter(({ keyword }) => ['anyOf', 'oneOf', 'not'].includes(keyword));
  return findings.filter(
    (finding) => !choices.some((choice) => finding.schemaPath.startsWith(`${choice.schemaPath}/`)),
  );
}

interface Group {
  readonly first: SchemaFinding;
  readonly names: readonly unknown[];
}

/** The validator finds missing and forbidden properties one by one; the sentence names those of one object together. */
const namingParameter: Readonly<Record<string, string>> = {
  required: 'missingProperty',
  additionalProperties: 'additionalProperty',
};

function grouped(findings: readonly SchemaFinding[]): Group[] {
  const groups = new Map<string, { first: SchemaFinding; names: unknown[] }>();
  for (const [i, finding] of findings.entries()) {
    const parameter = namingParameter[finding.keyword];
    const key = parameter === undefined ? String(i) : `${finding.instancePath} ${finding.schemaPath}`;
    const group = groups.get(key) ?? { first: finding, names: [] };
    if (parameter !== undefined) group.names.push(finding.params[parameter]);
    groups.set(key, group);
  }
  return [...groups.values()];
}

const json = (value: unknown): string => JSON.stringify(value) ?? 'null';
const sizeOf = (value: unknown): number => Object.keys(value ?? {}).length;
/** Characters, as JSON schema counts them: a pair of surrogates is one. */
const lengthOf = (value: unknown): number => [...String(value)].length;

function sentence({ first, names }: Group): string {
  const { keyword, schema, data, params } = first;
  switch (keyword) {
    case 'type':
      return `instance type (${typeOf(data)}) does not match any allowed primitive type (allowed: ${json(allowedTypes(schema))})`;
    case 'required':
      return `object has missing required properties (${json(names)})`;
    case 'additionalProperties':
      return `object instance has properties which are not allowed by the schema: ${json(names)}`;
    case 'enum':
      return `instance value (${json(data)}) not found in enum (possible values: ${json(schema)})`;
    case 'pattern':
      return `ECMA 262 regex "${schema}" does not match input string "${data}"`;
    case 'minLength':
      return `string "${data}" is too short (length: ${lengthOf(data)}, required minimum: ${schema})`;
    case 'maxLength':
      return `string "${data}" is too long (length: ${lengthOf(data)}, maximum allowed: ${schema})`;
    case 'minimum':
      return params['comparison'] === '>'
        ? `numeric instance is not strictly greater than the required minimum ${schema}`
        : `numeric instance is lower than the required minimum (minimum: ${schema}, found: ${data})`;
    case 'maximum':
      return params['comparison'] === '<'
        ? `numeric instance is not strictly lower than the required maximum ${schema}`
        : `numeric instance is greater than the required maximum (maximum: ${schema}, found: ${data})`;
    case 'multipleOf':
      return `remainder of division is not zero (${data} / ${schema})`;
    case 'minItems':
      return `array is too short: must have at least ${schema} elements but instance has ${sizeOf(data)} elements`;
    case 'maxItems':
      return `array is too long: must have at most ${schema} elements but instance has ${sizeOf(data)} elements`;
    case 'uniqueItems':
      return 'array must not contain duplicate elements';
    case 'minProperties':
      return `object has too few properties (found ${sizeOf(data)} but schema requires at least ${schema})`;
    case 'maxProperties':
      return `object has too many properties (found ${sizeOf(data)} but schema requires at most ${schema})`;
    case 'anyOf':
      return `instance failed to match at least one required schema among ${sizeOf(schema)}`;
    case 'oneOf':
      return `instance failed to match exactly one schema (matched ${sizeOf(params['passingSchemas'])} out of ${sizeOf(schema)})`;
    case 'not':
      return 'instance matched a schema which it should not have';
    default:
      return `instance does not fit ${keyword}`;
  }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

/** In the validator's order; who allows numbers allows whole ones. */
function allowedTypes(schema: unknown): string[] {
  const named = new Set<unknown>(Array.isArray(schema) ? schema : [schema]);
  if (named.has('number')) named.add('integer');
  return ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'].filter((type) => named.has(type));
}
