/** Types of API Gateway's REST APIs whose changes are patches: a table each. */
import { allTags, changeTags, type TagOperations, withoutUndefined } from '../modelled.ts';
import { type PatchRow, patchesBetween } from '../patches.ts';
import type { Answer, Made, Properties, ResourceContext, ResourceType } from '../resource-type.ts';

export interface Patched {
  readonly create: string;
  readonly update: string;
  readonly delete: string;
  readonly properties: readonly string[];
  readonly required?: readonly string[];
  readonly replacedBy?: readonly string[];
  /** Member of the answer. */
  readonly id: string;
  readonly idMember: string;
  readonly parents?: readonly string[];
  readonly attributes?: (answer: Answer, properties: Properties, context: ResourceContext) => Record<string, unknown>;
  readonly name?: { readonly property: string; readonly maxLength: number };
  readonly renamed?: Readonly<Record<string, string>>;
  readonly rows: readonly PatchRow[];
  /** Path of the resource in the ARN that its tags are changed by, `/apikeys/{id}`. */
  readonly tagged?: (made: Made, properties: Properties) => string;
  readonly identifiers?: readonly string[];
}

export const gatewayTags = (path: (made: Made, properties: Properties) => string): TagOperations => ({
  ...{ property: 'Tags', tag: 'TagResource', untag: 'UntagResource', arnMember: 'resourceArn', tagsMember: 'tags' },
  keysMember: 'tagKeys',
  arn: (made, properties, context) => `arn:aws:apigateway:${context.region}::${path(made, properties)}`,
});

export function patched(type: Patched): ResourceType {
  const { parents = [], replacedBy = [] } = type;
  const service = 'apigateway';
  const tags = type.tagged && gatewayTags(type.tagged);
  const ids = (made: Made, properties: Properties): Record<string, unknown> => ({
    ...Object.fromEntries(parents.map((name) => [name, properties[name]])),
    [type.idMember]: made.physicalId,
  });
  const madeOf = (answer: Answer, properties: Properties, context: ResourceContext): Made => ({
    physicalId: String(answer[type.id]),
    attributes: withoutUndefined(type.attributes?.(answer, properties, context) ?? {}) as NonNullable<
      Made['attributes']
    >,
  });
  return {
    needs: [`${service}:${type.create}`, `${service}:${type.delete}`],
    replacedBy,
    properties: new Set(type.properties),
    ...(type.required && { required: type.required }),
    identifiers: type.identifiers ?? [...parents, type.idMember],
    async create(given, context) {
      const properties =
        type.name === undefined || given[type.name.property] !== undefined
          ? given
          : { ...given, [type.name.property]: context.newName(type.name.maxLength) };
      const input = Object.fromEntries(
        Object.entries(properties).map(([name, value]) => [type.renamed?.[name] ?? name, value]),
      );
      if (tags !== undefined) {
        const all = allTags(properties['Tags'], context);
        delete input['Tags'];
        if (all.size > 0) input['Tags'] = Object.fromEntries(all);
      }
      return madeOf(await context.call(service, type.create, input), properties, context);
    },
    async update(made, properties, before, context) {
      const patchOperations = patchesBetween(before, properties, type.rows);
      let attributes = made.attributes ?? {};
      if (patchOperations.length > 0) {
        const answer = await context.call(service, type.update, { ...ids(made, properties), patchOperations });
        attributes = {
          ...attributes,
          ...madeOf({ ...answer, [type.id]: made.physicalId }, properties, context).attributes,
        };
      }
      if (tags !== undefined) await changeTags(tags, service, made, properties, before, context);
      return { ...made, attributes };
    },
    async delete(made, properties, context) {
      await context.call(service, type.delete, ids(made, properties));
    },
  };
}
