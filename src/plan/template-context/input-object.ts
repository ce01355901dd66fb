/** `$input` of mapping templates (rows MAP-10 to MAP-12; recorded answers). */
import type { JsonValue } from '../../language/java-values.ts';
import { compileJsonPath, type JsonPath } from '../../language/json-path/json-path.ts';
import { parseJsonSmart } from '../../language/json-path/parse-json-smart.ts';
import { JsonPathError } from '../../language/json-path/path-syntax.ts';
import { printJsonSmart } from '../../language/json-path/print-json-smart.ts';
import { TooMuchWorkError } from '../../language/json-path/work.ts';
import { type HostObject, JavaException, type VtlValue } from '../../language/vtl/values.ts';
import type { MappingSource } from '../parameter-mapping.ts';
import { paramNamed, paramsMap } from './input-params.ts';

/** A compiled path by its text; throws JavaException for a text that is none. */
export type PathCache = (text: string) => JsonPath;

/** Templates may put their paths together from what clients send, so only so many are kept. */
const maxPaths = 100;
const maxPathLength = 1_000;

/** The paths of one template, each compiled when it is first met. */
export function pathCache(): PathCache {
  const paths = new Map<string, JsonPath>();
  return function pathFor(text) {
    const known = paths.get(text);
    if (known !== undefined) return known;
    const path = compiled(text);
    if (paths.size < maxPaths && text.length <= maxPathLength) paths.set(text, path);
    return path;
  };
}

function compiled(text: string): JsonPath {
  try {
    return compileJsonPath(text);
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
    throw new JavaException('com.jayway.jsonpath.InvalidPathException', `${error.message} in "${text}"`);
  }
}

/**
 * `$input`: the body of the backend's answer where there is one, else the client's, and the parameters of the request. A body that is not JSON throws
 * JsonSmartError from `json` and `path`. What `path` hands out belongs to the template, which may change it; `json` reads the body as it came.
 */
export function inputObject(source: MappingSource, pathFor: PathCache): HostObject {
  const { body } = source;
  // Recorded: an empty body is {}.
  let text: string | undefined;
  const bodyText = (): string => {
    text ??= body.length === 0 ? '{}' : body.toString();
    return text;
  };
  let handedOut: JsonValue | undefined;
  let asSent: JsonValue | undefined;

  function path(text: string): VtlValue {
    if (handedOut === undefined) handedOut = parseJsonSmart(bodyText());
    const found = read(pathFor(text), handedOut);
    // Recorded: a missing field is empty text.
    return found === undefined ? '' : (found as VtlValue);
  }

  function json(text: string): string {
    if (asSent === undefined) asSent = parseJsonSmart(bodyText());
    const found = read(pathFor(text), asSent);
    // Recorded: a missing field is `""`.
    return withinWork(() => printJsonSmart(found === undefined ? '' : found, 'plain'));
  }

  return {
    get: (name) => (name === 'body' ? bodyText() : undefined),
    call(method, args) {
      if (method === 'params' && args.length === 0) return paramsMap(source);
      const [argument] = args;
      if (args.length !== 1 || typeof argument !== 'string') return undefined;
      if (method === 'params') return paramNamed(source, argument);
      if (method === 'path') return path(argument);
      return method === 'json' ? json(argument) : undefined;
    },
    toString: () => '$input',
  };
}

function read(path: JsonPath, document: JsonValue): JsonValue | undefined {
  return withinWork(() => path.read(document));
}

function withinWork<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TooMuchWorkError)) throw error;
    throw new JavaException('java.lang.OutOfMemoryError', error.message);
  }
}
