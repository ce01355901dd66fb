/**
 * An AWS service model, compiled: operations with their bindings and shapes as linked objects instead of names. A model file is read when first
 * asked for and a shape is linked when first reached, so a process that serves four models starts in a few milliseconds.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type ModelName =
  | 'apigateway'
  | 'apigatewayv2'
  | 'apigatewaymanagementapi'
  | 'lambda'
  | 'iam'
  | 'sts'
  | 'cognito-idp'
  | 'cognito-identity'
  | 'logs'
  | 'cloudwatch'
  | 'xray'
  | 'wafv2'
  | 'acm'
  | 'cloudtrail'
  | 's3'
  | 'ssm'
  | 'cloudformation';
export type Protocol = 'rest-json' | 'rest-xml' | 'json' | 'query' | 'smithy-rpc-v2-cbor';
export type Location = 'uri' | 'querystring' | 'header' | 'headers' | 'statusCode';
export type TimestampFormat = 'iso8601' | 'unixTimestamp' | 'rfc822';

export interface Shape {
  readonly name: string;
  readonly type: string;
  /** Of a structure; empty for everything else. */
  readonly members: readonly Member[];
  /** Of a structure: the member that is the whole body. */
  readonly payload: Member | undefined;
  /** Of a list: what it holds, and the name query protocols give an element. */
  readonly element: Shape | undefined;
  readonly elementName: string | undefined;
  /** Of a map. */
  readonly key: Shape | undefined;
  readonly value: Shape | undefined;
  readonly keyName: string | undefined;
  readonly valueName: string | undefined;
  /** Query protocols write the elements of a flattened list or map without a wrapper. */
  readonly flattened: boolean;
  readonly enumValues: readonly string[] | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** As the model has it; compiled by wire/validate. */
  readonly pattern: string | undefined;
  readonly timestampFormat: TimestampFormat | undefined;
  /** Its values never appear in messages. */
  readonly sensitive: boolean;
  readonly isEventStream: boolean;
  /** Of an exception. */
  readonly error: { readonly status: number; readonly code: string; readonly isFault: boolean } | undefined;
}

export interface Member {
  readonly name: string;
  /** Name in JSON, in the path template, in the query, or of the header. */
  readonly wireName: string;
  /** undefined: in the body. */
  readonly location: Location | undefined;
  readonly isRequired: boolean;
  /** A list whose elements stand without a wrapper here, whatever its shape says. */
  readonly isFlattened: boolean;
  /** An enum written at the member instead of its shape. */
  readonly enumValues: readonly string[] | undefined;
  readonly shape: Shape;
}

export interface OperationModel {
  readonly name: string;
  readonly method: string;
  /** `/restapis/{restapi_id}/resources`, may end in a literal query such as `?mode=import`. */
  readonly requestUri: string;
  readonly responseCode: number;
  /** An operation without input has an empty structure. */
  readonly input: Shape;
  readonly output: Shape | undefined;
  /** Query protocols wrap the output in this element. */
  readonly resultWrapper: string | undefined;
  /** May be called without a signature even where signatures are checked. */
  readonly isUnsigned: boolean;
}

export interface ServiceModel {
  readonly name: string;
  readonly serviceId: string;
  /** Service part of the SigV4 credential scope. */
  readonly signingName: string;
  readonly endpointPrefix: string;
  readonly apiVersion: string;
  readonly protocol: Protocol;
  readonly jsonVersion: string;
  readonly targetPrefix: string | undefined;
  readonly xmlNamespace: string | undefined;
  /** It spoke the query protocol first: newer protocols tell the older codes of errors in a header. */
  readonly wasQuery: boolean;
  readonly operationNames: readonly string[];
  operation(name: string): OperationModel;
  /** The shape when it is an exception of this model, by shape name or by error code. */
  exception(kind: string): Shape | undefined;
}

interface RawShape {
  type: string;
  members?: Record<string, RawMember>;
  required?: string[];
  payload?: string;
  member?: { shape: string; locationName?: string };
  key?: { shape: string; locationName?: string };
  value?: { shape: string; locationName?: string };
  flattened?: boolean;
  enum?: string[];
  min?: number;
  max?: number;
  pattern?: string;
  timestampFormat?: TimestampFormat;
  sensitive?: boolean;
  eventstream?: boolean;
  exception?: boolean;
  fault?: boolean;
  error?: { httpStatusCode?: number; code?: string };
}
interface RawMember {
  shape: string;
  flattened?: boolean;
  locationName?: string;
  location?: Location;
  enum?: string[];
}
interface RawOperation {
  name: string;
  http: { method: string; requestUri: string; responseCode?: number };
  input?: { shape: string };
  output?: { shape: string; resultWrapper?: string };
  authtype?: string;
}
/** The part of an AWS model file (`service-2.json`) that is used. */
export interface RawModel {
  metadata: {
    protocol: Protocol;
    endpointPrefix: string;
    serviceId: string;
    apiVersion: string;
    signingName?: string;
    jsonVersion?: string;
    targetPrefix?: string;
    xmlNamespace?: string;
  };
  operations: Record<string, RawOperation>;
  shapes: Record<string, RawShape>;
}

const noInput: RawShape = { type: 'structure' };

