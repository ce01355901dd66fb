/**
 * JSONPath as Jayway's JsonPath understands it, which AWS evaluates `$input.path`, `$input.json` and body mappings with: parsed once, compiled to
 * closures, read many times.
 */
import type { JsonValue } from '../java-values.ts';
import { compilePath, evaluatePath, meansNothingFound } from './compile-path.ts';
import { parsePath } from './parse-path.ts';
import { maxWork } from './work.ts';

export interface JsonPath {
  /** As it was written. */
  readonly text: string;
  /** Whether it finds at most one value. One that does not finds a list, empty when nothing fits. */
  readonly isDefinite: boolean;
  /** What it finds; undefined when nothing is there, null when null is. Throws TooMuchWorkError. */
  read(document: JsonValue): JsonValue | undefined;
}

export interface JsonPathOptions {
  /** Names and positions go on into a text that is JSON itself. Not Jayway's: parameter mappings do so. */
  readonly readsJsonInText?: boolean;
}

/** Compiles a path, with or without its leading `$.`. Throws JsonPathError, whose message says what is wrong and where. */
export function compileJsonPath(text: string, { readsJsonInText = false }: JsonPathOptions = {}): JsonPath {
  const path = compilePath(parsePath(text), readsJsonInText);
  return {
    text,
    isDefinite: path.isDefinite,
    read(document) {
      try {
        return evaluatePath(path, document, { document, work: { left: maxWork } }, false);
      } catch (error) {
        if (meansNothingFound(error)) return undefined;
        throw error;
      }
    },
  };
}
