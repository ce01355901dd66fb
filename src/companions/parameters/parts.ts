/** What the operations of Parameter Store share. */
import type { Clock } from '../../base/clock.ts';
import type { ReadTransaction, Store, WriteTransaction } from '../../ports/store.ts';
import type { Call } from '../../wire/call.ts';
import type { NamedParameter } from './names.ts';
import { type ParameterRecord, parameters } from './records.ts';
import { badToken, noSuchParameter } from './refusals.ts';
import type { SealedValues } from './sealed-values.ts';

export interface ParameterParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly sealed: SealedValues;
}

export async function findParameter(
  tx: ReadTransaction,
  { name, otherName }: NamedParameter,
  { account, region }: Call,
): Promise<ParameterRecord | undefined> {
  for (const each of [name, otherName]) {
    const found = each ? await tx.get(parameters, [account, region, each]) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Throws ParameterNotFound. */
export async function parameterOf(tx: ReadTransaction, named: NamedParameter, call: Call): Promise<ParameterRecord> {
  const record = await findParameter(tx, named, call);
  if (record === undefined) throw noSuchParameter(named.name);
  return record;
}

export function put(tx: WriteTransaction, record: ParameterRecord): void {
  tx.put(parameters, [record.account, record.region, record.name], record);
}

/** A page of a sorted list and the token of the next one. */
export function pageOf<T>(
  sorted: readonly T[],
  keyOf: (item: T) => string,
  token: string | undefined,
  limit: number,
): { items: readonly T[]; NextToken?: string } {
  const after = token === undefined ? undefined : keyIn(token);
  const rest = after === undefined ? sorted : sorted.filter((item) => keyOf(item) > after);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, ...(last !== undefined && rest.length > limit && { NextToken: tokenAfter(keyOf(last)) }) };
}

const tokenAfter = (key: string): string => Buffer.from(`after:${key}`).toString('base64url');

function keyIn(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('after:')) throw badToken();
  return text.slice('after:'.length);
}
