/** What a routing rule may say (rows V2-23, DOM-21 to DOM-23; developer guide, "Routing rules to connect API stages to a custom domain name"). */
import type { CustomDomain, RoutingCondition, RoutingRule } from '../../definition/custom-domain.ts';
import { isReservedHeader } from '../../definition/http-parameter-mapping.ts';
import { apiMappings, routingRules } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import {
  invalidCondition,
  priorityTaken,
  privateWithPrivate,
  rulesForRestOnly,
  rulesNeedRegional,
  rulesNeedRest,
} from './chosen-refusals.ts';
import { noSuchMappedStage } from './errors.ts';
import { belowDomain, kindsOf, mappableApi } from './find.ts';
import type { DomainLimits } from './limits.ts';

/** Throws unless the rule, new or changed, may be as it is. */
export async function checkRoutingRule(
  tx: ReadTransaction,
  domain: CustomDomain,
  rule: RoutingRule,
  limits: DomainLimits,
  { noSuchApi, tooMany }: { readonly noSuchApi: () => Error; readonly tooMany: (things: string) => Error },
): Promise<void> {
  checkConditions(rule.conditions);
  if (domain.endpoints.some(({ endpointType }) => endpointType === 'EDGE')) throw rulesNeedRegional();
  const { apiId, stage } = rule.action;
  const api = await mappableApi(tx, domain, apiId);
  if (api === undefined) throw noSuchApi();
  if (api.kind !== 'rest') throw rulesNeedRest();
  if (!(await api.hasStage(stage))) throw noSuchMappedStage();
  if (api.isPrivate !== (domain.domainNameId !== undefined)) throw privateWithPrivate();
  const kinds = await kindsOf(tx, domain, await belowDomain(tx, apiMappings, domain));
  if (kinds.has('http') || kinds.has('websocket')) throw rulesForRestOnly();
  const all = await belowDomain(tx, routingRules, domain);
  const others = all.filter(({ routingRuleId }) => routingRuleId !== rule.routingRuleId);
  if (others.some(({ priority }) => priority === rule.priority)) throw priorityTaken(rule.priority);
  if (all.length === others.length && others.length >= limits.routingRulesPerDomain) throw tooMany('Routing rules');
}

export function checkConditions(conditions: readonly RoutingCondition[]): void {
  const headers = conditions.filter(({ matchHeaders }) => matchHeaders !== undefined);
  const basePaths = conditions.filter(({ matchBasePaths }) => matchBasePaths !== undefined);
  if (headers.length > 2) throw invalidCondition('there can be up to two matchHeaders conditions');
  if (basePaths.length > 1) throw invalidCondition('there can be one matchBasePaths condition');
  for (const { matchHeaders, matchBasePaths } of conditions) {
    if ((matchHeaders === undefined) === (matchBasePaths === undefined)) {
      throw invalidCondition('each condition must have either matchHeaders or matchBasePaths');
    }
    if ((matchHeaders ?? matchBasePaths)!.length !== 1) {
      throw invalidCondition('anyOf must have exactly one entry');
    }
    for (const { header, valueGlob } of matchHeaders ?? []) checkHeader(header, valueGlob);
    for (const basePath of matchBasePaths ?? []) checkBasePath(basePath);
  }
}

/** RFC 7230's token characters, as the guide lists them. */
const token = /^[A-Za-z0-9*?\-!#$%&'.^_`|~]+$/;

/** Beside those no parameter mapping may touch. */
const notInRules: readonly string[] = ['x-apigw-api-id', 'x-restapi'];

/** Row DOM-22. */
function checkHeader(header: string, valueGlob: string): void {
  if (header.length >= 40 || !token.test(header) || header.includes('*')) {
    throw invalidCondition(`header name ${JSON.stringify(header)}`);
  }
  if (isReservedHeader(header) || notInRules.includes(header.toLowerCase())) {
    throw invalidCondition(`header ${header} is not supported`);
  }
  const stars = valueGlob.split('*').length - 1;
  const isInfix = stars === 2 && valueGlob.startsWith('*') && valueGlob.endsWith('*') && valueGlob.length > 2;
  const isAtOneEnd = stars === 1 && (valueGlob.startsWith('*') || valueGlob.endsWith('*'));
  if (valueGlob.length >= 128 || !token.test(valueGlob) || (stars > 0 && !isAtOneEnd && !isInfix)) {
    throw invalidCondition(`header value glob ${JSON.stringify(valueGlob)}`);
  }
  if (isInfix && valueGlob.length > 40) {
    throw invalidCondition('a header value glob for an infix match must be less than 40 characters');
  }
}

/** Row DOM-23. */
function checkBasePath(basePath: string): void {
  const isCharset = /^[A-Za-z0-9$\-_.+!*'()/]+$/.test(basePath);
  if (
    !isCharset ||
    basePath.length >= 128 ||
    basePath.startsWith('/') ||
    basePath.endsWith('/') ||
    basePath.includes('//')
  ) {
    throw invalidCondition(`base path ${JSON.stringify(basePath)}`);
  }
}
