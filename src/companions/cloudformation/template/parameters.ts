/** Parameters of templates: what is declared, what was given, and whether the one may have the other. */

import type { Json, JsonMap, ParameterValue } from '../records.ts';
import { formatError, missingParameters, unknownParameters, validationError } from '../refusals.ts';
import { isMap } from './intrinsics.ts';
import { compileJavaPattern } from './java-pattern.ts';

export interface ParameterDeclaration {
  readonly name: string;
  readonly type: string;
  readonly fallback: string | undefined;
  readonly allowed: readonly string[] | undefined;
  readonly pattern: string | undefined;
  readonly minLength: number | undefined;
  readonly maxLength: number | undefined;
  readonly minValue: number | undefined;
  readonly maxValue: number | undefined;
  readonly noEcho: boolean;
  readonly description: string | undefined;
  readonly constraint: string | undefined;
}

export interface GivenParameter {
  readonly ParameterKey?: string;
  readonly ParameterValue?: string;
  readonly UsePreviousValue?: boolean;
}

const members: ReadonlySet<string> = new Set([
  ...['AllowedPattern', 'AllowedValues', 'ConstraintDescription', 'Default', 'Description', 'MaxLength', 'MaxValue'],
  ...['MinLength', 'MinValue', 'NoEcho', 'Type'],
]);

/** Throws ValidationError for a declaration that is none. */
export function parameterDeclarations(raw: JsonMap): Map<string, ParameterDeclaration> {
  const section = raw['Parameters'];
  const found = new Map<string, ParameterDeclaration>();
  if (section === undefined || section === null) return found;
  if (!isMap(section)) throw formatError('Every Parameters member must be an object.');
  for (const [name, declared] of Object.entries(section)) {
    if (!/^[A-Za-z0-9]{1,255}$/.test(name)) throw formatError(`Parameter name ${name} is non alphanumeric.`);
    if (!isMap(declared)) throw formatError('Every Parameters member must be an object.');
    const unknown = Object.keys(declared).find((member) => !members.has(member));
    if (unknown !== undefined) throw validationError(`Invalid template parameter property '${unknown}'`);
    const type = declared['Type'];
    if (typeof type !== 'string') throw formatError('Every Parameters object must contain a Type member.');
    if (!isType(type)) throw formatError(`Unrecognized parameter type: ${type}`);
    found.set(name, {
      ...{ name, type },
      fallback: textOf(declared['Default']),
      allowed: Array.isArray(declared['AllowedValues'])
        ? declared['AllowedValues'].map((each) => textOf(each as Json)!)
        : undefined,
      pattern: textOf(declared['AllowedPattern']),
      minLength: numberOf(declared['MinLength']),
      maxLength: numberOf(declared['MaxLength']),
      minValue: numberOf(declared['MinValue']),
      maxValue: numberOf(declared['MaxValue']),
      noEcho: String(declared['NoEcho']).toLowerCase() === 'true',
      description: textOf(declared['Description']),
      constraint: textOf(declared['ConstraintDescription']),
    });
  }
  return found;
}

const ec2Types =
  'EC2::(?:AvailabilityZone::Name|Image::Id|Instance::Id|KeyPair::KeyName|SecurityGroup::GroupName|SecurityGroup::Id|Subnet::Id|Volume::Id|VPC::Id)';
const awsType = `AWS::(?:${ec2Types}|Route53::HostedZone::Id)`;
const typePattern = new RegExp(
  `^(?:String|Number|CommaDelimitedList|List<Number>|List<String>|${awsType}|List<${awsType}>|AWS::SSM::Parameter::Name|AWS::SSM::Parameter::Value<(?:String|CommaDelimitedList|List<String>|${awsType}|List<${awsType}>)>)$`,
);
const isType = (type: string): boolean => typePattern.test(type);

/** Of `AWS::SSM::Parameter::Value<…>`, whose value is a parameter's name. */
export const ssmType = (type: string): string | undefined => /^AWS::SSM::Parameter::Value<(.*)>$/.exec(type)?.[1];

const textOf = (value: Json | undefined): string | undefined =>
  value === undefined || value === null ? undefined : typeof value === 'object' ? JSON.stringify(value) : String(value);
const numberOf = (value: Json | undefined): number | undefined => {
  const text = textOf(value);
  return text === undefined || text === '' ? undefined : Number(text);
};

