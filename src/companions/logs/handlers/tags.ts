/** Tags of log groups, by ARN and, as older clients do it, by name. */

import { Problem } from '../../../base/problem.ts';
import type { Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/logs.ts';
import { type GroupId, groupArn, groupNamed, taggedGroup } from '../names.ts';
import type { LogParts } from '../parts.ts';

const maxTags = 50;

export function tagHandlers({ ask }: LogParts): Handlers<Operations> {
  async function add(group: GroupId, tags: Readonly<Record<string, string>>): Promise<void> {
    const all = { ...(await ask('group', group)).tags, ...tags };
    if (Object.keys(all).length > maxTags) {
      throw new Problem('TooManyTagsException', `A log group can have no more than ${maxTags} tags.`, {
        members: { resourceName: groupArn(group) },
      });
    }
    await ask('setTags', group, all);
  }

  async function remove(group: GroupId, keys: readonly string[]): Promise<void> {
    const { tags } = await ask('group', group);
    await ask('setTags', group, Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key))));
  }

  const tagsOf = async (group: GroupId) => ({ tags: { ...(await ask('group', group)).tags } });

  return {
    TagResource: ({ resourceArn, tags }, call) => add(taggedGroup(resourceArn, call), tags),
    UntagResource: ({ resourceArn, tagKeys }, call) => remove(taggedGroup(resourceArn, call), tagKeys),
    ListTagsForResource: ({ resourceArn }, call) => tagsOf(taggedGroup(resourceArn, call)),
    TagLogGroup: ({ logGroupName, tags }, call) => add(groupNamed({ logGroupName }, call), tags),
    UntagLogGroup: ({ logGroupName, tags }, call) => remove(groupNamed({ logGroupName }, call), tags),
    ListTagsLogGroup: ({ logGroupName }, call) => tagsOf(groupNamed({ logGroupName }, call)),
  };
}
