/** Transforms, `AWS::Serverless-2016-10-31` and its kin: a template becomes another one before anything else is done with it. */

import type { Json, JsonMap, ParameterValue, StackId } from '../records.ts';
import { validationError } from '../refusals.ts';
import { translated } from '../sam/translate.ts';
import { unrolled } from './for-each.ts';
import { included } from './include.ts';
import { evaluate, isMap } from './intrinsics.ts';
import type { ParameterDeclaration } from './parameters.ts';
import { scopeOf } from './scope.ts';

export interface TransformContext {
  readonly stack: StackId;
  readonly declared: ReadonlyMap<string, ParameterDeclaration>;
  readonly parameters: readonly ParameterValue[];
  /** The text of an object of S3, `s3://bucket/key`. */
  read(location: string): Promise<string>;
}

/** The template after its transforms; the very same object where there are none. */
export async function transformed(raw: JsonMap, names: readonly string[], context: TransformContext): Promise<JsonMap> {
  const isIncluding = JSON.stringify(raw).includes('"Fn::Transform"');
  if (names.length === 0 && !isIncluding) return raw;
  const { Transform: declared, ...rest } = raw;
  let whole: JsonMap = rest;
  const values = new Map(context.parameters.map(({ key, value, resolved }) => [key, resolved ?? value]));
  if (isIncluding) whole = (await included(whole, context.read, values)) as JsonMap;
  // Loops come first whatever the order: the others read what they make.
  if (names.includes('AWS::LanguageExtensions')) whole = loopsUnrolled(whole, context);
  for (const name of names) {
    switch (name) {
      case 'AWS::LanguageExtensions':
        break;
      case 'AWS::Serverless-2016-10-31':
        whole = translated(whole, context);
        break;
      case 'AWS::Include':
        whole = await topIncluded(whole, declared ?? null, context, values);
        break;
      default:
        throw validationError(`No transform named ${context.stack.account}::${name} found.`);
    }
  }
  return whole;
}

function loopsUnrolled(raw: JsonMap, { stack, declared, parameters }: TransformContext): JsonMap {
  const mappings = isMap(raw['Mappings']) ? raw['Mappings'] : {};
  const scope = scopeOf({
    ...{ stack, parameters, notificationArns: [] },
    template: { parameters: declared, mappings, conditions: {}, transforms: ['AWS::LanguageExtensions'] },
    resource: () => undefined,
    imported: () => '',
  });
  return unrolled(raw, (list) => {
    const made = evaluate(list, scope);
    if (!Array.isArray(made))
      throw validationError('Transform AWS::LanguageExtensions failed with: Fn::ForEach expects a list of values');
    return (made as readonly Json[]).map(String);
  }) as JsonMap;
}

/** `Transform: {Name: AWS::Include, Parameters: {Location: …}}` at the top of a template. */
async function topIncluded(
  whole: JsonMap,
  declared: Json,
  context: TransformContext,
  values: ReadonlyMap<string, string>,
): Promise<JsonMap> {
  const all = Array.isArray(declared) ? (declared as readonly Json[]) : [declared];
  const include = all.find((each) => isMap(each) && each['Name'] === 'AWS::Include');
  if (include === undefined) return whole;
  return (await included({ ...whole, 'Fn::Transform': include }, context.read, values)) as JsonMap;
}