/**
 * The values of a stack's parameters. `previous` are those of the stack that is changed. `read` gets what an SSM parameter holds. Throws ValidationError
 * for values that are missing, too many, or not allowed.
 */
export async function parameterValues(
  declared: ReadonlyMap<string, ParameterDeclaration>,
  given: readonly GivenParameter[],
  previous: readonly ParameterValue[] | undefined,
  read: (name: string, type: string) => Promise<string>,
): Promise<ParameterValue[]> {
  const byName = new Map(given.map((each) => [each.ParameterKey ?? '', each]));
  const unknown = [...byName.keys()].filter((name) => !declared.has(name));
  if (unknown.length > 0) throw unknownParameters(unknown);
  const before = new Map(previous?.map((each) => [each.key, each]));
  const missing: string[] = [];
  const values: ParameterValue[] = [];
  for (const declaration of declared.values()) {
    const { name } = declaration;
    const asked = byName.get(name);
    if (asked?.UsePreviousValue === true && asked.ParameterValue !== undefined) {
      throw validationError(
        `Invalid input for parameter key ${name}. Cannot specify usePreviousValue as true and non empty value for a parameter`,
      );
    }
    const earlier = asked?.UsePreviousValue === true ? before.get(name)?.value : undefined;
    if (asked?.UsePreviousValue === true && earlier === undefined) {
      if (previous === undefined) {
        throw validationError(
          `Invalid input for parameter key ${name}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
        );
      }
      missing.push(name);
      continue;
    }
    const value = asked?.ParameterValue ?? earlier ?? declaration.fallback;
    if (value === undefined) {
      missing.push(name);
      continue;
    }
    checkValue(declaration, value);
    const inner = ssmType(declaration.type);
    const resolved = inner === undefined ? undefined : await read(value, inner);
    values.push({
      key: name,
      value,
      ...(resolved !== undefined && { resolved }),
      ...(declaration.noEcho && { noEcho: true }),
    });
  }
  if (missing.length > 0) throw missingParameters(missing);
  return values;
}

function checkValue(declaration: ParameterDeclaration, value: string): void {
  const { name, type, allowed, pattern, minLength, maxLength, minValue, maxValue, constraint } = declaration;
  const refuse = (message: string): never => {
    throw validationError(
      constraint === undefined ? message : `Parameter ${name} failed to satisfy constraint: ${constraint}`,
    );
  };
  if (value.length > 4096) throw validationError(`Parameter '${name}' must contain at most 4096 characters`);
  const isList = type === 'CommaDelimitedList' || type.startsWith('List<');
  const items = isList ? listItems(value) : [value];
  if (type === 'Number' || type === 'List<Number>') {
    for (const item of items) {
      if (item.trim() === '' || !Number.isFinite(Number(item)))
        throw validationError(`Parameter '${name}' must be a number`);
      if (minValue !== undefined && Number(item) < minValue)
        refuse(`Parameter '${name}' must be a number not less than ${minValue}`);
      if (maxValue !== undefined && Number(item) > maxValue)
        refuse(`Parameter '${name}' must be a number not greater than ${maxValue}`);
    }
  }
  if (allowed !== undefined && !items.every((item) => allowed.includes(item))) {
    refuse(`Parameter '${name}' must be one of AllowedValues`);
  }
  if (type !== 'String') return;
  if (pattern !== undefined && !compileJavaPattern(pattern)(value))
    refuse(`Parameter '${name}' must match pattern ${pattern}`);
  if (minLength !== undefined && value.length < minLength)
    refuse(`Parameter '${name}' must contain at least ${minLength} characters`);
  if (maxLength !== undefined && value.length > maxLength)
    refuse(`Parameter '${name}' must contain at most ${maxLength} characters`);
}

/** `a, b` as AWS takes it apart: blanks around an element do not count. */
export const listItems = (text: string): string[] => (text === '' ? [] : text.split(',').map((item) => item.trim()));

/** What `Ref` gives: a list for list types. */
export function parameterRef(declaration: ParameterDeclaration, { value, resolved }: ParameterValue): Json {
  const type = ssmType(declaration.type) ?? declaration.type;
  const text = resolved ?? value;
  return type === 'CommaDelimitedList' || type.startsWith('List<') ? listItems(text) : text;
}
