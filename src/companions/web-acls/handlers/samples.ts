/** What rules saw lately: GetSampledRequests, and the addresses that rate-based rules limit. */
import { isIP } from 'node:net';
import type { Store } from '../../../ports/store.ts';
import { type RateBased, type Rule, ruleGroups, wafKey, webAcls } from '../../../ports/web-acls.ts';
import type { Handlers } from '../../../wire/call.ts';
import type { Operations, SampledHTTPRequest } from '../../../wire/generated/wafv2.ts';
import { find } from '../entities.ts';
import type { Sighted, WebAclSightings } from '../sightings.ts';
import { badFormat, nonexistent, notExactlyOne } from '../waf-errors.ts';

const threeHoursMs = 3 * 3_600_000;

export function sampleHandlers(parts: {
  limited(rule: string, statement: RateBased): readonly string[];
  readonly store: Store;
  readonly sightings: WebAclSightings;
}): Handlers<Operations> {
  return {
    GetSampledRequests: ({ WebAclArn, RuleMetricName, TimeWindow, MaxItems }, call) =>
      parts.store.read(async (tx) => {
        const acl = await find(tx, call, 'webacl', webAcls, { ARN: WebAclArn });
        const { EndTime } = TimeWindow;
        if (EndTime <= TimeWindow.StartTime) throw badFormat('TIME_WINDOW', String(EndTime));
        // AWS looks back no further, and says from when it looked.
        const StartTime = Math.max(TimeWindow.StartTime, EndTime - threeHoursMs);
        const { kept, count } = parts.sightings.sampled(acl.ARN, RuleMetricName, StartTime, EndTime);
        return {
          SampledRequests: kept.slice(0, MaxItems).map(shown),
          PopulationSize: count,
          TimeWindow: { StartTime, EndTime },
        };
      }),

    GetRateBasedStatementManagedKeys: ({ Scope, WebACLName, WebACLId, RuleGroupRuleName, RuleName }, call) =>
      parts.store.read(async (tx) => {
        const acl = await find(tx, call, 'webacl', webAcls, { Scope, Name: WebACLName, Id: WebACLId });
        let rules: readonly Rule[] = acl.Rules;
        if (RuleGroupRuleName !== undefined) {
          const arn = ruleNamed(rules, RuleGroupRuleName).Statement.RuleGroupReferenceStatement?.ARN;
          const key = arn === undefined ? undefined : wafKey(arn, 'rulegroup');
          rules = (key && (await tx.get(ruleGroups, key)))?.Rules ?? [];
        }
        const { RateBasedStatement } = ruleNamed(rules, RuleName).Statement;
        if (RateBasedStatement === undefined) throw notExactlyOne('RATE_BASED_STATEMENT', RuleName);
        const names = RuleGroupRuleName === undefined ? RuleName : `${RuleGroupRuleName}/${RuleName}`;
        const addresses = parts.limited(`${acl.ARN}/${names}`, RateBasedStatement);
        const of = (version: 4 | 6, bits: number) =>
          addresses.filter((each) => isIP(each) === version).map((each) => `${each}/${bits}`);
        return {
          ManagedKeysIPV4: { IPAddressVersion: 'IPV4' as const, Addresses: of(4, 32) },
          ManagedKeysIPV6: { IPAddressVersion: 'IPV6' as const, Addresses: of(6, 128) },
        };
      }),
  };
}

function ruleNamed(rules: readonly Rule[], name: string): Rule {
  const rule = rules.find(({ Name }) => Name === name);
  if (rule === undefined) throw nonexistent();
  return rule;
}

function shown({ sighting, action, withinGroup }: Sighted): SampledHTTPRequest {
  const { request, path, atMs, labels, insertedHeaders, responseCode } = sighting;
  const Headers: { Name: string; Value: string }[] = [];
  for (let i = 0; i < request.headers.length; i += 2) {
    Headers.push({ Name: request.headers[i]!, Value: request.headers[i + 1]! });
  }
  return {
    Request: {
      ClientIP: request.sourceIp,
      // Nobody here knows countries; `-` is what AWS shows of addresses it cannot place.
      Country: '-',
      URI: request.query === '' ? path : `${path}?${request.query}`,
      Method: request.method,
      HTTPVersion: request.protocol,
      Headers,
    },
    Weight: 1,
    Timestamp: atMs,
    Action: action,
    ...(withinGroup !== undefined && { RuleNameWithinRuleGroup: withinGroup }),
    ...(insertedHeaders.length > 0 && { RequestHeadersInserted: [...insertedHeaders] }),
    ...(action === 'BLOCK' && responseCode !== undefined && { ResponseCodeSent: responseCode }),
    ...(labels.length > 0 && { Labels: labels.map((Name) => ({ Name })) }),
  };
}
