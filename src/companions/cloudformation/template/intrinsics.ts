/** CloudFormation's functions, carried out on what a template says, given what is known of parameters, conditions and resources. */
import type { Json, JsonMap } from '../records.ts';
import { templateError, validationError } from '../refusals.ts';
import { cidrBlocks } from './cidr.ts';

/** `AWS::NoValue`: the property, or element, is not there. */
export const noValue: unique symbol = Symbol('AWS::NoValue');
/** What only the change itself will tell, such as the id of a resource that is not made yet. */
export const notKnownYet: unique symbol = Symbol('known after the change');

export type Value = Json | typeof noValue | typeof notKnownYet;

export interface Scope {
  /** Of a parameter, pseudo parameter or resource; undefined when there is none such. */
  ref(name: string): Value | undefined;
  /** Throws where there is no such resource or attribute. */
  attribute(logicalId: string, name: string): Value;
  /** Throws where there is no such condition. */
  condition(name: string): boolean;
  readonly mappings: JsonMap;
  readonly region: string;
  /** Throws where nobody exports it. */
  imported(name: string): Value;
  /** AWS::LanguageExtensions: lists and objects may come of functions in more places. */
  readonly hasExtensions: boolean;
}

type Carried = (argument: Json, scope: Scope) => Value;

/** A value with every function carried out; `noValue` only at the top. */
export function evaluate(value: Json, scope: Scope): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item) => evaluate(item, scope)).filter((item) => item !== noValue);
    return items.includes(notKnownYet) ? (items as Json) : (items as Json[]);
  }
  const call = callOf(value as JsonMap);
  if (call !== undefined) {
    const carried = Object.hasOwn(functions, call.name) ? functions[call.name] : undefined;
    if (carried === undefined) {
      throw templateError(`Unrecognized function ${call.name}`);
    }
    return carried(call.argument, scope);
  }
  const entries: [string, Json][] = [];
  for (const [name, item] of Object.entries(value as JsonMap)) {
    const made = evaluate(item, scope);
    if (made !== noValue) entries.push([name, made as Json]);
  }
  return Object.fromEntries(entries);
}

/** The one function an object calls; undefined for a plain object. */
export function callOf(value: JsonMap): { name: string; argument: Json } | undefined {
  const names = Object.keys(value);
  if (names.length !== 1) return undefined;
  const name = names[0]!;
  return name === 'Ref' || (name.startsWith('Fn::') && !name.startsWith('Fn::ForEach::'))
    ? { name, argument: value[name]! }
    : undefined;
}

/** A condition's definition, or what stands where one is asked for. */
export function truthOf(value: Json, scope: Scope): boolean {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const [name] = Object.keys(value);
    if (name === 'Condition') return scope.condition(String((value as JsonMap)['Condition']));
    const made = evaluate(value, scope);
    if (made === true || made === 'true') return true;
    if (made === false || made === 'false') return false;
  }
  throw formatOfCondition();
}

const formatOfCondition = () =>
  validationError('Template format error: Every Conditions member must be a function that is true or false.');

