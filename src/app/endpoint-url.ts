/** `http://localhost:4566`: where a gateway that listens on `host` is reached from this machine. */
export function endpointUrl(host: string, port: number): string {
  // Loopback and wildcard addresses are called localhost; IPv6 goes in brackets.
  if (['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost'].includes(host)) return `http://localhost:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
