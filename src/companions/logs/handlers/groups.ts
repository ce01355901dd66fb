/** Log groups: made, listed, kept for so many days, tagged, removed. */
import type { Handlers } from '../../../wire/call.ts';
import type { LogGroup, Operations } from '../../../wire/generated/logs.ts';
import type { GroupRecord } from '../log-database.ts';
import { invalidParameter, notBuilt } from '../log-errors.ts';
import { groupArn, groupNamed } from '../names.ts';
import { listToken, placeInList } from '../paging.ts';
import type { LogParts } from '../parts.ts';

/** The days a group can keep its events (reference of PutRetentionPolicy). */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function groupHandlers({ ask, clock, filters }: LogParts): Handlers<Operations> {
  const shownWithFilters = (group: GroupRecord): LogGroup => ({
    ...shown(group),
    metricFilterCount: filters?.metricFiltersOf(group).length ?? 0,
  });

  return {
    async CreateLogGroup({ logGroupName, logGroupClass, kmsKeyId, tags, deletionProtectionEnabled }, call) {
      if (kmsKeyId !== undefined) throw notBuilt('Encryption of a log group with a KMS key');
      if (deletionProtectionEnabled === true) throw notBuilt('Deletion protection of a log group');
      const more = { createdMs: clock.now(), class: logGroupClass ?? 'STANDARD', tags: tags ?? {} };
      await ask('createGroup', groupNamed({ logGroupName }, call), more);
    },

    async DeleteLogGroup({ logGroupName }, call) {
      const group = groupNamed({ logGroupName }, call);
      await ask('deleteGroup', group);
      await filters?.forget(group);
    },

    async DescribeLogGroups(input, { account, region }) {
      const { logGroupNamePrefix, logGroupNamePattern, logGroupClass, logGroupIdentifiers, nextToken } = input;
      const limit = input.limit ?? 50;
      if (logGroupNamePrefix !== undefined && logGroupNamePattern !== undefined) {
        throw invalidParameter('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
      }
      if (logGroupIdentifiers !== undefined) {
        if (logGroupNamePrefix !== undefined || logGroupNamePattern !== undefined) {
          throw invalidParameter('LogGroup identifiers are mutually exclusive with the other filters.');
        }
        const named = logGroupIdentifiers.map((logGroupIdentifier) =>
          ask('group', groupNamed({ logGroupIdentifier }, { account, region } as never)),
        );
        return { logGroups: (await Promise.all(named)).map(shownWithFilters) };
      }
      const found = await ask('groups', {
        ...{ account, region, limit: limit + 1 },
        ...(logGroupNamePrefix !== undefined && { prefix: logGroupNamePrefix }),
        ...(logGroupNamePattern !== undefined && { part: logGroupNamePattern }),
        ...(logGroupClass !== undefined && { class: logGroupClass }),
        ...(nextToken !== undefined && { after: placeInList(nextToken) }),
      });
      const page = found.slice(0, limit);
      return {
        logGroups: page.map(shownWithFilters),
        ...(found.length > limit && { nextToken: listToken(page.at(-1)!.name) }),
      };
    },

    async ListLogGroups({ logGroupNamePattern, logGroupClass, limit = 50, nextToken }, { account, region }) {
      const starts = logGroupNamePattern?.split('|') ?? [''];
      const all = await ask('groups', {
        ...{ account, region, limit: 1_000_000 },
        ...(logGroupClass !== undefined && { class: logGroupClass }),
        ...(nextToken !== undefined && { after: placeInList(nextToken) }),
      });
      // `^` asks for a beginning, anything else may stand anywhere.
      const found = all.filter(({ name }) =>
        starts.some((part) => (part.startsWith('^') ? name.startsWith(part.slice(1)) : name.includes(part))),
      );
      const page = found.slice(0, limit);
      return {
        logGroups: page.map((group) => ({
          logGroupName: group.name,
          logGroupArn: groupArn(group),
          logGroupClass: group.class as 'STANDARD',
        })),
        ...(found.length > limit && { nextToken: listToken(page.at(-1)!.name) }),
      };
    },

    async PutRetentionPolicy({ logGroupName, retentionInDays }, call) {
      const group = groupNamed({ logGroupName }, call);
      if (!retentions.includes(retentionInDays)) {
        throw invalidParameter(
          `1 validation error detected: Value '${retentionInDays}' at 'retentionInDays' failed to satisfy constraint: ` +
            `Member must satisfy enum value set: [${retentions.join(', ')}]`,
        );
      }
      await ask('setRetention', group, retentionInDays);
    },

    async DeleteRetentionPolicy({ logGroupName }, call) {
      await ask('setRetention', groupNamed({ logGroupName }, call), null);
    },
  };
}

function shown(group: GroupRecord): LogGroup {
  return {
    logGroupName: group.name,
    creationTime: group.createdMs,
    ...(group.retentionDays !== undefined && { retentionInDays: group.retentionDays }),
    metricFilterCount: 0,
    arn: `${groupArn(group)}:*`,
    storedBytes: group.storedBytes,
    logGroupClass: group.class as 'STANDARD',
    logGroupArn: groupArn(group),
    deletionProtectionEnabled: false,
  };
}
