/**
 * Smithy's RPC v2 with CBOR: `POST /service/{service}/operation/{operation}`, one CBOR map each way. CloudWatch's model names it first; newer SDKs for
 * Java, Go and Rust speak it.
 */
import { headerValue } from '../base/headers.ts';
import { Problem } from '../base/problem.ts';
import { CborWriter, readCbor } from './cbor.ts';
import type { Dialect } from './dialects.ts';
import { namedOperation } from './named-operation.ts';
import type { WireProtocol, WireRequest } from './protocol.ts';
import { queryErrorHeader } from './query-protocol.ts';
import type { ServiceModel, Shape } from './service-model.ts';

export function rpcCborProtocol(model: ServiceModel, dialect: Dialect): WireProtocol {
  const prefix = `/service/${model.targetPrefix}/operation/`;

  /** What stands after the last part of the path we know; a base path before it is allowed by the specification. */
  function operationOf({ request }: WireRequest): string | undefined {
    const at = request.path.lastIndexOf(prefix);
    if (at === -1 || headerValue(request.headers, 'smithy-protocol') !== 'rpc-v2-cbor') return undefined;
    return request.path.slice(at + prefix.length);
  }

  return {
    recognises: (incoming) => operationOf(incoming) !== undefined,

    match: (incoming) => namedOperation(model, dialect, incoming, operationOf(incoming), readCbor),

    unknown: () => new Problem('UnknownOperationException', ''),

    encode(operation, output) {
      const writer = new CborWriter();
      if (operation.output === undefined) return { status: 200, headers: ['smithy-protocol', 'rpc-v2-cbor'], body: '' };
      writeCbor(writer, output ?? {}, operation.output);
      return { status: 200, headers: ownHeaders, body: writer.bytes };
    },

    encodeError(answer) {
      const writer = new CborWriter();
      const members = Object.entries(answer.members);
      writer.map(members.length + 1);
      writer.text('__type');
      writer.text(`com.amazonaws.${model.name}#${answer.exceptionName}`);
      for (const [name, value] of members) {
        writer.text(name);
        writer.text(String(value));
      }
      const headers = [...ownHeaders, ...queryErrorHeader(answer), ...answer.headers];
      return { status: answer.status, headers, body: writer.bytes };
    },
  };
}

const ownHeaders = ['smithy-protocol', 'rpc-v2-cbor', 'Content-Type', 'application/cbor'];

/** A value of a shape; only the members the model knows are written, those that are absent left out. */
function writeCbor(writer: CborWriter, value: unknown, shape: Shape): void {
  switch (shape.type) {
    case 'structure': {
      const values = value as Record<string, unknown>;
      const present = shape.members.filter(({ name }) => values[name] !== undefined && values[name] !== null);
      writer.map(present.length);
      for (const member of present) {
        // Names of locations belong to other protocols.
        writer.text(member.name);
        writeCbor(writer, values[member.name], member.shape);
      }
      return;
    }
    case 'list': {
      const items = value as readonly unknown[];
      writer.list(items.length);
      for (const item of items) writeCbor(writer, item, shape.element!);
      return;
    }
    case 'map': {
      const entries = Object.entries(value as Record<string, unknown>).filter(([, item]) => item !== undefined);
      writer.map(entries.length);
      for (const [key, item] of entries) {
        writer.text(key);
        writeCbor(writer, item, shape.value!);
      }
      return;
    }
    case 'integer':
    case 'long':
      writer.integer(value as number);
      return;
    case 'float':
    case 'double':
      writer.double(value as number);
      return;
    case 'boolean':
      writer.boolean(value as boolean);
      return;
    case 'timestamp':
      writer.time(value as number);
      return;
    case 'blob':
      writer.blob(value as Uint8Array);
      return;
    default:
      writer.text(String(value));
  }
}
