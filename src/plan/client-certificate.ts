/** The certificate of a client as events hold it (row DOM-18). */
import type { ClientCertificate } from './exchange.ts';

/** The member of `identity` or `authentication`. */
export function clientCertJson(certificate: ClientCertificate): string {
  const { clientCertPem, subjectDN, issuerDN, serialNumber, notBefore, notAfter } = certificate;
  return JSON.stringify({ clientCertPem, subjectDN, issuerDN, serialNumber, validity: { notBefore, notAfter } });
}
