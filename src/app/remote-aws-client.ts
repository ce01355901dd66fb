/** AWS calls to an endpoint over the network, signed: this Gatewright's, another one's, or AWS's own. For the command line. */
import { type SigningKeys, signatureHeaders } from '../base/sigv4-signer.ts';
import type { AwsClient } from './aws-client.ts';

export interface Remote {
  /** `http://localhost:4566` */
  readonly endpoint: string;
  readonly region: string;
  readonly keys: SigningKeys;
}

/** What AWS's own tools read: endpoint, region and keys of the environment; a local endpoint and keys that dev mode takes when there are none. */
export function remoteFromEnvironment(env: NodeJS.ProcessEnv, endpoint: string | undefined): Remote {
  const { AWS_ACCESS_KEY_ID: accessKeyId = 'test', AWS_SECRET_ACCESS_KEY: secretAccessKey = 'test' } = env;
  const sessionToken = env['AWS_SESSION_TOKEN'];
  return {
    endpoint: endpoint ?? env['AWS_ENDPOINT_URL'] ?? 'http://localhost:4566',
    region: env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1',
    keys: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
  };
}

/** A client of the API Gateway control plane. A path may carry a query. */
export function createRemoteAwsClient({ endpoint, region, keys }: Remote): AwsClient {
  return async function callAws(method, path, input) {
    const url = new URL(path, endpoint);
    const body = input === undefined ? undefined : JSON.stringify(input);
    const headers = ['Host', url.host, 'Content-Type', 'application/json', 'Accept', 'application/json'];
    const signed = signatureHeaders({
      method,
      path: url.pathname,
      query: url.search.slice(1),
      headers,
      body,
      keys,
      region,
      service: 'apigateway',
      nowMs: Date.now(),
    });
    const sent = [...headers.slice(2), ...signed];
    const pairs = sent.flatMap((name, i) => (i % 2 === 0 ? [[name, sent[i + 1]!] as [string, string]] : []));
    const reply = await fetch(url, { method, headers: pairs, ...(body !== undefined && { body }) }).catch((error) => {
      throw new Error(`Cannot reach ${url.origin}: is Gatewright running?`, { cause: error });
    });
    const text = await reply.text();
    if (reply.status >= 400) throw new Error(refusal(reply.status, text));
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  };
}

/** AWS's own sentence where there is one. */
function refusal(status: number, text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    if (typeof message === 'string') return `${message} (${status})`;
  } catch {
    // Not from an AWS service; what it said has to do.
  }
  return `answered ${status}: ${text.slice(0, 500)}`;
}
