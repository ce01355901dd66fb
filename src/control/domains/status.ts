/** What answers say of a domain's state (rows DOM-01, DOM-20, NEW-06). It serves in every one of them: what is wrong locks changes, not traffic. */
import type { CustomDomain } from '../../definition/custom-domain.ts';
import { covers } from './certificates.ts';
import type { DomainPorts } from './ports.ts';

export interface DomainStatus {
  readonly status:
    | 'AVAILABLE'
    | 'UPDATING'
    | 'PENDING'
    | 'PENDING_CERTIFICATE_REIMPORT'
    | 'PENDING_OWNERSHIP_VERIFICATION';
  readonly message?: string;
}

export async function statusOf(
  domain: CustomDomain,
  { clock, certificates }: Pick<DomainPorts, 'clock' | 'certificates'>,
): Promise<DomainStatus> {
  const { changing, ownershipVerificationCertificateArn: ownershipArn } = domain;
  if (changing !== undefined && clock.now() < changing.untilMs) return { status: changing.status };
  if (ownershipArn === undefined) return { status: 'AVAILABLE' };
  const ownership = await certificates.find(ownershipArn);
  if (ownership === undefined) return { status: 'AVAILABLE' };
  if (ownership.status !== 'ISSUED') {
    return {
      status: 'PENDING_OWNERSHIP_VERIFICATION',
      message: `The ownershipVerificationCertificate ${ownershipArn} is ${ownership.status}.`,
    };
  }
  const servedArn = domain.endpoints.find(({ endpointType }) => endpointType === 'REGIONAL')?.certificateArn;
  const served = servedArn === undefined ? undefined : await certificates.find(servedArn);
  if (served !== undefined) {
    const uncovered = served.domainNames.filter((name) => !ownership.domainNames.some((each) => covers(each, name)));
    const coversDomain = served.domainNames.some((name) => covers(name, domain.domainName));
    if (!coversDomain || uncovered.length > 0) {
      return {
        status: 'PENDING_CERTIFICATE_REIMPORT',
        message: coversDomain
          ? `The certificate ${servedArn} has names that the ownershipVerificationCertificate does not cover: ${uncovered.join(', ')}.`
          : `The certificate ${servedArn} does not cover the domain name.`,
      };
    }
  }
  return { status: 'AVAILABLE' };
}
