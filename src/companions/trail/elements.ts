/**
 * `requestParameters` and `responseElements` of a record: what was asked and answered, by the service's model, with members in lower camel case, without documents and
 * code, and without anything secret (decisions/0040).
 */
import type { HalLinks } from '../../wire/hal.ts';
import type { OperationModel, Shape } from '../../wire/service-model.ts';
import { linkStubs } from './link-stubs.ts';
import { javaDate } from './times.ts';

type Values = Readonly<Record<string, unknown>>;
export type Elements = Record<string, unknown>;

export const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/** Secret whatever the model says. */
const secretNames: ReadonlySet<string> = new Set([
  ...['password', 'oldPassword', 'newPassword', 'proposedPassword', 'previousPassword', 'temporaryPassword'],
  ...['secretAccessKey', 'sessionToken', 'secretKey', 'clientSecret', 'secretHash', 'secretCode', 'privateKey'],
  ...['accessToken', 'idToken', 'refreshToken', 'webIdentityToken', 'sAMLAssertion', 'session', 'confirmationCode'],
]);
/** Of a model: names that are secret in it. `value` of an API key is the key. */
const secretOf: Readonly<Record<string, ReadonlySet<string>>> = {
  apigateway: new Set(['CreateApiKeyRequest.value', 'ApiKey.value', 'UsagePlanKey.value']),
};
/** Marked sensitive in a model, and shown in CloudTrail's own examples. */
const notSecret: ReadonlySet<string> = new Set(['clientId']);

/** Above this many characters of JSON they are left out ("CloudTrail record contents": 100 KB). */
const maxCharacters = 100 * 1024;

/** Null when nothing was given. */
export function requestParameters(
  model: string,
  operation: OperationModel,
  input: Values | undefined,
): Elements | null {
  if (input === undefined) return null;
  const given = shownMembers(input, operation.input, secretOf[model]);
  return bounded(model === 'apigateway' ? wrapped(operation, given) : given);
}

/** Null when nothing was answered. `links` of API Gateway's answers stand among their members (recorded). */
export function responseElements(
  model: string,
  operation: OperationModel,
  made: { readonly output: Values | undefined; readonly links: ReturnType<HalLinks> },
): Elements | null {
  const { output, links } = made;
  if (output === undefined || operation.output === undefined) return null;
  const answered = shownMembers(output, operation.output, secretOf[model]);
  return bounded({ ...answered, ...(links !== undefined && linkStubs(links)) });
}

/** Recorded: `{"restApiId","parentId","createResourceInput":{"pathPart":"iam"},"template":false}`. */
function wrapped(operation: OperationModel, given: Elements): Elements {
  const parameters: Elements = {};
  const body: Elements = {};
  let isOfPath = false;
  for (const { name, location } of operation.input.members) {
    if (location === 'uri') isOfPath = true;
    const shown = lowerFirst(name);
    if (Object.hasOwn(given, shown)) (location === undefined ? body : parameters)[shown] = given[shown];
  }
  if (Object.keys(body).length > 0) parameters[`${lowerFirst(operation.name)}Input`] = body;
  if (isOfPath) parameters['template'] = false;
  return parameters;
}

function bounded(elements: Elements): Elements | null {
  if (Object.keys(elements).length === 0) return null;
  const size = JSON.stringify(elements).length;
  return size <= maxCharacters ? elements : { omitted: true, originalSize: size, reason: 'too large' };
}

function shownMembers(values: Values, shape: Shape, secrets: ReadonlySet<string> | undefined): Elements {
  const shown: Elements = {};
  for (const member of shape.members) {
    const value = values[member.name];
    if (value === undefined || value === null) continue;
    const name = lowerFirst(member.name);
    const isSecret = secretNames.has(name) || secrets?.has(`${shape.name}.${member.name}`) === true;
    const isPlain = notSecret.has(name) && member.shape.type === 'string';
    const item = isSecret ? hidden : isPlain ? value : shownValue(value, member.shape, secrets);
    if (item !== undefined) shown[name] = item;
  }
  return shown;
}

/** Undefined for what is left out: documents, code, and variables of functions, as Lambda does. */
function shownValue(value: unknown, shape: Shape, secrets: ReadonlySet<string> | undefined): unknown {
  if (shape.type === 'blob' || shape.name === 'EnvironmentVariables') return undefined;
  if (shape.sensitive && shape.type !== 'map') return hidden;
  switch (shape.type) {
    case 'structure':
      return shownMembers(value as Values, shape, secrets);
    case 'list':
      return (value as readonly unknown[]).map((item) => shownValue(item, shape.element!, secrets) ?? null);
    case 'map':
      return Object.fromEntries(
        Object.entries(value as Values).map(([key, item]) => [
          key,
          item === null ? null : shape.sensitive ? hidden : shownValue(item, shape.value!, secrets),
        ]),
      );
    case 'timestamp':
      return javaDate(value as number);
    default:
      return value;
  }
}

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
