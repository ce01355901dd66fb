/** A deployed API as the makers of SDKs see it: methods with their parameters and bodies, and models as plain types. */
import { modelUri, parseModelReference } from '../../../definition/model-references.ts';
import type { Method, Model } from '../../../definition/rest-api.ts';
import type { RestSnapshot } from '../../../definition/snapshot.ts';
import { pascalName, pathFirstName, uniqueNames, verbFirstName } from './sdk-names.ts';

export interface SdkApi {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly stageName: string;
  /** Where the stage is called, `http://localhost:4566/_aws/execute-api/{api}/{stage}`. */
  readonly invokeUrl: string;
  /** All but those for ANY, which has no verb to call (row SDK-03). */
  readonly methods: readonly SdkMethod[];
  /** Classes to make, those of nested objects included. */
  readonly models: readonly SdkModel[];
}

export interface SdkMethod {
  readonly verb: string;
  /** `/pets/{petId}` */
  readonly path: string;
  /** `petsPetIdGet`, or what the method's operationName says. */
  readonly pathFirstName: string;
  /** `GetPetsPetId`, or what the method's operationName says. */
  readonly verbFirstName: string;
  /** Those of the path come first, in its order. */
  readonly parameters: readonly SdkParameter[];
  /** Undefined for a method without a model: its body is whatever the caller sends. */
  readonly body: { readonly modelName: string; readonly type: SdkType } | undefined;
  /** Of the first 2xx answer; undefined when no model says. */
  readonly result: { readonly modelName: string; readonly type: SdkType } | undefined;
}

export interface SdkParameter {
  /** As the request has it. */
  readonly name: string;
  readonly location: 'path' | 'querystring' | 'header';
  readonly isRequired: boolean;
}

export type SdkType =
  | { readonly kind: 'string' | 'number' | 'integer' | 'boolean' | 'any' }
  | { readonly kind: 'list'; readonly of: SdkType }
  | { readonly kind: 'model'; readonly name: string };

export interface SdkModel {
  /** Fit for a class in every language. */
  readonly name: string;
  readonly members: readonly { readonly name: string; readonly type: SdkType }[];
}

export function sdkApi(
  snapshot: RestSnapshot,
  place: { region: string; stageName: string; invokeUrl: string },
): SdkApi {
  const { api, models = [] } = snapshot;
  const types = modelTypes(api.id, models);
  const pathFirst = uniqueNames();
  const verbFirst = uniqueNames();
  const methods = snapshot.resources
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .flatMap(({ path, methods }) =>
      Object.values(methods)
        .filter(({ httpMethod }) => httpMethod !== 'ANY')
        .sort((a, b) => (a.httpMethod < b.httpMethod ? -1 : 1))
        .map((method) => ({ path, method })),
    )
    .map(({ path, method }): SdkMethod => {
      const { httpMethod: verb, operationName } = method;
      return {
        verb,
        path,
        pathFirstName: pathFirst(operationName ? asGiven(operationName) : pathFirstName(verb, path)),
        verbFirstName: verbFirst(operationName ? pascalName(asGiven(operationName)) : verbFirstName(verb, path)),
        parameters: parametersOf(path, method),
        body: modelOf(method.requestModels, types),
        result: modelOf(successOf(method)?.responseModels, types),
      };
    });
  return { id: api.id, name: api.name, ...place, methods, models: types.classes };
}

/** An operation's name is its own; only what no language takes is left out of it. */
function asGiven(operationName: string): string {
  const name = /^[A-Za-z][A-Za-z0-9]*$/.test(operationName) ? operationName : pascalName(operationName);
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function parametersOf(path: string, { requestParameters = {} }: Method): SdkParameter[] {
  const ofPath = [...path.matchAll(/\{([^}+]+)\+?\}/g)].map(
    ([, name]): SdkParameter => ({ name: name!, location: 'path', isRequired: true }),
  );
  const others = Object.entries(requestParameters).flatMap(([source, isRequired]): SdkParameter[] => {
    const found = /^method\.request\.(querystring|header)\.(.+)$/.exec(source);
    return found === null ? [] : [{ name: found[2]!, location: found[1] as 'querystring' | 'header', isRequired }];
  });
  return [...ofPath, ...others];
}

const successOf = ({ methodResponses = {} }: Method) =>
  Object.values(methodResponses).find(({ statusCode }) => statusCode.startsWith('2'));

