/** A resource's properties as the input of an operation: names by the model's, texts as the numbers, booleans and bytes it asks for, tags in its form. */
import type { Shape } from '../../../wire/service-model.ts';

/** `unknown` gets the paths of properties that the shape does not have. */
export function fitted(value: unknown, shape: Shape, unknown: string[] = [], path = ''): unknown {
  if (value === undefined || value === null) return undefined;
  switch (shape.type) {
    case 'structure': {
      if (typeof value !== 'object' || Array.isArray(value)) return value;
      const made: Record<string, unknown> = {};
      for (const [name, item] of Object.entries(value)) {
        const member = memberNamed(shape, name);
        if (member === undefined) unknown.push(`${path}/${name}`);
        else {
          const fit = fitted(item, member.shape, unknown, `${path}/${name}`);
          if (fit !== undefined) made[member.name] = fit;
        }
      }
      return made;
    }
    case 'list': {
      if (typeof value === 'object' && !Array.isArray(value) && isTag(shape.element!)) {
        return Object.entries(value).map(([name, text]) => tagOf(shape.element!, name, String(text)));
      }
      const items = Array.isArray(value) ? value : [value];
      return items.map((item, index) => fitted(item, shape.element!, unknown, `${path}/${index}`));
    }
    case 'map': {
      const entries = Array.isArray(value)
        ? entriesOfTags(value)
        : typeof value === 'object'
          ? Object.entries(value)
          : undefined;
      if (entries === undefined) return value;
      return Object.fromEntries(
        entries.map(([name, item]) => [name, fitted(item, shape.value!, unknown, `${path}/${name}`)]),
      );
    }
    case 'string':
      return typeof value === 'object' ? JSON.stringify(value) : String(value);
    case 'boolean':
      return value === 'true' || value === 'True' ? true : value === 'false' || value === 'False' ? false : value;
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
    case 'blob':
      return typeof value === 'string'
        ? Buffer.from(value)
        : value instanceof Uint8Array
          ? value
          : Buffer.from(JSON.stringify(value));
    case 'timestamp':
      return typeof value === 'string' ? Date.parse(value) : value;
    default:
      return value;
  }
}

/** Templates begin names with capitals; models of some services do not, and say `ARN` for `Arn`. */
export function memberNamed(shape: Shape, name: string): Shape['members'][number] | undefined {
  const lower = name.toLowerCase();
  return (
    shape.members.find((member) => member.name === name) ??
    shape.members.find((member) => member.name.toLowerCase() === lower)
  );
}

function isTag({ type, members }: Shape): boolean {
  return type === 'structure' && members.length === 2 && members.every(({ name }) => /^(?:key|value)$/i.test(name));
}

function tagOf(shape: Shape, key: string, value: string): Record<string, string> {
  return Object.fromEntries(shape.members.map(({ name }) => [name, /^key$/i.test(name) ? key : value]));
}

function entriesOfTags(list: readonly unknown[]): [string, unknown][] | undefined {
  const entries = list.map((item): [string, unknown] | undefined => {
    const { Key, Value } = (item ?? {}) as { Key?: unknown; Value?: unknown };
    return typeof Key === 'string' ? [Key, Value] : undefined;
  });
  return entries.every((entry) => entry !== undefined) ? (entries as [string, unknown][]) : undefined;
}
