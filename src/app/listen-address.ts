/** Addresses to listen on as settings write them. */

export interface ListenAddress {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
}

/** `127.0.0.1:8443`, `localhost:8443`, `[::]:443`; undefined for what is no such address. */
export function listenAddress(text: unknown): ListenAddress | undefined {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:/?#@\s[\]]+)):(\d{1,5})$/.exec(String(text)) ?? [];
  const host = bracketed ?? plain;
  return host === undefined || Number(port) > 65_535 ? undefined : { host, port: Number(port) };
}
