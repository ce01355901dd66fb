/**
 * Whether a new authorizer's issuer is one whose tokens could ever be verified (row V2-14). AWS asks it for its keys before it takes the authorizer; ours is
 * asked where the settings say so (`--strict`), for it may stand on this machine and start later (decision 0027).
 */
import { Problem } from '../../base/problem.ts';
import { invalidIssuer } from './chosen-refusals.ts';
import type { V2Ports } from './ports.ts';

/** As users quote AWS. */
const noDiscovery = (issuer: string): string =>
  `Caught exception when connecting to ${issuer.replace(/\/$/, '')}/.well-known/openid-configuration for issuer ${issuer}. ` +
  `Please try again later. Error: Invalid issuer: ${issuer}. Issuer must have a valid discovery endpoint ended with '/.well-known/openid-configuration'`;

/** Throws BadRequestException for an issuer that is not reached, or not by https. To be awaited outside of transactions. */
export async function checkIssuer(issuer: string | undefined, { issuers }: Pick<V2Ports, 'issuers'>): Promise<void> {
  if (issuers === undefined || !issuer) return;
  const url = URL.parse(issuer);
  // What is no address at all is refused with everything else that is wrong with an authorizer.
  if (url === null) return;
  if (url.protocol !== 'https:' && !isThisMachine(url)) throw invalidIssuer(issuer);
  try {
    await issuers.keysOf(issuer);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw new Problem('BadRequestException', noDiscovery(issuer), { why: error.why });
  }
}

/** Who listens here needs no certificate to be believed. */
const isThisMachine = ({ hostname }: URL): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
