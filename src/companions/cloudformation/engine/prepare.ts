/** What a caller asks for, read and checked as far as it can be before anything is made: template, parameters, capabilities, rules. */
import type { Store } from '../../../ports/store.ts';
import type { Capability } from '../../../wire/generated/cloudformation.ts';
import type { InProcessCalls } from '../../../wire/in-process-calls.ts';
import {
  type JsonMap,
  ownKey,
  type ParameterValue,
  type StackId,
  type StackRecord,
  stackTemplates,
  type TemplateRecord,
} from '../records.ts';
import { needsCapabilities, validationError } from '../refusals.ts';
import { notKnownYet } from '../template/intrinsics.ts';
import { type GivenParameter, parameterDeclarations, parameterValues } from '../template/parameters.ts';
import { readTemplate } from '../template/read-template.ts';
import { checkRules } from '../template/rules.ts';
import { scopeOf } from '../template/scope.ts';
import { checkedTemplate, checkSections, type Template, transformsOf } from '../template/template.ts';
import { transformed } from '../template/transforms.ts';
import { bytesOf } from '../types/bucket-object.ts';
import type { Answer } from '../types/resource-type.ts';
import { missingCapabilities, neededCapabilities } from './capabilities.ts';
import { plannedResources } from './deploy.ts';
import { parameterHeld } from './dynamic-references.ts';
import { exportsIn } from './runs.ts';

export interface TemplateInput {
  readonly TemplateBody?: string;
  readonly TemplateURL?: string;
  readonly UsePreviousTemplate?: boolean;
}

export interface Request extends TemplateInput {
  readonly Parameters?: readonly GivenParameter[];
  readonly Capabilities?: readonly Capability[];
  /** Types the template may have, `AWS::Lambda::*`; any when absent. */
  readonly ResourceTypes?: readonly string[];
}

export interface Prepared {
  readonly template: Template;
  readonly record: TemplateRecord;
  readonly parameters: readonly ParameterValue[];
}

export interface PrepareTools {
  readonly store: Store;
  readonly calls: InProcessCalls;
  readonly send: (service: string, operation: string, input: Readonly<Record<string, unknown>>) => Promise<Answer>;
}

const maxBodyBytes = 51_200;
const maxUrlBytes = 1_048_576;

/** The text of the template a call means. `previous` is the stack's own, when there is a stack. */
export async function templateText(
  input: TemplateInput,
  previous: TemplateRecord | undefined,
  tools: PrepareTools,
): Promise<string> {
  const { TemplateBody, TemplateURL, UsePreviousTemplate } = input;
  if (UsePreviousTemplate === true) {
    if (TemplateBody !== undefined || TemplateURL !== undefined) {
      throw validationError('You cannot specify both usePreviousTemplate and Template Body/URL.');
    }
    if (previous === undefined) throw validationError('Cannot use the previous template: there is none.');
    return previous.body;
  }
  if (TemplateBody !== undefined && TemplateURL !== undefined) {
    throw validationError('Template URL and Template Body cannot be specified at the same time.');
  }
  if (TemplateBody !== undefined) {
    const bytes = Buffer.byteLength(TemplateBody);
    if (bytes > maxBodyBytes) {
      throw validationError(
        `1 validation error detected: Value '${TemplateBody.slice(0, 200)}…' at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${maxBodyBytes}`,
      );
    }
    return TemplateBody;
  }
  if (TemplateURL === undefined) throw validationError('Either Template URL or Template Body must be specified.');
  return textAt(TemplateURL, tools);
}

async function textAt(url: string, { calls, send }: PrepareTools): Promise<string> {
  const place = bucketAndKey(url);
  if (place === undefined) throw validationError('TemplateURL must be a supported URL.');
  if (!calls.can('s3', 'GetObject')) throw validationError(`S3 error: there is no S3 here to read ${url} from`);
  const answer = await send('s3', 'GetObject', place).catch((error: unknown) => {
    throw validationError(`S3 error: ${error instanceof Error ? error.message : String(error)}`);
  });
  const bytes = await bytesOf(answer['Body']);
  if (bytes.length > maxUrlBytes) throw validationError(`Template may not exceed ${maxUrlBytes} bytes in size.`);
  return Buffer.from(bytes).toString();
}

