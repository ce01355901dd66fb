/** The variables a mapping template sees: `$input`, `$context`, `$stageVariables`, `$util` (rows MAP-10 to MAP-16, SV-02). */
import { JsonSmartError } from '../../language/json-path/json-smart-error.ts';
import { parseJsonSmart } from '../../language/json-path/parse-json-smart.ts';
import { utilObject } from '../../language/vtl/util-object.ts';
import { JavaException, type VtlValue } from '../../language/vtl/values.ts';
import type { MethodScope } from '../method-scope.ts';
import { newOverrides } from '../overrides.ts';
import type { MappingSource } from '../parameter-mapping.ts';
import { contextObject } from './context-object.ts';
import { inputObject, pathCache } from './input-object.ts';

export type TemplateVariables = (source: MappingSource) => Readonly<Record<string, VtlValue>>;

/** Keeps no state, so one serves all. */
const util = utilObject({
  parseJson(text) {
    try {
      return parseJsonSmart(text);
    } catch (error) {
      if (!(error instanceof JsonSmartError)) throw error;
      throw new JavaException('net.minidev.json.parser.ParseException', error.message);
    }
  },
});

/** The variables of one template. Overrides are put into the source. */
export function compileVariables(scope: MethodScope): TemplateVariables {
  const pathFor = pathCache();
  const stageVariables = Object.entries(scope.stage.stageVariables ?? {});
  return function variablesFor(source) {
    source.overrides ??= newOverrides();
    return {
      input: inputObject(source, pathFor),
      context: contextObject(source, source.overrides, scope),
      stageVariables: new Map<VtlValue, VtlValue>(stageVariables),
      util,
    };
  };
}