const functions: Readonly<Record<string, Carried>> = {
  Ref(name, scope) {
    if (typeof name !== 'string') throw validationError('Template format error: All Ref targets must be strings');
    const value = scope.ref(name);
    if (value === undefined) {
      throw validationError(
        `Template format error: Unresolved resource dependencies [${name}] in the Resources block of the template`,
      );
    }
    return value;
  },
  'Fn::GetAtt'(argument, scope) {
    const [logicalId, ...rest] = attributeParts(argument, scope);
    return scope.attribute(logicalId!, rest.join('.'));
  },
  'Fn::Sub'(argument, scope) {
    const isPair = Array.isArray(argument);
    const [template, given] = isPair ? (argument as readonly Json[]) : [argument, {}];
    if (typeof template !== 'string' || (isPair && (argument.length !== 2 || !isMap(given)))) {
      throw templateError(
        "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string",
      );
    }
    let isKnown = true;
    const text = template.replace(subPattern, (whole, name: string) => {
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      const trimmed = name.trim();
      const value = Object.hasOwn(given as JsonMap, trimmed)
        ? evaluate((given as JsonMap)[trimmed]!, scope)
        : trimmed.includes('.')
          ? scope.attribute(trimmed.slice(0, trimmed.indexOf('.')), trimmed.slice(trimmed.indexOf('.') + 1))
          : functions['Ref']!(trimmed, scope);
      if (value === notKnownYet) isKnown = false;
      return value === notKnownYet ? whole : textOf(value, 'Fn::Sub');
    });
    return isKnown ? text : notKnownYet;
  },
  'Fn::Join'(argument, scope) {
    const [delimiter, list] = pair(argument, 'Fn::Join');
    if (typeof delimiter !== 'string') throw joinError();
    const items = evaluate(list, scope);
    if (items === notKnownYet) return notKnownYet;
    if (!Array.isArray(items)) throw joinError();
    if ((items as readonly Value[]).includes(notKnownYet)) return notKnownYet;
    return (items as readonly Json[]).map((item) => textOf(item, 'Fn::Join')).join(delimiter);
  },
  'Fn::Select'(argument, scope) {
    const [index, list] = pair(argument, 'Fn::Select');
    const at = Number(evaluate(index, scope) as Json);
    const items = evaluate(list, scope);
    if (items === notKnownYet) return notKnownYet;
    if (!Array.isArray(items))
      throw templateError('Fn::Select requires a list argument with two elements: an integer index and a list');
    if (!Number.isInteger(at) || at < 0 || at >= items.length) {
      throw templateError(`Fn::Select  cannot select nonexistent value at index ${String(index)}`);
    }
    const item = (items as readonly Json[])[at]!;
    if (item === null) throw templateError('Fn::Select cannot select null values');
    return item;
  },
  'Fn::Split'(argument, scope) {
    const [delimiter, text] = pair(argument, 'Fn::Split');
    const source = evaluate(text, scope);
    if (source === notKnownYet) return notKnownYet;
    if (typeof delimiter !== 'string' || delimiter === '' || !isScalarText(source)) {
      throw templateError(
        'every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.',
      );
    }
    return String(source).split(delimiter);
  },
  'Fn::FindInMap'(argument, scope) {
    if (!Array.isArray(argument) || argument.length < 3) {
      throw templateError(
        'every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value',
      );
    }
    const [map, first, second] = argument.slice(0, 3).map((part) => evaluate(part as Json, scope) as Json);
    const found = entryOf(entryOf(entryOf(scope.mappings, map), first), second);
    if (found !== undefined) return evaluate(found, scope);
    const fallback = argument[3];
    if (isMap(fallback) && Object.hasOwn(fallback, 'DefaultValue')) return evaluate(fallback['DefaultValue']!, scope);
    if (entryOf(scope.mappings, map) === undefined) {
      throw templateError(`Mapping named '${String(map)}' is not present in the 'Mappings' section of template.`);
    }
    throw templateError(`Unable to get mapping for ${String(map)}::${String(first)}::${String(second)}`);
  },
  'Fn::If'(argument, scope) {
    if (!Array.isArray(argument) || argument.length !== 3)
      throw templateError('Fn::If requires a list argument with three elements');
    const [name, yes, no] = argument as readonly Json[];
    const holds = typeof name === 'string' ? scope.condition(name) : truthOf(name!, scope);
    return evaluate(holds ? yes! : no!, scope);
  },
  'Fn::Equals'(argument, scope) {
    if (!Array.isArray(argument) || argument.length !== 2) {
      throw templateError('every Fn::Equals object requires a list of 2 string parameters.');
    }
    const [a, b] = argument.map((part) => evaluate(part as Json, scope));
    return isSame(a as Value, b as Value);
  },
  'Fn::Not'(argument, scope) {
    if (!Array.isArray(argument) || argument.length !== 1)
      throw templateError('every Fn::Not object requires a list of 1 condition parameter');
    return !truthOf(argument[0] as Json, scope);
  },
  'Fn::And': (argument, scope) => conditionsOf(argument, 'Fn::And').every((each) => truthOf(each, scope)),
  'Fn::Or': (argument, scope) => conditionsOf(argument, 'Fn::Or').some((each) => truthOf(each, scope)),
  'Fn::Base64'(argument, scope) {
    const text = evaluate(argument, scope);
    if (text === notKnownYet) return notKnownYet;
    if (!isScalarText(text)) throw templateError('every Fn::Base64 object must have a String-typed value.');
    return Buffer.from(String(text)).toString('base64');
  },
  'Fn::Cidr'(argument, scope) {
    if (!Array.isArray(argument) || argument.length < 2) {
      throw templateError('every Fn::Cidr object requires three parameters, (1) ipBlock, (2) count and (3) cidrBits');
    }
    const [block, count, bits] = argument.map((part) => evaluate(part as Json, scope));
    if (block === notKnownYet) return notKnownYet;
    return cidrBlocks(String(block), Number(count as Json), bits === undefined ? undefined : Number(bits as Json));
  },
  'Fn::ImportValue'(argument, scope) {
    const name = evaluate(argument, scope);
    if (name === notKnownYet) return notKnownYet;
    if (typeof name !== 'string')
      throw templateError('the attribute in Fn::ImportValue must be a string or a function that returns a string');
    return scope.imported(name);
  },
  'Fn::GetAZs'(argument, scope) {
    const region = evaluate(argument, scope);
    const name = typeof region === 'string' && region !== '' ? region : scope.region;
    return ['a', 'b', 'c'].map((letter) => `${name}${letter}`);
  },
  'Fn::Length'(argument, scope) {
    needsExtensions('Fn::Length', scope);
    const list = evaluate(argument, scope);
    if (list === notKnownYet) return notKnownYet;
    if (!Array.isArray(list)) throw templateError('Fn::Length expects a list');
    return list.length;
  },
  'Fn::ToJsonString'(argument, scope) {
    needsExtensions('Fn::ToJsonString', scope);
    const value = evaluate(argument, scope);
    if (holdsUnknown(value)) return notKnownYet;
    return JSON.stringify(value);
  },
};

