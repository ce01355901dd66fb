/** Names that portals have of their own: unique, with a certificate that covers them. */
import type { Portal } from '../../definition/portal.ts';
import { customDomains, portalDomains } from '../../ports/records.ts';
import type { WriteTransaction } from '../../ports/store.ts';
import type { Call } from '../../wire/call.ts';
import { checkServedCertificate } from '../domains/certificates.ts';
import type { PortalPorts } from './ports.ts';
import { domainTaken } from './refusals.ts';

/** Throws unless the certificate will do: as CloudFront has it, one of us-east-1. */
export const checkCertificate = (
  { domainName, certificateArn }: NonNullable<Portal['customDomain']>,
  call: Call,
  { certificates, log, isStrict }: PortalPorts,
): Promise<unknown> =>
  checkServedCertificate(certificateArn, 'us-east-1', domainName, call, {
    ...{ certificates, log },
    mustKnowCertificates: isStrict,
  });

/** Gives up the name the portal had and takes the one it has now. Throws when that is somebody else's. True when names changed. */
export async function keepDomain(tx: WriteTransaction, before: Portal | undefined, now: Portal): Promise<boolean> {
  const had = before?.customDomain;
  const has = now.customDomain;
  if (had?.domainName === has?.domainName && had?.certificateArn === has?.certificateArn) return false;
  if (had !== undefined) tx.delete(portalDomains, [had.domainName.toLowerCase()]);
  if (has !== undefined) {
    const name = has.domainName.toLowerCase();
    const owner = await tx.get(portalDomains, [name]);
    if (owner !== undefined && owner.portalId !== now.portalId) throw domainTaken(has.domainName);
    const all = await tx.list(customDomains, []);
    if (all.some(({ key }) => key[1] === name)) throw domainTaken(has.domainName);
    const { portalId, account, region } = now;
    tx.put(portalDomains, [name], { portalId, account, region, certificateArn: has.certificateArn });
  }
  return true;
}
