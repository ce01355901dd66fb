/** What the two SDKs in Java, for servers and for Android, say in the same words: names, types, JSON of a value. */
import type { SdkModel, SdkType } from './sdk-api.ts';
import { uniqueNames } from './sdk-names.ts';

export type JavaValues = Readonly<Record<string, string>>;

const keywords = (
  'abstract assert boolean break byte case catch char class const continue default do double else enum extends final finally float for goto if ' +
  'implements import instanceof int interface long native new package private protected public return short static strictfp super switch ' +
  'synchronized this throw throws transient try void volatile while true false null var record yield'
).split(' ');

/** Hands out names of fields and methods, each once; a word of the language, or one that every class has a getter for, gets a number. */
export const javaNames = (reserved: readonly string[] = []): ((wanted: string) => string) =>
  uniqueNames([...keywords, ...reserved]);

/** A literal. What JSON escapes, Java reads too. */
export const javaString = (text: string): string => JSON.stringify(text);

export const javaFolder = (packageName: string): string => packageName.replaceAll('.', '/');

/** `SimpleCalcSdk` → `simple-calc-sdk` */
export const projectName = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();

export interface JavaTypes {
  className(model: string): string;
  javaType(type: SdkType): string;
  /** An expression that reads the value out of parsed JSON. */
  fromJson(type: SdkType, expression: string): string;
  /** An expression for the value as JSON; the given one is not null. */
  toJson(type: SdkType, expression: string): string;
}

const plainTypes = { string: 'String', number: 'Double', integer: 'Integer', boolean: 'Boolean', any: 'Object' };

/** Class names for all models, taken from `unique`. */
export function javaModelNames(models: readonly SdkModel[], unique: (wanted: string) => string): JavaTypes {
  const names = new Map(models.map(({ name }) => [name, unique(name)]));
  const className = (model: string): string => names.get(model)!;

  function javaType(type: SdkType): string {
    if (type.kind === 'model') return className(type.name);
    return type.kind === 'list' ? `List<${javaType(type.of)}>` : plainTypes[type.kind];
  }

  /** Each nested lambda needs a name of its own. */
  function fromJson(type: SdkType, expression: string, depth = 0): string {
    if (type.kind === 'model') return `${className(type.name)}.fromJson(${expression})`;
    if (type.kind === 'number') return `Json.asDouble(${expression})`;
    if (type.kind === 'integer') return `Json.asInteger(${expression})`;
    if (type.kind === 'list')
      return `Json.listOf(${expression}, e${depth} -> ${fromJson(type.of, `e${depth}`, depth + 1)})`;
    return type.kind === 'any' ? expression : `(${plainTypes[type.kind]}) ${expression}`;
  }

  function toJson(type: SdkType, expression: string, depth = 0): string {
    if (type.kind === 'model') return `${expression}.toJson()`;
    if (type.kind === 'list' && holdsModels(type.of)) {
      const item = `e${depth}`;
      return `Json.jsonOf(${expression}, ${item} -> ${item} == null ? null : ${toJson(type.of, item, depth + 1)})`;
    }
    return expression;
  }

  return { className, javaType, fromJson, toJson };
}

const holdsModels = (type: SdkType): boolean => type.kind === 'model' || (type.kind === 'list' && holdsModels(type.of));
