/** Tags of functions: TagResource, UntagResource, ListTags, by function ARN. */
import type { Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/lambda.ts';
import { badParameter, functionNotFound } from '../function-errors.ts';
import { type FunctionReference, functionArn, parseFunctionReference } from '../names.ts';
import type { HandlerParts } from './parts.ts';

/** Tags as AWS takes them: at most 50, keys of 1–128 characters not beginning with `aws:`, values of up to 256. */
export function checkedTags(tags: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(tags);
  if (entries.length > 50) throw badParameter('Number of tags exceeds function tag limit.');
  for (const [key, value] of entries) {
    if (key === '' || key.length > 128) throw badParameter(`Invalid tag key: ${key}`);
    if (key.toLowerCase().startsWith('aws:'))
      throw badParameter(`Caller is attempting to modify a reserved tag key: ${key}`);
    if (value.length > 256) throw badParameter(`Invalid tag value for key: ${key}`);
  }
  return { ...tags };
}

/** Handlers over tags. */
export function tagHandlers({ registry }: HandlerParts): Handlers<Operations> {
  function resource(arn: string): FunctionReference {
    const reference = arn.startsWith('arn:') ? parseFunctionReference(arn, { account: '', region: '' }) : undefined;
    if (reference === undefined) {
      throw badParameter(
        `1 validation error detected: Value '${arn}' at 'resource' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*):lambda:[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:function:[a-zA-Z0-9-_]+`,
      );
    }
    if (reference.qualifier !== undefined) {
      throw badParameter('Tags on function aliases and versions are not supported. Please specify a function ARN.');
    }
    return reference;
  }

  return {
    async TagResource(input) {
      await registry.change(resource(input.Resource), (record) => ({
        ...record,
        tags: checkedTags({ ...record.tags, ...input.Tags }),
      }));
    },

    async UntagResource(input) {
      await registry.change(resource(input.Resource), (record) => {
        const kept = Object.entries(record.tags).filter(([key]) => !input.TagKeys.includes(key));
        return { ...record, tags: Object.fromEntries(kept) };
      });
    },

    async ListTags(input) {
      const reference = resource(input.Resource);
      await registry.loading();
      const record = registry.find(reference);
      if (record === undefined) throw functionNotFound(functionArn(reference));
      return { Tags: { ...record.tags } };
    },
  };
}
