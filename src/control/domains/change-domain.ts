/** Making, changing and deleting a custom domain, whichever API asks: one transaction each, and gateways are told at once (row DOM-11). */
import { type CustomDomain, hostOf } from '../../definition/custom-domain.ts';
import {
  accessAssociations,
  apiMappings,
  customDomains,
  portalDomains,
  routingRules,
  truststores,
  uploadedCertificates,
} from '../../ports/records.ts';
import type { ReadTransaction, WriteTransaction } from '../../ports/store.ts';
import type { Call } from '../../wire/call.ts';
import { checkDraftCertificates, covers, readUpload } from './certificates.ts';
import { domainHasAssociations, policyNotForMappings, wildcardTaken } from './chosen-refusals.ts';
import { type DomainDraft, domainOf, draftOf } from './draft.ts';
import { checkAccessModeChange, checkDraft } from './draft-rules.ts';
import { domainExists, edgeDomainExists, updateInProgress } from './errors.ts';
import { belowDomain, domainKey, domainsOf, kindsOf } from './find.ts';
import type { DomainPorts } from './ports.ts';
import { statusOf } from './status.ts';
import { type ReadTruststore, readTruststore } from './truststore.ts';

export interface ChangedDomain {
  readonly domain: CustomDomain;
  /** Of the truststore, when it was read for this change (row DOM-19). */
  readonly truststoreWarnings: readonly string[] | undefined;
}

/** `tooMany` is how the API at hand says that a quota is used up. */
export async function createDomain(
  draft: DomainDraft,
  call: Call,
  ports: DomainPorts,
  tooMany: (things: string) => Error,
): Promise<ChangedDomain> {
  checkDraft(draft, undefined);
  const uploaded = readUpload(draft.uploaded);
  await checkDraftCertificates(draft, call, ports);
  const truststore = await readTruststore(draft, call, ports);
  const domain = await ports.store.write(async (tx) => {
    const made = { ...domainOf(draft, call, ports.clock.now()), ...changing('PENDING', ports) };
    await checkNameIsFree(tx, made);
    await checkCount(tx, made, ports, tooMany);
    const key = domainKey(made);
    tx.put(customDomains, key, made);
    if (uploaded !== undefined) tx.put(uploadedCertificates, key, uploaded);
    if (truststore !== undefined) tx.put(truststores, key, { pem: truststore.pem });
    return made;
  });
  publish(domain, ports);
  return { domain, truststoreWarnings: truststore?.warnings };
}

export interface DomainChange {
  /** Finds the domain or says that there is none. */
  find(tx: ReadTransaction): Promise<CustomDomain>;
  /** What is to become of it. Called again when it is written, with what it is then. */
  change(draft: DomainDraft): DomainDraft;
  /** The truststore is to be read again even if it is named as before: its object may be another now. */
  readonly rereadsTruststore: boolean;
}

export async function updateDomain(
  { find, change, rereadsTruststore }: DomainChange,
  call: Call,
  ports: DomainPorts,
): Promise<ChangedDomain> {
  const before = await ports.store.read(find);
  const draftBefore = draftOf(before);
  const draft = change(draftBefore);
  await checkUnlocked(before, draft, ports);
  checkDraft(draft, draftBefore);
  checkAccessModeChange(draft, draftBefore);
  if (certificatesOf(draft) !== certificatesOf(draftBefore)) await checkDraftCertificates(draft, call, ports);
  const isSameTruststore = nameOf(draft) === nameOf(draftBefore);
  const truststore = isSameTruststore && !rereadsTruststore ? undefined : await readTruststore(draft, call, ports);

  const domain = await ports.store.write(async (tx) => {
    const current = await find(tx);
    const next = change(draftOf(current));
    // Somebody else changed what was read for this change meanwhile.
    if (nameOf(next) !== nameOf(draft) || certificatesOf(next) !== certificatesOf(draft)) throw updateInProgress();
    checkDraft(next, draftOf(current));
    await checkMappings(tx, current, next);
    const isOtherPolicy =
      next.securityPolicy !== current.securityPolicy || next.types.length !== current.endpoints.length;
    const changed = {
      ...domainOf(next, call, ports.clock.now(), current),
      ...(isOtherPolicy && changing('UPDATING', ports)),
    };
    putTruststore(tx, changed, truststore);
    tx.put(customDomains, domainKey(changed), changed);
    if (!changed.endpoints.some(({ endpointType }) => endpointType === 'EDGE')) {
      tx.delete(uploadedCertificates, domainKey(changed));
    }
    return changed;
  });
  publish(domain, ports);
  return { domain, truststoreWarnings: truststore?.warnings };
}

/** Its mappings and rules go with it; access associations belong to others and have to go first ("Clean up" of the guide's tutorial). */
export async function deleteDomain(find: DomainChange['find'], ports: DomainPorts): Promise<void> {
  const domain = await ports.store.write(async (tx) => {
    const found = await find(tx);
    const key = domainKey(found);
    if ((await tx.list(accessAssociations, key, { limit: 1 })).length > 0) throw domainHasAssociations();
    await tx.deleteAll(apiMappings, key);
    await tx.deleteAll(routingRules, key);
    for (const one of [customDomains, truststores, uploadedCertificates]) tx.delete<unknown>(one, key);
    return found;
  });
  publish(domain, ports);
}

