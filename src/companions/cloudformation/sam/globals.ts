/** `Globals` of a SAM template: what every resource of a kind has unless it says otherwise. Maps are merged, lists follow one another. */
import type { Json, JsonMap } from '../records.ts';
import { isMap } from '../template/intrinsics.ts';
import { invalidDocument } from './invalid.ts';

const supported: Readonly<Record<string, string>> = {
  Function: 'AWS::Serverless::Function',
  Api: 'AWS::Serverless::Api',
  HttpApi: 'AWS::Serverless::HttpApi',
  SimpleTable: 'AWS::Serverless::SimpleTable',
  StateMachine: 'AWS::Serverless::StateMachine',
  LayerVersion: 'AWS::Serverless::LayerVersion',
  CapacityProvider: 'AWS::Serverless::CapacityProvider',
  WebSocketApi: 'AWS::Serverless::WebSocketApi',
};

export function globalsOf(raw: JsonMap): ReadonlyMap<string, JsonMap> {
  const section = raw['Globals'];
  if (section === undefined || section === null) return new Map();
  if (!isMap(section)) throw invalidDocument(["'Globals' section is invalid. It must be a non-empty dictionary"]);
  return new Map(
    Object.entries(section).map(([name, properties]): [string, JsonMap] => {
      const type = Object.hasOwn(supported, name) ? supported[name] : undefined;
      if (type === undefined) {
        throw invalidDocument([
          `'Globals' section is invalid. '${name}' is not supported. Must be one of the following values - [${Object.keys(supported).sort().join(', ')}]`,
        ]);
      }
      return [type, isMap(properties) ? properties : {}];
    }),
  );
}

/** An intrinsic function is a value, not a map to be merged. */
const isPlainMap = (value: Json | undefined): value is JsonMap =>
  isMap(value) && !Object.keys(value).some((name) => name === 'Ref' || name.startsWith('Fn::'));

export function merged(global: Json | undefined, own: Json | undefined): Json | undefined {
  if (own === undefined) return global;
  if (global === undefined) return own;
  if (Array.isArray(global) && Array.isArray(own)) return [...global, ...own] as Json;
  if (isPlainMap(global) && isPlainMap(own)) {
    const names = [...new Set([...Object.keys(global), ...Object.keys(own)])];
    return Object.fromEntries(names.map((name) => [name, merged(global[name], own[name])!]));
  }
  return own;
}
