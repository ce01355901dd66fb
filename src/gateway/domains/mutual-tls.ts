/** Mutual TLS of a request: the certificate its connection was made with, judged by the domain its Host names (row DOM-17). */
import { X509Certificate } from 'node:crypto';
import type { TlsConnection } from '../../base/http.ts';
import type { ClientCertificate } from '../../plan/exchange.ts';
import type { Trust, Verdict } from './client-trust.ts';
import type { ServedDomain } from './served-domain.ts';

interface KeptVerdict extends Verdict {
  readonly trust: Trust;
  readonly notAfterMs: number;
}

/** A chain is verified once for all requests of a connection, as long as the truststore is the same. */
const verdicts = new WeakMap<TlsConnection, KeptVerdict>();

export interface ShownCertificate {
  /** Null when the client showed none that counts here. */
  readonly certificate: ClientCertificate | null;
  /** Why the client is not let in; undefined when it is. */
  readonly complaint: string | undefined;
}

export function shownCertificate(
  connection: TlsConnection | undefined,
  domain: ServedDomain,
  trust: Trust,
  nowMs: number,
): ShownCertificate {
  if (connection === undefined) return nothing('the request came without TLS');
  if (connection.domainName !== domain.name) {
    return nothing('the connection was made to another name than Host says');
  }
  const known = verdicts.get(connection);
  if (known !== undefined && known.trust === trust && nowMs < known.notAfterMs) return known;
  const { certificate: der, complaint } = connection.client();
  if (der === undefined) return nothing('the client sent no certificate');
  const certificate = new X509Certificate(der);
  const judged = trust.judge(certificate, nowMs);
  const notAfterMs = certificate.validToDate.getTime();
  const verdict = { ...judged, complaint: judged.complaint ?? complaint, trust, notAfterMs };
  verdicts.set(connection, verdict);
  return verdict;
}

const nothing = (complaint: string): ShownCertificate => ({ certificate: null, complaint });