/** `https://{bucket}.s3.{region}.amazonaws.com/{key}`, `https://s3.{region}.amazonaws.com/{bucket}/{key}`, any host with the bucket in the path, `s3://…`. */
export function bucketAndKey(text: string): { Bucket: string; Key: string; VersionId?: string } | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  const versionId = url.searchParams.get('versionId');
  const version = versionId === null ? {} : { VersionId: versionId };
  const path = decoded(url.pathname.slice(1));
  if (path === undefined) return undefined;
  if (url.protocol === 's3:') return path === '' ? undefined : { Bucket: url.hostname, Key: path, ...version };
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  const virtual = /^(.+?)\.s3[.-]/.exec(url.hostname);
  if (virtual !== null) return path === '' ? undefined : { Bucket: virtual[1]!, Key: path, ...version };
  const slash = path.indexOf('/');
  return slash <= 0 || slash === path.length - 1
    ? undefined
    : { Bucket: path.slice(0, slash), Key: path.slice(slash + 1), ...version };
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** Everything about a change of a stack that can be known before it begins. Throws ValidationError or InsufficientCapabilitiesException. */
export async function prepared(
  input: Request,
  stack: StackId & Pick<Partial<StackRecord>, 'notificationArns'>,
  previous: { readonly template: TemplateRecord; readonly parameters: readonly ParameterValue[] } | undefined,
  tools: PrepareTools,
  /** Change sets show what transforms make, so they need no leave for it. */
  isChangeSet: boolean,
): Promise<Prepared> {
  const body = await templateText(input, previous?.template, tools);
  const raw = readTemplate(body);
  const names = transformsOf(raw);
  checkSections(raw, names);
  const declared = parameterDeclarations(raw);
  const values = await parameterValues(declared, input.Parameters ?? [], previous?.parameters, (name) =>
    parameterHeld(name, false, tools.send, tools.calls),
  );
  const given = input.Capabilities ?? [];
  if (names.length > 0 && !isChangeSet && !given.includes('CAPABILITY_AUTO_EXPAND')) {
    throw needsCapabilities(['CAPABILITY_AUTO_EXPAND']);
  }
  const whole = await transformed(raw, names, {
    ...{ stack, declared, parameters: values },
    read: (location) => textAt(location, tools),
  });
  const template = checkedTemplate(whole, names);
  const parameters = [...values, ...addedParameters(template, values)];
  checkRules(template, parameters, stack);
  checkTypes(template, input.ResourceTypes);
  await checkPlan(template, parameters, stack, tools.store);
  const missing = missingCapabilities(neededCapabilities(whole).capabilities, given);
  if (missing.length > 0) throw needsCapabilities(missing);
  const isTransformed = whole !== raw;
  return { template, record: { body, ...(isTransformed && { processed: JSON.stringify(whole) }) }, parameters };
}

/** A transform may add parameters, with defaults. */
function addedParameters(template: Template, values: readonly ParameterValue[]): ParameterValue[] {
  const known = new Set(values.map(({ key }) => key));
  return [...template.parameters.values()]
    .filter(({ name, fallback }) => !known.has(name) && fallback !== undefined)
    .map(({ name, fallback }) => ({ key: name, value: fallback! }));
}

function checkTypes({ resources }: Template, allowed: readonly string[] | undefined): void {
  if (allowed === undefined || allowed.length === 0) return;
  const isAllowed = (type: string): boolean =>
    allowed.some((each) => (each.endsWith('*') ? type.startsWith(each.slice(0, -1)) : type === each));
  const others = [...new Set([...resources.values()].map(({ type }) => type))].filter((type) => !isAllowed(type));
  if (others.length > 0)
    throw validationError(`Resource types [${others.join(', ')}] are not among the ResourceTypes of the call`);
}

/** Conditions, order and imports are looked at once, with nothing known of resources. */
async function checkPlan(
  template: Template,
  parameters: readonly ParameterValue[],
  stack: StackId,
  store: Store,
): Promise<void> {
  const exports = await store.read((tx) => exportsIn(tx, stack.account, stack.region));
  const scope = scopeOf({
    ...{ template, stack, parameters, notificationArns: [] },
    resource: (logicalId) => {
      const declaration = template.resources.get(logicalId);
      return declaration && { type: declaration.type, ref: () => notKnownYet, attribute: () => notKnownYet };
    },
    imported: (name) => exports.get(name)?.value ?? notKnownYet,
  });
  for (const name of Object.keys(template.conditions)) scope.condition(name);
  plannedResources(template, scope);
}

/** The template a stack was made of. */
export async function templateOf(store: Store, stack: StackRecord): Promise<TemplateRecord | undefined> {
  return store.read((tx) => tx.get(stackTemplates, ownKey(stack)));
}

/** As the stack uses it: after transforms. */
export function templateOfRecord(record: TemplateRecord): Template {
  const raw = readTemplate(record.body);
  const whole = record.processed === undefined ? raw : (JSON.parse(record.processed) as JsonMap);
  return checkedTemplate(whole, transformsOf(raw));
}
