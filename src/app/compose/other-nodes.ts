/**
 * What this node does when others change the store they share: whatever it keeps in memory of a record that was changed is read again. Companions do so for
 * theirs (`changedElsewhere`); below is the rest. Something new that is kept belongs in one of both, or other nodes go on with what was before.
 */
import type { CustomDomains } from '../../ports/custom-domains.ts';
import type { Deployments, StageChange } from '../../ports/deployments.ts';
import type { ForeignChange, OtherNodes } from '../../ports/other-nodes.ts';
import type { PortalHosts } from '../../ports/portals.ts';
import * as records from '../../ports/records.ts';
import type { Collection } from '../../ports/store.ts';
import type { Usage } from '../../ports/usage.ts';
import { ipSets, regexSets, ruleGroups, webAcls } from '../../ports/web-acls.ts';
import type { Companions } from './companions.ts';

export interface FollowParts {
  readonly otherNodes: OtherNodes;
  readonly companions: Pick<Companions, 'changedElsewhere'>;
  readonly deployments: Deployments;
  /** Stages whose plans are loaded. */
  loadedStages(): readonly { readonly apiId: string; readonly stage: string }[];
  readonly usage: Usage;
  readonly customDomains: CustomDomains;
  readonly portalHosts: Pick<PortalHosts, 'changed'>;
}

/** Topic of flushes, which change no record. */
const flush = 'flush';

/** Follows what other nodes commit, and tells them what no record tells. */
export function followOtherNodes(parts: FollowParts): void {
  const { otherNodes, companions, deployments, usage, customDomains, portalHosts } = parts;
  otherNodes.onCommit((changes) => {
    companions.changedElsewhere(changes);
    if (changes === undefined) {
      deployments.publish({});
      customDomains.publish({});
      portalHosts.changed();
      void usage.flush().finally(() => usage.publish({}));
      return;
    }
    for (const change of stageChanges(changes, parts.loadedStages())) deployments.publish(change);
    for (const [account, region, id] of keysOf(changes, records.apiKeys)) {
      usage.publish({ owner: { account: account!, region: region! }, keyIds: [id!] });
    }
    for (const [account, region, id] of keysOf(changes, records.usagePlans, records.planMemberships)) {
      usage.publish({ owner: { account: account!, region: region! }, planIds: [id!] });
    }
    // A reading that fails is made up for when this node writes down its own counts.
    usage.countedElsewhere(keysOf(changes, records.quotaCounts)).catch(() => {});
    for (const [region, domainId] of keysOf(changes, ...ofDomains)) {
      customDomains.publish({ region: region!, domainId: domainId! });
    }
    if (keysOf(changes, records.portalDomains).length > 0) portalHosts.changed();
  });

  let isTold = false;
  otherNodes.onMessage(flush, (message) => {
    isTold = true;
    deployments.publish(message as StageChange);
    isTold = false;
  });
  deployments.onChange((change) => {
    if (change.flushes !== undefined && !isTold) otherNodes.tell(flush, change);
  });
}

// biome-ignore lint/suspicious/noExplicitAny: of whatever records
type AnyCollection = Collection<any>;

/** Keys begin with the region and the domain's id. */
const ofDomains: readonly AnyCollection[] = [
  records.customDomains,
  records.apiMappings,
  records.routingRules,
  records.accessAssociations,
  records.uploadedCertificates,
  records.truststores,
];

const ofManyStages: readonly AnyCollection[] = [
  records.vpcLinks,
  records.v2VpcLinks,
  records.clientCertificates,
  ...[webAcls, ruleGroups, ipSets, regexSets],
];

function keysOf(changes: readonly ForeignChange[], ...from: readonly AnyCollection[]): (readonly string[])[] {
  const names = new Set(from.map(({ name }) => name));
  return changes.filter(({ collection }) => names.has(collection)).map(({ key }) => key);
}

/** Changes of stages that follow from changed records, each once. */
function stageChanges(
  changes: readonly ForeignChange[],
  loaded: ReturnType<FollowParts['loadedStages']>,
): StageChange[] {
  const found = new Map<string, StageChange>();
  const add = (apiId: string, stageName: string): void => void found.set(`${apiId}/${stageName}`, { apiId, stageName });
  for (const [apiId, stage] of keysOf(changes, records.stages, records.v2Stages)) add(apiId!, stage!);
  const apis = new Set(keysOf(changes, records.restApis, records.v2Apis).map(([apiId]) => apiId));
  for (const { apiId, stage } of loaded) if (apis.has(apiId)) add(apiId, stage);
  // Which stages use a link, a certificate or a web ACL of the account, their plans tell when they are made anew.
  if (keysOf(changes, ...ofManyStages).length > 0) for (const { apiId, stage } of loaded) add(apiId, stage);
  return [...found.values()];
}
