/** Resource types whose operations take the resource's properties as they are: a line each instead of code. */
import type { Answer, Made, Properties, ResourceContext, ResourceType } from './resource-type.ts';

export interface Modelled {
  readonly service: string;
  readonly create: string;
  /** Absent where every change makes another resource. */
  readonly update?: string;
  readonly delete: string;
  readonly properties: readonly string[];
  readonly required?: readonly string[];
  readonly replacedBy?: readonly string[];
  /** Member of the answer, or of a member of it (`Role.RoleName`), that is the physical id; or a property. */
  readonly id: string | ((answer: Answer, properties: Properties) => string);
  /** Member of the inputs of update and delete that takes the physical id. */
  readonly idMember: string;
  /** Properties that update and delete need beside it. */
  readonly parents?: readonly string[];
  readonly attributes?: (answer: Answer, properties: Properties, context: ResourceContext) => Record<string, unknown>;
  readonly ref?: (answer: Answer, properties: Properties, context: ResourceContext) => string;
  /** The property that names it, when the template does not, and how long names may be. */
  readonly name?: { readonly property: string; readonly maxLength: number; readonly isLowerCase?: boolean };
  /** Property → member of the inputs. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** Values that update clears a property with when the template no longer has it; by property. */
  readonly cleared?: Readonly<Record<string, unknown>>;
  /** Tags go in with creation; later ones by these operations of the service, on an ARN. */
  readonly tagsBy?: TagOperations;
  readonly identifiers?: readonly string[];
}

export interface TagOperations {
  readonly property: string;
  readonly tag: string;
  readonly untag: string;
  readonly arnMember: string;
  readonly tagsMember: string;
  readonly keysMember: string;
  arn(made: Made, properties: Properties, context: ResourceContext): string;
}

export function modelled(type: Modelled): ResourceType {
  const { service, parents = [], replacedBy = [] } = type;

  const inputOf = (properties: Properties): Record<string, unknown> =>
    Object.fromEntries(Object.entries(properties).map(([name, value]) => [type.renamed?.[name] ?? name, value]));
  const ids = (made: Made, properties: Properties): Record<string, unknown> => ({
    ...Object.fromEntries(parents.map((name) => [type.renamed?.[name] ?? name, properties[name]])),
    [type.idMember]: made.physicalId,
  });

  function madeOf(answer: Answer, properties: Properties, context: ResourceContext): Made {
    const physicalId =
      typeof type.id === 'function'
        ? type.id(answer, properties)
        : String(memberAt(answer, type.id) ?? properties[type.id]);
    const ref = type.ref?.(answer, properties, context);
    return {
      physicalId,
      attributes: withoutUndefined(type.attributes?.(answer, properties, context) ?? {}) as NonNullable<
        Made['attributes']
      >,
      ...(ref !== undefined && { ref }),
    };
  }

  function named(properties: Properties, context: ResourceContext): Properties {
    const { name } = type;
    if (name === undefined || properties[name.property] !== undefined) return properties;
    return { ...properties, [name.property]: context.newName(name.maxLength, name.isLowerCase) };
  }

  const made: ResourceType = {
    needs: [`${service}:${type.create}`, `${service}:${type.delete}`],
    replacedBy,
    properties: new Set(type.properties),
    ...(type.required && { required: type.required }),
    identifiers: type.identifiers ?? [...parents, type.idMember],
    async create(properties, context) {
      const given = named(properties, context);
      const tagged = type.tagsBy === undefined ? given : { ...given, ...tagsProperty(type.tagsBy, given, context) };
      const answer = await context.call(service, type.create, inputOf(tagged));
      return madeOf(answer, given, context);
    },
    async delete(resource, properties, context) {
      await context.call(service, type.delete, ids(resource, properties));
    },
  };
  const { update } = type;
  if (update === undefined) return made;
  return {
    ...made,
    async update(resource, properties, before, context) {
      const changed: Record<string, unknown> = {};
      for (const [name, value] of Object.entries(properties)) {
        if (!replacedBy.includes(name) && name !== type.tagsBy?.property) changed[name] = value;
      }
      for (const name of Object.keys(before)) {
        if (properties[name] === undefined && Object.hasOwn(type.cleared ?? {}, name))
          changed[name] = type.cleared![name];
      }
      // A name that was made up stays.
      const madeUp = resource.attributes?.['Name'];
      if (type.name !== undefined && properties[type.name.property] === undefined && madeUp !== undefined) {
        changed[type.name.property] = madeUp;
      }
      const answer = await context.call(service, update, { ...inputOf(changed), ...ids(resource, properties) });
      if (type.tagsBy !== undefined) await changeTags(type.tagsBy, service, resource, properties, before, context);
      const next = madeOf({ ...answer }, properties, context);
      return {
        physicalId: resource.physicalId,
        attributes: { ...resource.attributes, ...next.attributes },
        ...(resource.ref !== undefined && { ref: resource.ref }),
      };
    },
  };
}

function tagsProperty(by: TagOperations, properties: Properties, context: ResourceContext): Record<string, unknown> {
  const tags = allTags(properties[by.property], context);
  return tags.size === 0 ? {} : { [by.property]: Object.fromEntries(tags) };
}

/** The stack's tags and the resource's own, which win. */
export function allTags(own: unknown, context: ResourceContext): Map<string, string> {
  const tags = new Map(context.tags.map(({ Key, Value }) => [Key, Value]));
  const entries = Array.isArray(own)
    ? own.map(({ Key, Value }: { Key: string; Value: string }) => [Key, Value] as const)
    : Object.entries((own ?? {}) as Record<string, string>);
  for (const [name, value] of entries) tags.set(name, String(value));
  return tags;
}

/** `[{Key, Value}]`, as IAM and others take them. */
export const tagList = (own: unknown, context: ResourceContext): { Key: string; Value: string }[] =>
  [...allTags(own, context)].map(([Key, Value]) => ({ Key, Value }));

/** Brings the tags of a resource from what they were to what they are. */
export async function changeTags(
  by: TagOperations,
  service: string,
  made: Made,
  properties: Properties,
  before: Properties,
  context: ResourceContext,
): Promise<void> {
  const now = allTags(properties[by.property], context);
  const earlier = allTags(before[by.property], { ...context, tags: [] });
  const arn = by.arn(made, properties, context);
  const gone = [...earlier.keys()].filter((name) => !now.has(name));
  if (gone.length > 0) await context.call(service, by.untag, { [by.arnMember]: arn, [by.keysMember]: gone });
  const changed = [...now].filter(([name, value]) => earlier.get(name) !== value);
  if (changed.length > 0) {
    await context.call(service, by.tag, { [by.arnMember]: arn, [by.tagsMember]: Object.fromEntries(changed) });
  }
}

function memberAt(answer: Answer, path: string): unknown {
  let value: unknown = answer;
  for (const part of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[part];
  return value;
}

export const withoutUndefined = (record: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