function modelOf(byContentType: Readonly<Record<string, string>> | undefined, types: ModelTypes): SdkMethod['body'] {
  const modelName = byContentType?.['application/json'] ?? Object.values(byContentType ?? {})[0];
  const type = modelName === undefined ? undefined : types.ofModel(modelName);
  return type === undefined ? undefined : { modelName: modelName!, type };
}

interface ModelTypes {
  readonly classes: readonly SdkModel[];
  /** Undefined for a name that no model has. */
  ofModel(name: string): SdkType | undefined;
}

/** Schemas a type is looked for in before it is taken for anything. */
const maxDepth = 50;

/** Reads the models once; what refers to itself ends in its own class. */
function modelTypes(restApiId: string, models: readonly Model[]): ModelTypes {
  const uniqueName = uniqueNames();
  const classNames = new Map(models.map(({ name }) => [name, uniqueName(pascalName(name))]));
  const schemas = new Map(models.map((model) => [modelUri(restApiId, model.name), model]));
  const ofModels = new Map<string, SdkType>();
  const classes: SdkModel[] = [];
  /** By schema and pointer within it; a class under way stands here already. */
  const ofDefinitions = new Map<string, SdkType>();

  /** `named`: the schema has a name of its own, which is reserved; its class is told before its members are read, which may lead back to it. */
  function typeOf(
    schema: unknown,
    root: Model,
    className: string,
    depth: number,
    named?: (type: SdkType) => void,
  ): SdkType {
    if (!isObject(schema) || depth > maxDepth) return { kind: 'any' };
    const { $ref, type, properties, items } = schema;
    if (typeof $ref === 'string') return typeOfReference($ref, root, depth + 1);
    if (isObject(properties) || (type === 'object' && named !== undefined)) {
      const name = named === undefined ? uniqueName(className) : className;
      const made: SdkType = { kind: 'model', name };
      named?.(made);
      const members: { name: string; type: SdkType }[] = [];
      classes.push({ name, members });
      for (const [member, of] of Object.entries(isObject(properties) ? properties : {})) {
        members.push({ name: member, type: typeOf(of, root, name + pascalName(member), depth + 1) });
      }
      return made;
    }
    if (type === 'array') return { kind: 'list', of: typeOf(items, root, `${className}Item`, depth + 1) };
    if (type === 'string' || type === 'number' || type === 'integer' || type === 'boolean') return { kind: type };
    return { kind: 'any' };
  }

  function typeOfReference(reference: string, root: Model, depth: number): SdkType {
    const parsed = parseModelReference(reference);
    const target = parsed === undefined ? root : schemas.get(modelUri(parsed.restApiId, parsed.modelName));
    if (target === undefined) return { kind: 'any' };
    const pointer = parsed === undefined ? reference : parsed.fragment;
    if (pointer === '' || pointer === '#') return ofModel(target.name) ?? { kind: 'any' };
    const key = `${target.name} ${pointer}`;
    const known = ofDefinitions.get(key);
    if (known !== undefined) return known;
    const remember = (type: SdkType): void => void ofDefinitions.set(key, type);
    remember({ kind: 'any' });
    const name = uniqueName(pascalName(pointer.slice(pointer.lastIndexOf('/') + 1)));
    remember(typeOf(at(parsedSchema(target), pointer), target, name, depth, remember));
    return ofDefinitions.get(key)!;
  }

  function ofModel(name: string): SdkType | undefined {
    const known = ofModels.get(name);
    if (known !== undefined) return known;
    const model = models.find((each) => each.name === name);
    if (model === undefined) return undefined;
    const remember = (type: SdkType): void => void ofModels.set(name, type);
    remember({ kind: 'any' });
    remember(typeOf(parsedSchema(model), model, classNames.get(name)!, 0, remember));
    return ofModels.get(name);
  }

  for (const { name } of models) ofModel(name);
  return { classes, ofModel };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A model's schema was checked when it was made; one that is no JSON describes nothing. */
function parsedSchema({ schema }: Model): unknown {
  try {
    return JSON.parse(schema);
  } catch {
    return {};
  }
}

/** What a JSON pointer, `#/definitions/name`, leads to. */
function at(schema: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (value, part) => (isObject(value) && Object.hasOwn(value, part) ? value[part] : undefined),
      schema,
    );
}
