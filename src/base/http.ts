/** The plain shapes of one HTTP request and its answer, shared by every part that speaks HTTP but owns no socket. */
import type { BodyStream } from './body-stream.ts';
import type { HeaderList } from './headers.ts';
import type { VpcEndpoint } from './vpc-endpoint.ts';

export interface HttpRequest {
  /** Upper case as sent, e.g. `GET`. */
  readonly method: string;
  /** Path as sent, still percent-encoded, without the query; begins with `/`. */
  readonly path: string;
  /** Query string as sent, without the `?`; empty when there is none. */
  readonly query: string;
  readonly headers: HeaderList;
  /** The whole body; `noBody` when there is none. */
  readonly body: Buffer;
  /** The body instead of `body`, as it comes; only what is stored whole and may be large is handed on so (S3's objects). */
  readonly bodyStream?: BodyStream;
  /** `HTTP/1.1`, as `$context.protocol` shows it. */
  readonly protocol: string;
  readonly secure: boolean;
  readonly sourceIp: string;
  /** The VPC endpoint it came through (gateway/vpc-endpoints.ts); absent for one from the internet. */
  readonly vpcEndpoint?: VpcEndpoint;
  /** Of a request that came over TLS to us. */
  readonly tls?: TlsConnection | undefined;
}

/** The TLS connection a request came on. */
export interface TlsConnection {
  /** The custom domain whose certificate and settings it was made with, `*.example.com` for a wildcard; undefined for those of all other names. */
  readonly domainName: string | undefined;
  /** The name the client asked for (SNI), in lower case. */
  readonly serverName: string | undefined;
  /** `TLSv1.3` */
  readonly version: string;
  /** By its registered name, `TLS_AES_128_GCM_SHA256`. */
  readonly cipherSuite: string;
  /** What the client showed when asked: its certificate (DER), and what TLS itself finds wrong with it. */
  client(): { readonly certificate: Uint8Array | undefined; readonly complaint: string | undefined };
}

export interface HttpReply {
  status: number;
  headers: HeaderList;
  body: string | Uint8Array;
  /** The body instead of `body`, handed on as it comes; absent where it is whole. */
  stream?: BodyStream | undefined;
}

/** The one empty body; compare with `===` or look at its length. */
export const noBody: Buffer = Buffer.alloc(0);
