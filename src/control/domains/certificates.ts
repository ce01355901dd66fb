/**
 * The certificates a custom domain names: whether they exist, where they have to be, and whether they cover the name (rows DOM-01, DOM-02, DOM-20). In
 * dev mode a certificate nobody knows is no mistake: the domain is served with one that vouches for itself, and the log says so.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { UploadedCertificate } from '../../definition/custom-domain.ts';
import type { Call } from '../../wire/call.ts';
import {
  certificateCoversNot,
  certificateNotIssued,
  invalidCertificateText,
  ownershipNotIssuedByAcm,
} from './chosen-refusals.ts';
import type { DomainDraft } from './draft.ts';
import { certificateElsewhere, foreignCertificate, noSuchCertificate, ownershipCertificateMissing } from './errors.ts';
import type { DomainPorts } from './ports.ts';

type CertificatePorts = Pick<DomainPorts, 'certificates' | 'log' | 'mustKnowCertificates'>;

/** Throws unless the draft's certificates will do. */
export async function checkDraftCertificates(draft: DomainDraft, call: Call, ports: CertificatePorts): Promise<void> {
  const { types, certificateArn, certificateName, regionalCertificateArn, uploaded, domainName } = draft;
  const used: (string | undefined)[] = [];
  for (const type of types) {
    const arn = type === 'REGIONAL' ? regionalCertificateArn : certificateArn;
    // CloudFront takes its certificates from us-east-1, wherever the API is.
    const region = type === 'EDGE' ? 'us-east-1' : call.region;
    if (arn) used.push(await checkServedCertificate(arn, region, domainName, call, ports));
    else if (uploaded === undefined)
      notKnown(`named ${certificateName ?? draft.regionalCertificateName}`, domainName, ports);
  }
  const { ownershipVerificationCertificateArn: ownership, truststoreUri } = draft;
  if (ownership) {
    const type = await checkServedCertificate(ownership, call.region, domainName, call, ports);
    if (type !== undefined && type !== 'AMAZON_ISSUED') throw ownershipNotIssuedByAcm(ownership);
  } else if (truststoreUri !== undefined && used.some((type) => type === 'IMPORTED' || type === 'PRIVATE')) {
    // Nobody but ACM has made sure that the name is the caller's.
    throw ownershipCertificateMissing();
  }
}

/** Throws unless the certificate will do for the name. Its type; undefined when nobody knows it, and that may be. */
export async function checkServedCertificate(
  arn: string,
  region: string,
  domainName: string,
  call: Call,
  ports: CertificatePorts,
): Promise<string | undefined> {
  const parts = /^arn:aws[a-z-]*:acm:([a-z0-9-]*):(\d{12}|):certificate\/.+$/.exec(arn);
  if (parts !== null && parts[1] !== region) throw certificateElsewhere(arn, region);
  const known = parts === null ? undefined : await ports.certificates.find(arn);
  if (known === undefined) {
    notKnown(arn, domainName, ports);
    return undefined;
  }
  if (known.account !== call.account) throw foreignCertificate();
  if (known.status !== 'ISSUED') throw certificateNotIssued(arn, known.status);
  if (!known.domainNames.some((each) => covers(each, domainName))) throw certificateCoversNot(arn, domainName);
  return known.type;
}

function notKnown(certificate: string, domainName: string, { mustKnowCertificates, log }: CertificatePorts): void {
  if (mustKnowCertificates) throw noSuchCertificate();
  log.warn(
    `There is no certificate ${certificate} here: ${domainName} is served with one that vouches for itself. Secure mode would refuse it.`,
  );
}

/** Whether a name on a certificate is good for a domain; a wildcard stands for one label, also for that of a wildcard domain. */
export function covers(certificateName: string, domainName: string): boolean {
  const onCertificate = certificateName.toLowerCase();
  const wanted = domainName.toLowerCase();
  if (onCertificate === wanted) return true;
  const dot = wanted.indexOf('.');
  return onCertificate.startsWith('*.') && dot > 0 && onCertificate.slice(1) === wanted.slice(dot);
}

/** The PEM texts of v1's certificateBody and its kin; undefined when none was given. Throws unless they are a certificate with its key. */
export function readUpload(uploaded: DomainDraft['uploaded']): UploadedCertificate | undefined {
  if (uploaded === undefined) return undefined;
  const { certificate, chain, privateKey } = uploaded;
  if (!certificate) throw invalidCertificateText('certificateBody', 'there is none');
  if (!privateKey) throw invalidCertificateText('certificatePrivateKey', 'there is none');
  let leaf: X509Certificate;
  try {
    leaf = new X509Certificate(certificate);
  } catch (error) {
    throw invalidCertificateText('certificateBody', String(error));
  }
  let matches: boolean;
  try {
    matches = leaf.checkPrivateKey(createPrivateKey(privateKey));
  } catch (error) {
    throw invalidCertificateText('certificatePrivateKey', String(error));
  }
  if (!matches) throw invalidCertificateText('certificatePrivateKey', 'it is not the key of the certificate');
  if (chain) {
    try {
      for (const each of pemCertificates(chain)) new X509Certificate(each);
    } catch (error) {
      throw invalidCertificateText('certificateChain', String(error));
    }
  }
  return { certificate, privateKey, ...(chain && { chain }) };
}

/** The certificates of a bundle, each as its PEM text. */
export const pemCertificates = (bundle: string): readonly string[] =>
  bundle.match(/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g) ??
  [];
