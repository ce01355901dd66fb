/** Values of shapes to JSON values and to header texts. Only members the model knows are sent; undefined and null members are left out. */
import type { Dialect } from './dialects.ts';
import type { Shape, TimestampFormat } from './service-model.ts';

/** A value as it stands in JSON. A null in a map stays: AWS reads cleared response templates back as null. */
export function encodeJsonValue(value: unknown, shape: Shape, dialect: Dialect): unknown {
  switch (shape.type) {
    case 'structure':
      return encodeJsonMembers(value as Record<string, unknown>, shape, dialect);
    case 'list':
      return (value as readonly unknown[]).map((item) => encodeJsonValue(item, shape.element!, dialect));
    case 'map':
      return Object.fromEntries(
        Object.entries(value as Record<string, unknown>)
          .filter(([, item]) => item !== undefined)
          .map(([key, item]) => [key, item === null ? null : encodeJsonValue(item, shape.value!, dialect)]),
      );
    case 'timestamp':
      return encodeTimestamp(value as number, shape.timestampFormat ?? 'unixTimestamp', dialect);
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64');
    default:
      return value;
  }
}

/** The body members of a structure, in the model's order. */
export function encodeJsonMembers(
  value: Record<string, unknown>,
  shape: Shape,
  dialect: Dialect,
): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const member of shape.members) {
    if (member.location !== undefined) continue;
    const item = value[member.name];
    if (item !== undefined && item !== null) members[member.wireName] = encodeJsonValue(item, member.shape, dialect);
    else if (dialect.withNulls.has(shape.name)) members[member.wireName] = null;
  }
  return members;
}

/** A scalar as a header carries it. */
export function encodeHeaderValue(value: unknown, shape: Shape, dialect: Dialect): string {
  if (shape.type === 'timestamp') {
    return String(encodeTimestamp(value as number, shape.timestampFormat ?? 'rfc822', dialect));
  }
  return String(value);
}

/** Epoch milliseconds in the format of the wire. */
export function encodeTimestamp(ms: number, format: TimestampFormat, dialect: Dialect): string | number {
  const shownMs = dialect.wholeSeconds ? Math.floor(ms / 1000) * 1000 : ms;
  switch (format) {
    case 'unixTimestamp':
      return shownMs / 1000;
    case 'rfc822':
      return new Date(shownMs).toUTCString();
    case 'iso8601': {
      const text = new Date(shownMs).toISOString();
      return dialect.wholeSeconds ? text.replace('.000Z', 'Z') : text;
    }
  }
}
