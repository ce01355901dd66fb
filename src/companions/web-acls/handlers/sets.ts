/** IP sets and regex pattern sets: lists that rules refer to. */
import { isIP } from 'node:net';
import { newRequestId } from '../../../base/ids.ts';
import type { ReadTransaction, Store } from '../../../ports/store.ts';
import {
  type IpSetRecord,
  ipSets,
  type RegexSetRecord,
  referencesOf,
  regexSets,
  ruleGroups,
} from '../../../ports/web-acls.ts';
import type { Call, Handlers } from '../../../wire/call.ts';
import type { IPSet, Operations, RegexPatternSet } from '../../../wire/generated/wafv2.ts';
import { find, findToChange, keyOf, listed, newRecord, summaryOf } from '../entities.ts';
import { aclsReferringTo, type Protection } from '../protected-stages.ts';
import { badFormat, inUse, limitExceeded } from '../waf-errors.ts';

const maxAddresses = 10_000;
const maxPatterns = 10;

export function setHandlers(parts: { readonly store: Store; readonly protection: Protection }): Handlers<Operations> {
  const { store, protection } = parts;
  return {
    CreateIPSet: (input, call) =>
      store.write(async (tx) => {
        const { IPAddressVersion, Addresses } = input;
        checkAddresses(Addresses, IPAddressVersion);
        const set: IpSetRecord = {
          ...(await newRecord(tx, call, 'ipset', ipSets, input)),
          ...{ IPAddressVersion, Addresses: [...new Set(Addresses)] },
        };
        tx.put(ipSets, keyOf(set, 'ipset'), set);
        return { Summary: summaryOf(set) };
      }),

    GetIPSet: (input, call) =>
      store.read(async (tx) => {
        const set = await find(tx, call, 'ipset', ipSets, input);
        return { IPSet: shownIpSet(set), LockToken: set.lockToken };
      }),

    ListIPSets: (input, call) =>
      store.read(async (tx) => {
        const { items, ...rest } = await listed(tx, call, ipSets, input);
        return { IPSets: items, ...rest };
      }),

    UpdateIPSet: (input, call) =>
      protection.change(call, async (tx) => {
        const { Description: _, ...known } = await findToChange(tx, call, 'ipset', ipSets, input);
        checkAddresses(input.Addresses, known.IPAddressVersion);
        const set: IpSetRecord = {
          ...known,
          ...(input.Description !== undefined && { Description: input.Description }),
          Addresses: [...new Set(input.Addresses)],
          lockToken: newRequestId(),
        };
        tx.put(ipSets, keyOf(set, 'ipset'), set);
        return { arn: set.ARN, answer: { NextLockToken: set.lockToken } };
      }),

    DeleteIPSet: (input, call) =>
      store.write(async (tx) => {
        const set = await findToChange(tx, call, 'ipset', ipSets, input);
        if (await isReferredTo(tx, call, set.ARN)) throw inUse();
        tx.delete(ipSets, keyOf(set, 'ipset'));
        return {};
      }),

    CreateRegexPatternSet: (input, call) =>
      store.write(async (tx) => {
        const { RegularExpressionList } = input;
        checkPatterns(RegularExpressionList);
        const set: RegexSetRecord = {
          ...(await newRecord(tx, call, 'regexpatternset', regexSets, input)),
          RegularExpressionList,
        };
        tx.put(regexSets, keyOf(set, 'regexpatternset'), set);
        return { Summary: summaryOf(set) };
      }),

    GetRegexPatternSet: (input, call) =>
      store.read(async (tx) => {
        const set = await find(tx, call, 'regexpatternset', regexSets, input);
        return { RegexPatternSet: shownRegexSet(set), LockToken: set.lockToken };
      }),

    ListRegexPatternSets: (input, call) =>
      store.read(async (tx) => {
        const { items, ...rest } = await listed(tx, call, regexSets, input);
        return { RegexPatternSets: items, ...rest };
      }),

    UpdateRegexPatternSet: (input, call) =>
      protection.change(call, async (tx) => {
        const { Description: _, ...known } = await findToChange(tx, call, 'regexpatternset', regexSets, input);
        checkPatterns(input.RegularExpressionList);
        const set: RegexSetRecord = {
          ...known,
          ...(input.Description !== undefined && { Description: input.Description }),
          RegularExpressionList: input.RegularExpressionList,
          lockToken: newRequestId(),
        };
        tx.put(regexSets, keyOf(set, 'regexpatternset'), set);
        return { arn: set.ARN, answer: { NextLockToken: set.lockToken } };
      }),

    DeleteRegexPatternSet: (input, call) =>
      store.write(async (tx) => {
        const set = await findToChange(tx, call, 'regexpatternset', regexSets, input);
        if (await isReferredTo(tx, call, set.ARN)) throw inUse();
        tx.delete(regexSets, keyOf(set, 'regexpatternset'));
        return {};
      }),
  };
}

/** By a web ACL, or by a rule group that no ACL uses yet. */
async function isReferredTo(tx: ReadTransaction, call: Call, arn: string): Promise<boolean> {
  if ((await aclsReferringTo(tx, call, arn)).length > 0) return true;
  const groups = await tx.list(ruleGroups, [call.account, call.region]);
  return groups.some(({ value }) => {
    const { ipSets: sets, regexSets: patterns } = referencesOf(value.Rules);
    return sets.includes(arn) || patterns.includes(arn);
  });
}

/** CIDR ranges of one version; everything there is (`/0`) is none. */
function checkAddresses(addresses: readonly string[], version: 'IPV4' | 'IPV6'): void {
  if (addresses.length > maxAddresses) throw limitExceeded();
  const [wanted, bits] = version === 'IPV4' ? [4, 32] : [6, 128];
  for (const address of addresses) {
    const [, base = '', prefix] = /^([^/]+)\/(\d{1,3})$/.exec(address) ?? [];
    const isRange = isIP(base) === wanted && Number(prefix) >= 1 && Number(prefix) <= bits;
    if (!isRange) throw badFormat('IP_ADDRESS', address);
  }
}

function checkPatterns(list: readonly { readonly RegexString?: string }[]): void {
  if (list.length > maxPatterns) throw limitExceeded();
  const empty = list.some(({ RegexString }) => RegexString === undefined);
  if (empty) throw badFormat('REGEX_PATTERN_SET', 'null');
}

function shownIpSet({ lockToken: _l, tags: _t, Description = '', ...set }: IpSetRecord): IPSet {
  return { ...set, Description };
}

function shownRegexSet({ lockToken: _l, tags: _t, Description = '', ...set }: RegexSetRecord): RegexPatternSet {
  return { ...set, Description };
}
