/** For tests: exchanges signed by the AWS SDK's own signer. */
import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '../../test/support/sdk-signer.ts';
import type { Exchange } from './exchange.ts';
import { exchange } from './plan-fixture.ts';

export interface SignedRequest {
  readonly method?: string;
  /** Below the stage, without a query. */
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** In the query instead of headers. */
  readonly presigned?: boolean;
  readonly region?: string;
  readonly service?: string;
}

const host = 'a1b2c3d4e5.execute-api.us-east-1.amazonaws.com';

/** Signed with this key at the exchange's own time, `lateMs` before it arrived. */
export async function signedExchange(
  key: { accessKeyId: string; secretAccessKey: string; sessionToken?: string },
  words: SignedRequest = {},
  lateMs = 0,
): Promise<Exchange> {
  const {
    method = 'GET',
    path = '/',
    query = {},
    body,
    headers = {},
    region = 'us-east-1',
    service = 'execute-api',
  } = words;
  const { startedAtMs } = exchange();
  const signer = new SignatureV4({ service, region, sha256: Sha256, credentials: key });
  const request = {
    method,
    protocol: 'https:',
    hostname: host,
    path: `/dev${path}`,
    query: { ...query },
    headers: { host, ...headers },
    body,
  };
  const options = { signingDate: new Date(startedAtMs - lateMs) };
  const signed = (await (words.presigned === true
    ? signer.presign(request as never, { ...options, expiresIn: 60 })
    : signer.sign(request as never, options))) as unknown as {
    headers: Record<string, string>;
    query: Record<string, string>;
  };
  const search = Object.entries(signed.query)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  return exchange({
    method,
    path: `${path}${search === '' ? '' : `?${search}`}`,
    headers: Object.entries(signed.headers).flat(),
    ...(body !== undefined && { body }),
  });
}
