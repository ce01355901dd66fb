/** A request signed for `execute-api` with somebody's keys (AWS Signature Version 4), by the SDK's own signer. */
import { SignatureV4 } from '@smithy/signature-v4';
import type { Tour } from './context.ts';
import { type Answer, call } from './expect.ts';

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export async function signedCall(tour: Tour, url: string, credentials: Keys, method = 'GET'): Promise<Answer> {
  const { protocol, hostname, host, pathname } = new URL(url);
  const { sha256 } = tour.apigateway.config;
  const signer = new SignatureV4({ service: 'execute-api', region: 'us-east-1', sha256, credentials });
  const signed = await signer.sign({ method, protocol, hostname, path: pathname, query: {}, headers: { host } });
  const { host: _, ...headers } = signed.headers;
  return call(url, { method, headers });
}
