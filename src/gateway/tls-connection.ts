/** What requests are told of the TLS connection they came on, taken from its socket. */
import type { TLSSocket } from 'node:tls';
import type { TlsConnection } from '../base/http.ts';

/** `domainName` is the custom domain whose TLS the connection has; undefined for that of all other names. */
export function tlsConnectionOf(socket: TLSSocket, domainName: string | undefined): TlsConnection {
  const { servername } = socket as { servername?: string | false };
  return {
    domainName,
    serverName: servername ? servername.toLowerCase() : undefined,
    version: socket.getProtocol() ?? '',
    cipherSuite: socket.getCipher().standardName,
    client() {
      const certificate = socket.getPeerX509Certificate()?.raw;
      return { certificate, complaint: socket.authorized ? undefined : String(socket.authorizationError) };
    },
  };
}
