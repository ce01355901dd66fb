/** What a part of a template refers to, without carrying anything out. */
import type { Json, JsonMap } from '../records.ts';
import { attributeParts, callOf, isMap, namesInSub } from './intrinsics.ts';

export interface Reference {
  readonly kind: 'ref' | 'attribute' | 'condition' | 'import';
  readonly name: string;
  /** Of an attribute. */
  readonly attribute?: string;
}

/** Every reference in a value. `taken` says which way an Fn::If goes; without it both are looked at. */
export function* referencesIn(value: Json, taken?: (condition: Json) => boolean): Generator<Reference> {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) yield* referencesIn(item, taken);
    return;
  }
  const call = callOf(value as JsonMap);
  if (call === undefined) {
    for (const item of Object.values(value as JsonMap)) yield* referencesIn(item, taken);
    return;
  }
  const { name, argument } = call;
  switch (name) {
    case 'Ref':
      if (typeof argument === 'string') yield { kind: 'ref', name: argument };
      return;
    case 'Fn::GetAtt': {
      const [logicalId, ...rest] = attributeParts(argument, undefined);
      yield { kind: 'attribute', name: logicalId!, attribute: rest.join('.') };
      if (Array.isArray(argument)) for (const part of argument.slice(1)) yield* referencesIn(part as Json, taken);
      return;
    }
    case 'Fn::Sub':
      yield* ofSub(argument, taken);
      return;
    case 'Fn::If': {
      if (!Array.isArray(argument)) return;
      const [condition, yes, no] = argument as readonly Json[];
      if (typeof condition === 'string') yield { kind: 'condition', name: condition };
      if (taken !== undefined && argument.length === 3) yield* referencesIn(taken(condition!) ? yes! : no!, taken);
      else for (const branch of argument.slice(1)) yield* referencesIn(branch as Json, taken);
      return;
    }
    case 'Fn::ImportValue':
      if (typeof argument === 'string') yield { kind: 'import', name: argument };
      else yield* referencesIn(argument, taken);
      return;
    default:
      yield* referencesIn(argument, taken);
  }
}

function* ofSub(argument: Json, taken: ((condition: Json) => boolean) | undefined): Generator<Reference> {
  const [template, given] = Array.isArray(argument) ? (argument as readonly Json[]) : [argument, {}];
  if (typeof template === 'string') {
    for (const name of namesInSub(template)) {
      if (isMap(given) && Object.hasOwn(given, name)) continue;
      const dot = name.indexOf('.');
      if (dot < 0) yield { kind: 'ref', name };
      else yield { kind: 'attribute', name: name.slice(0, dot), attribute: name.slice(dot + 1) };
    }
  }
  if (isMap(given)) yield* referencesIn(given, taken);
}

/** Conditions that a condition's definition names. */
export function* conditionsIn(value: Json): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) yield* conditionsIn(item);
    return;
  }
  const names = Object.keys(value);
  if (names.length === 1 && names[0] === 'Condition' && typeof (value as JsonMap)['Condition'] === 'string') {
    yield (value as JsonMap)['Condition'] as string;
    return;
  }
  for (const item of Object.values(value as JsonMap)) yield* conditionsIn(item);
}
