/** Names of log groups and streams: as callers write them, and as AWS spells their ARNs. */
import type { Call } from '../../wire/call.ts';
import { invalidParameter, noSuchGroup } from './log-errors.ts';

/** One group: names are unique within an account's region. */
export interface GroupId {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

/** `arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/echo` */
export const groupArn = ({ account, region, name }: GroupId): string =>
  `arn:aws:logs:${region}:${account}:log-group:${name}`;

const arnForm = /^arn:aws[a-z-]*:logs:([^:]+):(\d{12}):log-group:([^:*]+)(?::\*)?$/;

/** The group of an ARN, with or without `:*` behind it; undefined for any other text. */
export function groupOfArn(arn: string): GroupId | undefined {
  const parts = arnForm.exec(arn);
  return parts === null ? undefined : { region: parts[1]!, account: parts[2]!, name: parts[3]! };
}

/** The group an input names by `logGroupName` or by `logGroupIdentifier`, a name or an ARN. Throws when it names none or two. */
export function groupNamed(
  input: { readonly logGroupName?: string; readonly logGroupIdentifier?: string },
  call: Call,
): GroupId {
  const { logGroupName, logGroupIdentifier } = input;
  if (logGroupName !== undefined && logGroupIdentifier !== undefined) {
    throw invalidParameter('LogGroup name and LogGroup identifier are mutually exclusive parameters.');
  }
  const given = logGroupName ?? logGroupIdentifier;
  if (given === undefined) throw invalidParameter('Either logGroupName or logGroupIdentifier must be specified.');
  const { account, region } = call;
  if (!given.startsWith('arn:')) return { account, region, name: given };
  const named = groupOfArn(given);
  if (named === undefined) throw invalidParameter('Invalid log group identifier.');
  return within(named, call);
}

/** The group whose tags are asked for. */
export function taggedGroup(arn: string, call: Call): GroupId {
  const named = groupOfArn(arn);
  if (named === undefined) throw invalidParameter('Invalid resource ARN.');
  return within(named, call);
}

/** Groups of other accounts and regions are not there for this caller. */
function within(group: GroupId, { account, region }: Call): GroupId {
  if (group.account !== account || group.region !== region) throw noSuchGroup();
  return group;
}
