/** HTTP out: how integrations reach backends. The adapter keeps connections alive per origin and never retries (row INT-18). */
import type { HeaderList } from '../base/headers.ts';
import type { PrivateTarget } from './private-targets.ts';

export interface UpstreamRequest {
  /** `https://host:port`, no path. */
  readonly origin: string;
  /** Path and query, percent-encoded. */
  readonly target: string;
  readonly method: string;
  readonly headers: HeaderList;
  readonly body: string | Uint8Array | undefined;
  /** For the whole exchange: connect, send, wait, read. */
  readonly timeoutMs: number;
  /** `tlsConfig.insecureSkipVerification` of the integration. */
  readonly skipCertificateAuthority?: boolean;
  /** Where the connection goes when not to the origin's host: behind a VPC link the origin only gives `Host` and the name asked for over TLS (row INT-19). */
  readonly connectTo?: PrivateTarget | undefined;
  /** Shown to a backend that asks for one over TLS (row CC-01). */
  readonly clientCertificate?: GatewayIdentity | undefined;
}

/** Who the gateway is to backends. */
export interface GatewayIdentity {
  /** One id, one certificate, for ever: connections are kept per id. */
  readonly id: string;
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly privateKey: string;
}

export interface UpstreamReply {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Buffer;
}

export interface Upstream {
  /**
   * Throws a Problem: `INTEGRATION_TIMEOUT` when `timeoutMs` is over, `INTEGRATION_FAILURE` when no connection could be made, it broke, or the
   * answer is not HTTP, `API_CONFIGURATION_ERROR` when the answer is larger than 10 MB. `why` names the origin and the system's error.
   */
  send(request: UpstreamRequest): Promise<UpstreamReply>;
  close(): Promise<void>;
}
