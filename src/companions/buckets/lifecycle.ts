/** Lifecycle rules: which are taken, and what they end. Objects expire at midnight UTC after their days are over, as S3 has it. */
import type { LifecycleRule } from '../../wire/generated/s3.ts';
import type { BucketRecord, ObjectRecord, ObjectVersion, UploadRecord } from './records.ts';
import { badArgument, malformedXml, notBuilt } from './refusals.ts';

const dayMs = 86_400_000;
const maxRules = 1000;

/** Throws a Problem for rules that are none, and for those that would move objects to another storage class. */
export function lifecycleComplaint(rules: readonly LifecycleRule[]): void {
  if (rules.length > maxRules) throw malformedXml();
  const ids = rules.flatMap(({ ID }) => ID ?? []);
  if (new Set(ids).size < ids.length)
    throw badArgument('Rule ID must be unique. Found same ID for more than one rule', 'ID', '');
  for (const {
    Expiration,
    NoncurrentVersionExpiration,
    AbortIncompleteMultipartUpload,
    Transitions,
    NoncurrentVersionTransitions,
  } of rules) {
    if (Transitions?.length || NoncurrentVersionTransitions?.length)
      throw notBuilt('A transition to another storage class');
    if (!Expiration && !NoncurrentVersionExpiration && !AbortIncompleteMultipartUpload)
      throw badArgument('At least one action needs to be specified in a rule', 'Action', '');
    const days = [
      Expiration?.Days,
      NoncurrentVersionExpiration?.NoncurrentDays,
      AbortIncompleteMultipartUpload?.DaysAfterInitiation,
    ];
    if (days.some((each) => each !== undefined && each < 1)) {
      throw badArgument("'Days' for Expiration action must be a positive integer", 'Days', '');
    }
    if (Expiration?.Date !== undefined && Expiration.Date % dayMs !== 0)
      throw badArgument("'Date' must be at midnight GMT", 'Date', '');
  }
}

/** Midnight after so many days. */
const endOf = (fromMs: number, days: number): number => Math.ceil((fromMs + days * dayMs) / dayMs) * dayMs;

interface Selected {
  readonly key: string;
  readonly size?: number;
  readonly tags?: ObjectVersion['tags'];
}

function selects({ Status, Prefix, Filter }: LifecycleRule, { key, size, tags = [] }: Selected): boolean {
  if (Status !== 'Enabled') return false;
  const all = { ...Filter, ...Filter?.And };
  const wantedTags = [...(Filter?.Tag ? [Filter.Tag] : []), ...(Filter?.And?.Tags ?? [])];
  return (
    key.startsWith(all.Prefix ?? Prefix ?? '') &&
    (all.ObjectSizeGreaterThan === undefined || (size !== undefined && size > all.ObjectSizeGreaterThan)) &&
    (all.ObjectSizeLessThan === undefined || (size !== undefined && size < all.ObjectSizeLessThan)) &&
    wantedTags.every((tag) => tags.some(({ Key, Value }) => Key === tag.Key && Value === tag.Value))
  );
}

/** What has to be done to a key: the latest version ends, or versions behind it go. */
export interface Expiry {
  /** Deletes the latest as a DELETE would. */
  readonly isCurrentOver: boolean;
  readonly versionIds: readonly string[];
}

export function expiryOf({ lifecycle = [] }: BucketRecord, { key, versions }: ObjectRecord, nowMs: number): Expiry {
  const [latest, ...older] = versions;
  const selected: Selected =
    latest!.isDeleteMarker === true ? { key } : { key, size: latest!.size, tags: latest!.tags };
  let isCurrentOver = false;
  const versionIds = new Set<string>();
  for (const rule of lifecycle) {
    if (!selects(rule, selected)) continue;
    const { Expiration, NoncurrentVersionExpiration } = rule;
    if (latest!.isDeleteMarker === true) {
      const isOver = Expiration?.Days !== undefined && nowMs >= endOf(latest!.modifiedAtMs, Expiration.Days);
      if (older.length === 0 && (Expiration?.ExpiredObjectDeleteMarker === true || isOver))
        versionIds.add(latest!.versionId);
    } else if (Expiration?.Days !== undefined) isCurrentOver ||= nowMs >= endOf(latest!.modifiedAtMs, Expiration.Days);
    else if (Expiration?.Date !== undefined) isCurrentOver ||= nowMs >= Expiration.Date && latest!.modifiedAtMs < nowMs;
    const { NoncurrentDays, NewerNoncurrentVersions = 0 } = NoncurrentVersionExpiration ?? {};
    if (NoncurrentDays === undefined) continue;
    older.forEach(({ versionId }, i) => {
      // A version is no longer the latest since the one before it came.
      if (i >= NewerNoncurrentVersions && nowMs >= endOf(versions[i]!.modifiedAtMs, NoncurrentDays))
        versionIds.add(versionId);
    });
  }
  return { isCurrentOver, versionIds: [...versionIds] };
}

export function isUploadOver(
  { lifecycle = [] }: BucketRecord,
  { key, initiatedAtMs }: UploadRecord,
  nowMs: number,
): boolean {
  return lifecycle.some((rule) => {
    const days = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation;
    return days !== undefined && selects(rule, { key }) && nowMs >= endOf(initiatedAtMs, days);
  });
}
