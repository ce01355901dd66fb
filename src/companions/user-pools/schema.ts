/** Attributes of users: the standard ones every pool has, a pool's own, and what values they take. */
import type { SchemaAttributeType } from '../../wire/generated/cognito-idp.ts';
import { invalidParameter } from './pool-errors.ts';

const text = (Name: string, MinLength: string, MaxLength: string): SchemaAttributeType => ({
  Name,
  AttributeDataType: 'String',
  DeveloperOnlyAttribute: false,
  Mutable: true,
  Required: false,
  StringAttributeConstraints: { MinLength, MaxLength },
});

const flag = (Name: string): SchemaAttributeType => ({
  Name,
  AttributeDataType: 'Boolean',
  DeveloperOnlyAttribute: false,
  Mutable: true,
  Required: false,
});

/** In the order DescribeUserPool lists them. */
const standardAttributes: readonly SchemaAttributeType[] = [
  { ...text('sub', '1', '2048'), Mutable: false, Required: true },
  text('name', '0', '2048'),
  text('given_name', '0', '2048'),
  text('family_name', '0', '2048'),
  text('middle_name', '0', '2048'),
  text('nickname', '0', '2048'),
  text('preferred_username', '0', '2048'),
  text('profile', '0', '2048'),
  text('picture', '0', '2048'),
  text('website', '0', '2048'),
  text('email', '0', '2048'),
  flag('email_verified'),
  text('gender', '0', '2048'),
  text('birthdate', '10', '10'),
  text('zoneinfo', '0', '2048'),
  text('locale', '0', '2048'),
  text('phone_number', '0', '2048'),
  flag('phone_number_verified'),
  text('address', '0', '2048'),
  {
    Name: 'updated_at',
    AttributeDataType: 'Number',
    DeveloperOnlyAttribute: false,
    Mutable: true,
    Required: false,
    NumberAttributeConstraints: { MinValue: '0' },
  },
  {
    Name: 'identities',
    AttributeDataType: 'String',
    DeveloperOnlyAttribute: false,
    Mutable: true,
    Required: false,
    StringAttributeConstraints: {},
  },
];

const standardNames: ReadonlySet<string> = new Set(standardAttributes.map(({ Name }) => Name!));

/** Attributes a client may write and read unless told otherwise are all but these. */
const neverWritable: ReadonlySet<string> = new Set(['sub', 'email_verified', 'phone_number_verified', 'identities']);

const maxCustomAttributes = 50;

/** A pool's schema: the standard attributes, changed where `given` names them, and behind them the pool's own. */
export function schemaOf(given: readonly SchemaAttributeType[]): SchemaAttributeType[] {
  const changed = new Map<string, SchemaAttributeType>();
  const own: SchemaAttributeType[] = [];
  for (const attribute of given) {
    const name = attribute.Name ?? '';
    if (standardNames.has(name)) {
      const standard = standardAttributes.find((each) => each.Name === name)!;
      if (attribute.AttributeDataType !== undefined && attribute.AttributeDataType !== standard.AttributeDataType) {
        throw invalidParameter(
          `You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute ${name}`,
        );
      }
      changed.set(name, { ...standard, ...attribute });
    } else {
      own.push(attribute);
    }
  }
  return [...standardAttributes.map((each) => changed.get(each.Name!) ?? each), ...withCustomAttributes([], own)];
}

/** `present` and behind them new attributes of the pool, prefixed `custom:` (or `dev:custom:`) with their defaults. */
export function withCustomAttributes(
  present: readonly SchemaAttributeType[],
  given: readonly SchemaAttributeType[],
): SchemaAttributeType[] {
  const schema = [...present];
  for (const attribute of given) {
    const name = attribute.Name ?? '';
    if (name === '') throw invalidParameter('1 validation error detected: Attribute name is missing.');
    if (attribute.Required === true) {
      throw invalidParameter('Required custom attributes are not supported currently.');
    }
    const isForDevelopers = attribute.DeveloperOnlyAttribute === true;
    const made: SchemaAttributeType = {
      Name: `${isForDevelopers ? 'dev:' : ''}custom:${name.replace(/^custom:/, '')}`,
      AttributeDataType: attribute.AttributeDataType ?? 'String',
      DeveloperOnlyAttribute: isForDevelopers,
      Mutable: attribute.Mutable ?? true,
      Required: false,
      ...constraintsOf(attribute),
    };
    if (schema.some((each) => each.Name === made.Name)) {
      throw invalidParameter(`${name}: Existing attribute already has name ${made.Name}.`);
    }
    schema.push(made);
  }
  if (schema.filter(({ Name }) => Name!.includes('custom:')).length > maxCustomAttributes) {
    throw invalidParameter('Number of attributes exceeds limit of 50.');
  }
  return schema;
}

