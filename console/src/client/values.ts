/** Values to JSON and back by their shapes: names of the wire, times as epoch milliseconds, blobs as bytes. */
import type { ClientModel, ClientShape } from './client-model.ts';

type Shapes = ClientModel['shapes'];
type Values = Readonly<Record<string, unknown>>;

/** JSON of a value; undefined members are left out. */
export function jsonOf(value: unknown, shapeName: string, shapes: Shapes): unknown {
  const shape = shapes[shapeName]!;
  if (value === null || value === undefined) return value;
  switch (shape.type) {
    case 'structure':
      return jsonMembers(value as Values, shape, shapes);
    case 'list':
      return (value as readonly unknown[]).map((each) => jsonOf(each, shape.member!.shape, shapes));
    case 'map':
      return mapped(value as Values, (each) => jsonOf(each, shape.value!.shape, shapes));
    case 'blob':
      return btoa(Array.from(value as Uint8Array, (byte) => String.fromCharCode(byte)).join(''));
    case 'timestamp':
      return shape.timestampFormat === 'iso8601' ? new Date(value as number).toISOString() : (value as number) / 1000;
    default:
      return value;
  }
}

/** The members of a structure that belong into the body. */
export function jsonMembers(values: Values, shape: ClientShape, shapes: Shapes): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(shape.members!)) {
    if (member.location !== undefined || values[name] === undefined) continue;
    json[member.locationName ?? name] = jsonOf(values[name], member.shape, shapes);
  }
  return json;
}

/** The value that JSON tells. */
export function valueFrom(json: unknown, shapeName: string, shapes: Shapes): unknown {
  const shape = shapes[shapeName]!;
  if (json === null || json === undefined) return undefined;
  switch (shape.type) {
    case 'structure':
      return valueMembers(json as Values, shape, shapes);
    case 'list':
      return (json as readonly unknown[]).map((each) => valueFrom(each, shape.member!.shape, shapes));
    case 'map':
      return mapped(json as Values, (each) => valueFrom(each, shape.value!.shape, shapes));
    case 'blob':
      return Uint8Array.from(atob(json as string), (c) => c.charCodeAt(0));
    case 'timestamp':
      return typeof json === 'number' ? json * 1000 : Date.parse(json as string);
    default:
      return json;
  }
}

/** The members of a structure that came in the body. */
export function valueMembers(json: Values, shape: ClientShape, shapes: Shapes): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(shape.members!)) {
    if (member.location !== undefined) continue;
    const value = valueFrom(json[member.locationName ?? name], member.shape, shapes);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

const mapped = (values: Values, each: (value: unknown) => unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, each(value)]));
