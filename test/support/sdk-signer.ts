/** The AWS SDK's own signer, as the other opinion about what a signature must be. */
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { SigningKeys } from '../../src/base/sigv4-signer.ts';

/** The hash that the SDK's signer wants, on node:crypto. */
export class Sha256 {
  readonly #hash: Hash | Hmac;
  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      key === undefined
        ? createHash('sha256')
        : createHmac('sha256', typeof key === 'string' ? key : new Uint8Array(key as ArrayBuffer));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

export interface ToSign {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** By lower-case name; all of them are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

/** The `Authorization` the SDK gives this request. */
export async function authorizationBySdk(
  { method, path, query, headers, body }: ToSign,
  keys: SigningKeys,
  { region, service, nowMs }: { region: string; service: string; nowMs: number },
): Promise<string> {
  const uriEscapePath = service !== 's3';
  const signer = new SignatureV4({ service, region, sha256: Sha256, credentials: keys, uriEscapePath });
  const parameters: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(query)) parameters[name] = [...(parameters[name] ?? []), value];
  const request = { method, path, query: parameters, headers: { ...headers }, hostname: headers['host']!, body };
  const signed = await signer.sign({ ...request, protocol: 'https:' } as never, { signingDate: new Date(nowMs) });
  return (signed as unknown as { headers: Record<string, string> }).headers['authorization']!;
}
