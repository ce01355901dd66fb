/** Transforms, `AWS::Serverless-2016-10-31` and its kin: a template becomes another one before anything else is done with it. */
import type { JsonMap, ParameterValue, StackId } from '../records.ts';
import { validationError } from '../refusals.ts';
import type { ParameterDeclaration } from './parameters.ts';

export interface TransformContext {
  readonly stack: StackId;
  readonly declared: ReadonlyMap<string, ParameterDeclaration>;
  readonly parameters: readonly ParameterValue[];
}

/** The template after its transforms; the very same object where there are none. */
export async function transformed(raw: JsonMap, names: readonly string[], context: TransformContext): Promise<JsonMap> {
  if (names.length === 0) return raw;
  const { Transform: _, ...rest } = raw;
  const whole: JsonMap = rest;
  for (const name of names) {
    switch (name) {
      default:
        void context;
        throw validationError(`No transform named ${context.stack.account}::${name} found.`);
    }
  }
  return whole;
}