function constraintsOf(attribute: SchemaAttributeType): Partial<SchemaAttributeType> {
  switch (attribute.AttributeDataType ?? 'String') {
    case 'String':
      return { StringAttributeConstraints: attribute.StringAttributeConstraints ?? {} };
    case 'Number':
      return { NumberAttributeConstraints: attribute.NumberAttributeConstraints ?? {} };
    default:
      return {};
  }
}

export interface AttributeValue {
  readonly Name: string;
  readonly Value?: string;
}

/** How attributes come in: at the making of a user immutable ones may be set. */
export interface AttributeUse {
  readonly isNewUser: boolean;
  /** Users themselves may not touch what only developers or the pool set. */
  readonly isAdmin: boolean;
}

/** Values by name, checked against the schema. An empty text clears an attribute. Throws InvalidParameterException as Cognito words it. */
export function checkedAttributes(
  schema: readonly SchemaAttributeType[],
  given: readonly AttributeValue[],
  use: AttributeUse,
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const { Name, Value = '' } of given) {
    const attribute = schema.find((each) => each.Name === Name);
    if (attribute === undefined) {
      const custom = schema.some((each) => each.Name === `custom:${Name}`);
      throw invalidParameter(
        `Attributes did not conform to the schema: Type for attribute {${Name}} could not be determined`,
        custom ? `the pool has custom:${Name}` : undefined,
      );
    }
    if (Name === 'sub' || Name === 'identities') throw cannotChange(use.isNewUser, Name);
    if (!use.isAdmin && neverWritable.has(Name)) throw cannotChange(use.isNewUser, Name);
    if (!use.isNewUser && attribute.Mutable === false) {
      throw invalidParameter(`user.${Name}: Attribute cannot be updated.`);
    }
    const complaint = Value === '' ? undefined : complaintAbout(attribute, Value);
    if (complaint !== undefined) throw complaint;
    values[Name] = Value;
  }
  return values;
}

function cannotChange(isNewUser: boolean, name: string): Error {
  return isNewUser
    ? invalidParameter(`Cannot modify an already provided ${name}`, 'the pool itself sets this attribute')
    : invalidParameter(`Cannot modify the non-mutable attribute ${name}`);
}

/** Throws unless every attribute the pool requires has a value. */
export function checkRequired(schema: readonly SchemaAttributeType[], values: Readonly<Record<string, string>>): void {
  const missing = schema.filter(
    ({ Name, Required }) => Required === true && Name !== 'sub' && (values[Name!] ?? '') === '',
  );
  if (missing.length === 0) return;
  const texts = missing.map(({ Name }) => `${Name}: The attribute ${Name} is required`);
  throw invalidParameter(`Attributes did not conform to the schema: ${texts.join('\n')}\n`);
}

const emailForm = /^[^\s@<>(),;:\\"[\]]+@[^\s@.<>(),;:\\"[\]]+(\.[^\s@.<>(),;:\\"[\]]+)*$/;
const phoneForm = /^\+[0-9]{1,16}$/;

export const isEmail = (value: string): boolean => value.length <= 320 && emailForm.test(value);
export const isPhoneNumber = (value: string): boolean => phoneForm.test(value);

function complaintAbout(attribute: SchemaAttributeType, value: string): Error | undefined {
  const name = attribute.Name!;
  if (name === 'email' && !isEmail(value)) return invalidParameter('Invalid email address format.');
  if (name === 'phone_number' && !isPhoneNumber(value)) return invalidParameter('Invalid phone number format.');
  const complaint = schemaComplaint(attribute, value);
  return complaint === undefined
    ? undefined
    : invalidParameter(`Attributes did not conform to the schema: ${name}: ${complaint}\n`);
}

function schemaComplaint(attribute: SchemaAttributeType, value: string): string | undefined {
  switch (attribute.AttributeDataType) {
    case 'String': {
      const { MinLength, MaxLength } = attribute.StringAttributeConstraints ?? {};
      if (MinLength !== undefined && value.length < Number(MinLength)) {
        return `String must be longer than ${MinLength} characters`;
      }
      if (value.length > Number(MaxLength ?? 2048)) {
        return `String must be no longer than ${MaxLength ?? 2048} characters`;
      }
      return undefined;
    }
    case 'Number': {
      if (!/^-?\d+(\.\d+)?$/.test(value)) return 'Attribute value is not a number';
      const { MinValue, MaxValue } = attribute.NumberAttributeConstraints ?? {};
      if (MinValue !== undefined && Number(value) < Number(MinValue)) return `Number must be no less than ${MinValue}`;
      if (MaxValue !== undefined && Number(value) > Number(MaxValue)) return `Number must be no more than ${MaxValue}`;
      return undefined;
    }
    case 'Boolean':
      return /^(true|false)$/i.test(value) ? undefined : 'Attribute value is not a boolean';
    case 'DateTime':
      return Number.isNaN(Date.parse(value)) ? 'Attribute value is not a date' : undefined;
    default:
      return undefined;
  }
}