const subPattern = /\$\{([^}]*)\}/g;

/** What `${…}` of a Sub names, those that are its own aside. */
export function namesInSub(template: string): string[] {
  return [...template.matchAll(subPattern)].map(([, name]) => name!.trim()).filter((name) => !name.startsWith('!'));
}

/** `["A", "B.C"]`, `["A", {Ref: …}]` or, of JSON and YAML written out, `"A.B.C"`. */
export function attributeParts(argument: Json, scope: Scope | undefined): string[] {
  const parts = typeof argument === 'string' ? argument.split('.') : argument;
  if (Array.isArray(parts) && parts.length >= 2 && typeof parts[0] === 'string') {
    const rest = parts.slice(1).map((part) => (scope === undefined ? part : (evaluate(part as Json, scope) as Json)));
    if (scope === undefined || rest.every((part) => typeof part === 'string')) {
      return [parts[0], ...rest.map((part) => (typeof part === 'string' ? part : ''))];
    }
  }
  throw templateError(
    'every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
  );
}

function needsExtensions(name: string, scope: Scope): void {
  if (!scope.hasExtensions) {
    throw validationError(
      `Template format error: ${name} is not supported without the AWS::LanguageExtensions transform`,
    );
  }
}

const joinError = () =>
  templateError(
    'every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.',
  );

function pair(argument: Json, name: string): readonly [Json, Json] {
  if (!Array.isArray(argument) || argument.length !== 2) {
    throw name === 'Fn::Join' ? joinError() : templateError(`${name} requires a list argument with two elements`);
  }
  return argument as unknown as [Json, Json];
}

function conditionsOf(argument: Json, name: string): readonly Json[] {
  if (!Array.isArray(argument) || argument.length < 2 || argument.length > 10) {
    throw templateError(`every ${name} object requires a list of at least 2 and at most 10 boolean parameters.`);
  }
  return argument as readonly Json[];
}

export const isMap = (value: unknown): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isScalarText = (value: Value): boolean => ['string', 'number', 'boolean'].includes(typeof value);

function entryOf(map: Json | undefined, name: Json | undefined): Json | undefined {
  if (!isMap(map) || (typeof name !== 'string' && typeof name !== 'number')) return undefined;
  return Object.hasOwn(map, String(name)) ? map[String(name)] : undefined;
}

function textOf(value: Value, where: string): string {
  if (isScalarText(value)) return String(value);
  throw templateError(
    where === 'Fn::Sub'
      ? 'Fn::Sub expression does not resolve to a string'
      : 'every value of the context object of every Fn::Join object must be a string or a function that returns a string',
  );
}

function isSame(a: Value, b: Value): boolean {
  if (isScalarText(a) && isScalarText(b)) return String(a) === String(b);
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Whether anything in a value is known only after the change. */
export function holdsUnknown(value: unknown): boolean {
  if (value === notKnownYet) return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(holdsUnknown);
}
