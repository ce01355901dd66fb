/** What is hung on parameters: labels on versions, tags on the whole. */
import type { Call, Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/ssm.ts';
import { namedParameter } from '../names.ts';
import { findParameter, type ParameterParts, parameterOf, put } from '../parts.ts';
import { latestOf, type ParameterRecord, type ParameterVersion } from '../records.ts';
import { noSuchResource, noSuchVersion, tooManyLabels } from '../refusals.ts';
import { withTags } from '../tags.ts';

const maxLabels = 10;

export function labelAndTagHandlers({ store }: ParameterParts): Handlers<Operations> {
  /** A resource of another type is none of ours. */
  async function changeTagged(
    { ResourceType, ResourceId }: { ResourceType: string; ResourceId: string },
    call: Call,
    change: (record: ParameterRecord) => ParameterRecord,
  ): Promise<Record<never, never>> {
    await store.write(async (tx) => {
      const named = namedParameter(ResourceId, call);
      const record = ResourceType === 'Parameter' ? await findParameter(tx, named, call) : undefined;
      if (record === undefined) throw noSuchResource();
      put(tx, change(record));
    });
    return {};
  }

  return {
    LabelParameterVersion: ({ Name, ParameterVersion, Labels }, call) =>
      store.write(async (tx) => {
        const record = await parameterOf(tx, namedParameter(Name, call), call);
        const version = ParameterVersion ?? latestOf(record).version;
        const target = versionNumbered(record, version);
        const InvalidLabels = Labels.filter((label) => !isLabel(label));
        const given = new Set(Labels.filter(isLabel));
        if (target.labels.filter((label) => !given.has(label)).length + given.size > maxLabels) throw tooManyLabels();
        // A label stands on one version: it moves.
        put(tx, {
          ...record,
          versions: record.versions.map((each) => {
            const others = each.labels.filter((label) => !given.has(label));
            return { ...each, labels: each.version === version ? [...others, ...given] : others };
          }),
        });
        return { InvalidLabels, ParameterVersion: version };
      }),

    UnlabelParameterVersion: ({ Name, ParameterVersion, Labels }, call) =>
      store.write(async (tx) => {
        const record = await parameterOf(tx, namedParameter(Name, call), call);
        const target = versionNumbered(record, ParameterVersion);
        const RemovedLabels = Labels.filter((label) => target.labels.includes(label));
        const left = target.labels.filter((label) => !RemovedLabels.includes(label));
        put(tx, {
          ...record,
          versions: record.versions.map((each) => (each === target ? { ...each, labels: left } : each)),
        });
        return { RemovedLabels, InvalidLabels: Labels.filter((label) => !RemovedLabels.includes(label)) };
      }),

    AddTagsToResource: (input, call) =>
      changeTagged(input, call, (record) => ({ ...record, tags: withTags(record.tags, input.Tags) })),

    RemoveTagsFromResource: (input, call) =>
      changeTagged(input, call, (record) => ({
        ...record,
        tags: record.tags.filter(({ Key }) => !input.TagKeys.includes(Key)),
      })),

    ListTagsForResource: ({ ResourceType, ResourceId }, call) =>
      store.read(async (tx) => {
        const named = namedParameter(ResourceId, call);
        const record = ResourceType === 'Parameter' ? await findParameter(tx, named, call) : undefined;
        if (record === undefined) throw noSuchResource();
        return { TagList: record.tags };
      }),
  };
}

function versionNumbered(record: ParameterRecord, wanted: number): ParameterVersion {
  const found = record.versions.find(({ version }) => version === wanted);
  if (found === undefined) throw noSuchVersion(record.name, wanted);
  return found;
}

/** Documented: letters, digits and `.-_`, not beginning with a digit, `aws` or `ssm`. */
const isLabel = (label: string): boolean => /^[A-Za-z_.-][\w.-]*$/.test(label) && !/^(?:aws|ssm)/i.test(label);