/** Compiles a model; operations and shapes are linked when first asked for. */
export function compileModel(name: string, raw: RawModel): ServiceModel {
  const shapes = new Map<string, Shape>();
  const operations = new Map<string, OperationModel>();
  let exceptionsByCode: Map<string, string> | undefined;

  function shapeNamed(shapeName: string): Shape {
    const known = shapes.get(shapeName);
    if (known !== undefined) return known;
    const rawShape = raw.shapes[shapeName];
    if (rawShape === undefined) throw new Error(`Cannot compile model ${name}: shape ${shapeName} is not in it`);
    return linkShape(shapeName, rawShape);
  }

  function linkShape(shapeName: string, from: RawShape): Shape {
    const members: Member[] = [];
    const shape: { -readonly [K in keyof Shape]: Shape[K] } = {
      name: shapeName,
      type: from.type,
      members,
      payload: undefined,
      element: undefined,
      elementName: from.member?.locationName,
      key: undefined,
      value: undefined,
      keyName: from.key?.locationName,
      valueName: from.value?.locationName,
      flattened: from.flattened === true,
      enumValues: from.enum,
      min: from.min,
      max: from.max,
      pattern: from.pattern,
      timestampFormat: from.timestampFormat,
      sensitive: from.sensitive === true,
      isEventStream: from.eventstream === true,
      error:
        from.exception === true
          ? {
              status: from.error?.httpStatusCode ?? (from.fault === true ? 500 : 400),
              code: from.error?.code ?? shapeName,
              // Not every model marks its faults.
              isFault: from.fault === true || (from.error?.httpStatusCode ?? 0) >= 500,
            }
          : undefined,
    };
    // Known before its members are linked: a shape may hold itself.
    shapes.set(shapeName, shape);
    if (from.member !== undefined) shape.element = shapeNamed(from.member.shape);
    if (from.key !== undefined) shape.key = shapeNamed(from.key.shape);
    if (from.value !== undefined) shape.value = shapeNamed(from.value.shape);
    for (const [memberName, member] of Object.entries(from.members ?? {})) {
      const linked: Member = {
        name: memberName,
        wireName: member.locationName ?? memberName,
        location: member.location,
        isRequired: from.required?.includes(memberName) === true,
        isFlattened: member.flattened === true || raw.shapes[member.shape]?.flattened === true,
        enumValues: member.enum,
        shape: shapeNamed(member.shape),
      };
      members.push(linked);
      if (memberName === from.payload) shape.payload = linked;
    }
    return shape;
  }

  return {
    name,
    serviceId: raw.metadata.serviceId,
    signingName: raw.metadata.signingName ?? raw.metadata.endpointPrefix,
    endpointPrefix: raw.metadata.endpointPrefix,
    apiVersion: raw.metadata.apiVersion,
    protocol: raw.metadata.protocol,
    jsonVersion: raw.metadata.jsonVersion ?? '1.1',
    targetPrefix: raw.metadata.targetPrefix,
    xmlNamespace: raw.metadata.xmlNamespace,
    wasQuery: raw.metadata.protocol === 'smithy-rpc-v2-cbor' && raw.metadata.xmlNamespace !== undefined,
    operationNames: Object.keys(raw.operations),
    operation(operationName) {
      const known = operations.get(operationName);
      if (known !== undefined) return known;
      const from = raw.operations[operationName];
      if (from === undefined) throw new Error(`Model ${name} has no operation ${operationName}`);
      const { input, output } = from;
      // Shapes are linked when first looked at: most operations are never called, and routing needs names and paths only.
      let linkedInput: Shape | undefined;
      let linkedOutput: Shape | undefined;
      const operation: OperationModel = {
        name: operationName,
        method: from.http.method,
        requestUri: from.http.requestUri,
        responseCode: from.http.responseCode ?? 200,
        get input() {
          linkedInput ??= input === undefined ? linkShape(`${operationName}Input`, noInput) : shapeNamed(input.shape);
          return linkedInput;
        },
        get output() {
          if (output !== undefined) linkedOutput ??= shapeNamed(output.shape);
          return linkedOutput;
        },
        resultWrapper: output?.resultWrapper,
        isUnsigned: from.authtype === 'none',
      };
      operations.set(operationName, operation);
      return operation;
    },
    exception(kind) {
      if (Object.hasOwn(raw.shapes, kind)) return raw.shapes[kind]!.exception === true ? shapeNamed(kind) : undefined;
      exceptionsByCode ??= new Map(
        Object.entries(raw.shapes).flatMap(([shapeName, shape]) =>
          shape.exception === true && shape.error?.code !== undefined ? [[shape.error.code, shapeName]] : [],
        ),
      );
      const shapeName = exceptionsByCode.get(kind);
      return shapeName === undefined ? undefined : shapeNamed(shapeName);
    },
  };
}

const models = join(import.meta.dirname, '../../models');
const loaded = new Map<ModelName, ServiceModel>();

/** The compiled model of models/{name}.json, read once per process. */
export function loadModel(name: ModelName): ServiceModel {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const model = compileModel(name, JSON.parse(readFileSync(join(models, `${name}.json`), 'utf8')) as RawModel);
  loaded.set(name, model);
  return model;
}
