/** The traffic log of a web ACL ("Log fields for web ACL traffic" in the WAF guide): one JSON line of each request, where its logging configuration says. */
import type { LiveRestStage } from '../../ports/deployments.ts';
import type { WafLogging, WebAclRecord, WebAclSighting } from '../../ports/web-acls.ts';
import type { PlanTools } from '../tools.ts';

/** Never throws. */
export type TrafficLog = (sighting: WebAclSighting, requestId: string) => void;

/** Undefined where nobody asked for one, or where it cannot be written, which the operator is told. */
export function openTrafficLog(
  { account, region, apiId, stage }: LiveRestStage,
  { ARN, Name, logging }: WebAclRecord,
  { requestLogs, log }: Pick<PlanTools, 'requestLogs' | 'log'>,
): TrafficLog | undefined {
  if (logging === undefined || requestLogs === undefined) return undefined;
  const sink = requestLogs.accessLog({ arn: logging.destinationArn, account, region, isCanary: false });
  if (typeof sink === 'string') {
    log.warn(`Web ACL traffic is not logged: ${sink}`, { webAcl: Name });
    return undefined;
  }
  const httpSourceId = `${account}:${apiId}:${stage.stageName}`;
  const isRedacted = redaction(logging.redactedFields ?? []);

  return function writeTrafficLine(sighting, requestId) {
    try {
      if (!isKept(logging.filter, sighting)) return;
      const { atMs, action, matches, insertedHeaders, responseCode, request, labels, path } = sighting;
      const last = matches.at(-1);
      const decided = last !== undefined && last.action !== 'COUNT' ? last : undefined;
      const hidden = (name: string, value: string): string => (isRedacted(name) ? 'REDACTED' : value);
      const headers: { name: string; value: string }[] = [];
      for (let i = 0; i < request.headers.length; i += 2) {
        const name = request.headers[i]!;
        headers.push({ name, value: hidden(`header:${name.toLowerCase()}`, request.headers[i + 1]!) });
      }
      const line = {
        timestamp: atMs,
        formatVersion: 1,
        webaclId: ARN,
        terminatingRuleId: decided?.name ?? 'Default_Action',
        terminatingRuleType: decided?.type ?? 'REGULAR',
        action,
        terminatingRuleMatchDetails: [],
        httpSourceName: 'APIGW',
        httpSourceId,
        ruleGroupList: matches.flatMap(({ type, name, action: done, withinGroup }) =>
          type === 'GROUP' ? [{ ruleGroupId: name, terminatingRule: { ruleId: withinGroup, action: done } }] : [],
        ),
        rateBasedRuleList: matches.flatMap(({ type, name }) =>
          type === 'RATE_BASED' ? [{ rateBasedRuleName: name }] : [],
        ),
        nonTerminatingMatchingRules: matches.flatMap(({ name, action: done }) =>
          done === 'COUNT' ? [{ ruleId: name, action: done, ruleMatchDetails: [] }] : [],
        ),
        requestHeadersInserted:
          insertedHeaders.length === 0
            ? null
            : insertedHeaders.map(({ Name: name, Value: value }) => ({ name, value })),
        responseCodeSent: responseCode ?? null,
        httpRequest: {
          clientIp: request.sourceIp,
          country: '-',
          headers,
          uri: hidden('uri', path),
          args: hidden('query', request.query),
          httpVersion: request.protocol,
          httpMethod: hidden('method', request.method),
          requestId,
        },
        ...(labels.length > 0 && { labels: labels.map((name) => ({ name })) }),
      };
      sink.write(atMs, JSON.stringify(line));
    } catch (error) {
      log.error(`Cannot write a line of web ACL traffic: ${String(error)}`, { webAcl: Name });
    }
  };
}

/** Which parts are hidden: `header:cookie`, `uri`, `query`, `method`. */
function redaction(fields: NonNullable<WafLogging['redactedFields']>): (part: string) => boolean {
  const parts = new Set(
    fields.flatMap(({ SingleHeader, UriPath, QueryString, Method }) => [
      ...(SingleHeader ? [`header:${SingleHeader.Name.toLowerCase()}`] : []),
      ...(UriPath ? ['uri'] : []),
      ...(QueryString ? ['query'] : []),
      ...(Method ? ['method'] : []),
    ]),
  );
  return (part) => parts.has(part);
}

/** The first filter whose conditions are met decides; labels are named in full. */
function isKept(filter: WafLogging['filter'], { action, matches, labels }: WebAclSighting): boolean {
  if (filter === undefined) return true;
  const actions = new Set<string>([action, ...matches.map(({ action: done }) => done)]);
  for (const { Behavior, Requirement, Conditions } of filter.Filters) {
    const met = Conditions.map(({ ActionCondition, LabelNameCondition }) =>
      ActionCondition ? actions.has(ActionCondition.Action) : labels.includes(LabelNameCondition?.LabelName ?? ''),
    );
    const isMet = Requirement === 'MEETS_ALL' ? met.every(Boolean) : met.some(Boolean);
    if (isMet) return Behavior === 'KEEP';
  }
  return filter.DefaultBehavior === 'KEEP';
}