export function publish(domain: CustomDomain, { customDomains: live }: Pick<DomainPorts, 'customDomains'>): void {
  const [region, domainId] = domainKey(domain);
  live.publish({ region, domainId });
}

function changing(
  status: 'PENDING' | 'UPDATING',
  { clock, limits: { statusChangeSeconds } }: DomainPorts,
): Pick<CustomDomain, 'changing'> {
  if (statusChangeSeconds === 0) return {};
  return { changing: { status, untilMs: clock.now() + statusChangeSeconds * 1000 } };
}

const certificatesOf = (draft: DomainDraft): string =>
  JSON.stringify([
    draft.types,
    draft.certificateArn,
    draft.certificateName,
    draft.regionalCertificateArn,
    draft.regionalCertificateName,
    draft.ownershipVerificationCertificateArn,
    draft.truststoreUri !== undefined,
  ]);

/** What a truststore is called: an object and its version. */
const nameOf = ({ truststoreUri, truststoreVersion }: DomainDraft): string =>
  JSON.stringify([truststoreUri ?? '', truststoreVersion ?? '']);

function putTruststore(tx: WriteTransaction, domain: CustomDomain, truststore: ReadTruststore | undefined): void {
  if (truststore !== undefined) tx.put(truststores, domainKey(domain), { pem: truststore.pem });
  else if (domain.mutualTlsAuthentication === undefined) tx.delete(truststores, domainKey(domain));
}

/** While a change goes on nothing else is changed; a lost proof of ownership locks all but its own replacement. */
async function checkUnlocked(domain: CustomDomain, draft: DomainDraft, ports: DomainPorts): Promise<void> {
  const { status } = await statusOf(domain, ports);
  if (status === 'PENDING' || status === 'UPDATING') throw updateInProgress();
  const { ownershipVerificationCertificateArn: before } = domain;
  if (status === 'PENDING_OWNERSHIP_VERIFICATION' && draft.ownershipVerificationCertificateArn === before) {
    throw updateInProgress();
  }
}

/** Public names are unique: regional ones in their region, those of CloudFront in the world. Private ones have an id for that. */
async function checkNameIsFree(tx: ReadTransaction, domain: CustomDomain): Promise<void> {
  if ((await tx.get(customDomains, domainKey(domain))) !== undefined) throw domainExists();
  if (domain.domainNameId !== undefined) return;
  // Portals stand behind CloudFront, too.
  if ((await tx.get(portalDomains, [domain.domainName.toLowerCase()])) !== undefined) throw edgeDomainExists();
  const everywhere = (await tx.list(customDomains, [])).map(({ value }) => value);
  const isEdge = ({ endpoints }: CustomDomain): boolean =>
    endpoints.some(({ endpointType }) => endpointType === 'EDGE');
  if (isEdge(domain) && everywhere.some((each) => isEdge(each) && hostOf(each) === hostOf(domain))) {
    throw edgeDomainExists();
  }
  const isForeign = (each: CustomDomain): boolean =>
    each.account !== domain.account && each.region === domain.region && each.domainNameId === undefined;
  if (
    domain.domainName.startsWith('*.') &&
    everywhere.some((each) => isForeign(each) && covers(domain.domainName, each.domainName))
  ) {
    throw wildcardTaken();
  }
}

async function checkCount(
  tx: ReadTransaction,
  domain: CustomDomain,
  { limits }: DomainPorts,
  tooMany: (things: string) => Error,
): Promise<void> {
  const isPrivate = domain.domainNameId !== undefined;
  const others = (await domainsOf(tx, domain)).filter((each) => (each.domainNameId !== undefined) === isPrivate);
  if (others.length < (isPrivate ? limits.privateDomainNames : limits.publicDomainNames)) return;
  throw tooMany(isPrivate ? 'Private Custom Domain Names' : 'Custom Domain Names');
}

/** Of HTTP and WebSocket APIs clients may expect TLS 1.2 and nothing newer or older (row DOM-12), of paths with several levels nothing older (DOM-06). */
async function checkMappings(tx: ReadTransaction, domain: CustomDomain, next: DomainDraft): Promise<void> {
  if (next.securityPolicy === 'TLS_1_2' || next.securityPolicy === domain.securityPolicy) return;
  const mappings = await belowDomain(tx, apiMappings, domain);
  const kinds = await kindsOf(tx, domain, mappings);
  if (next.securityPolicy === 'TLS_1_0' && mappings.some(({ apiMappingKey }) => apiMappingKey.includes('/'))) {
    throw policyNotForMappings(next.securityPolicy, 'multi-level');
  }
  if (kinds.has('http')) throw policyNotForMappings(next.securityPolicy, 'HTTP');
  if (kinds.has('websocket')) throw policyNotForMappings(next.securityPolicy, 'WebSocket');
}
