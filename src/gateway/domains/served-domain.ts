/** A custom domain, compiled: where each of its requests goes. Made anew when the domain, a mapping or a rule changes (row DOM-11). */
import type { HeaderList } from '../../base/headers.ts';
import type { MatchedDomain } from '../../plan/exchange.ts';
import type { LiveDomain } from '../../ports/custom-domains.ts';
import { compileTruststore, type Trust } from './client-trust.ts';
import { compileBasePaths } from './mapping-tree.ts';
import { compilePrivateDoor, type PrivateDoor } from './private-domain.ts';
import { compileRules } from './routing-rules.ts';

export interface DomainRoute {
  readonly apiId: string;
  /** Undefined lets the next segment of the path name it (row DOM-09). */
  readonly stage: string | undefined;
  /** Where in the path the API's own begins. */
  readonly restAt: number;
  readonly matched: MatchedDomain;
}

export interface ServedDomain {
  /** In lower case; `*.example.com` for a wildcard. */
  readonly name: string;
  readonly live: LiveDomain;
  /** Of a private domain: clients reach it through VPC endpoints only. */
  readonly door: PrivateDoor | undefined;
  /** The name in the TLS handshake has to be the one in Host (row DOM-14). */
  readonly isStrict: boolean;
  /** Clients must show a certificate that this trusts; undefined where none is asked for (row DOM-16). */
  readonly trust: Trust | undefined;
  /** Undefined when no rule and no mapping takes the request. */
  route(path: string, headers: HeaderList): DomainRoute | undefined;
}

export function compileDomain(live: LiveDomain): ServedDomain {
  const { domain, mappings, rules } = live;
  const { domainName, routingMode, endpointAccessMode, mutualTlsAuthentication } = domain;
  const ruleOf = routingMode === 'API_MAPPING_ONLY' ? undefined : compileRules(rules, routeOfRule);
  const mappingOf =
    routingMode === 'ROUTING_RULE_ONLY'
      ? undefined
      : compileBasePaths(mappings.map((mapping) => [mapping.apiMappingKey, routeOfMapping(mapping)]));

  return {
    name: domainName.toLowerCase(),
    live,
    door: domain.endpoints.some(({ endpointType }) => endpointType === 'PRIVATE')
      ? compilePrivateDoor(live)
      : undefined,
    isStrict: endpointAccessMode === 'STRICT',
    // Configured and not at hand is a trust that trusts nobody, never none at all.
    trust: mutualTlsAuthentication && compileTruststore(live.truststore?.pem ?? ''),
    route: (path, headers) => ruleOf?.(path, headers) ?? mappingOf?.(path),
  };
}

function routeOfRule({ routingRuleId, action }: LiveDomain['rules'][number], basePath: string): DomainRoute {
  const { apiId, stage, stripBasePath } = action;
  const matched = { basePathMatched: basePath, routingRuleIdMatched: routingRuleId };
  return { apiId, stage, restAt: stripBasePath ? endOf(basePath) : 0, matched };
}

function routeOfMapping({ apiId, stage, apiMappingKey }: LiveDomain['mappings'][number]): DomainRoute {
  const matched = { basePathMatched: apiMappingKey, routingRuleIdMatched: undefined };
  return { apiId, stage, restAt: endOf(apiMappingKey), matched };
}

/** Where a base path ends in a path that it begins. */
const endOf = (basePath: string): number => (basePath === '' ? 0 : basePath.length + 1);
