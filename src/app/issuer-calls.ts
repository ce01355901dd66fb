/** Calls to identity providers through the way out all requests take, with the guide's limits and the aliases of the settings. */
import type { IssuerCalls } from '../ports/issuer-calls.ts';
import type { Upstream } from '../ports/upstream.ts';

export interface IssuerCallsOptions {
  readonly upstream: Pick<Upstream, 'send'>;
  /** Where an issuer is reached, when that is not its own address: `{ 'https://issuer.example': 'http://127.0.0.1:3000' }`. */
  readonly aliases: Readonly<Record<string, string>>;
}

/** The guide's limits for a JWKS endpoint (row HLA-08). */
const documentTimeoutMs = 1500;
const maxBytes = 150_000;
/** An exchange of codes has a user waiting who has done their part: it gets longer. */
const exchangeTimeoutMs = 5000;

export function createIssuerCalls({ upstream, aliases: given }: IssuerCallsOptions): IssuerCalls {
  // The longest first, so that of two that fit the one that says more is taken.
  const aliases = Object.entries(given)
    .map(([from, to]) => [withoutSlash(from), withoutSlash(to)] as const)
    .sort(([a], [b]) => b.length - a.length);

  function reachedAt(address: string): string {
    const alias = aliases.find(([from]) => address === from || address.startsWith(`${from}/`));
    return alias === undefined ? address : alias[1] + address.slice(alias[0].length);
  }

  async function send(
    address: string,
    request: { method: string; headers: readonly string[]; body?: string; timeoutMs: number },
  ): Promise<{ url: URL; status: number; text: string }> {
    const url = URL.parse(reachedAt(address));
    if (url === null || !/^https?:$/.test(url.protocol)) throw new Error(`${address} is no http or https address`);
    const { method, headers, body, timeoutMs } = request;
    const reply = await upstream.send({
      origin: url.origin,
      target: url.pathname + url.search,
      method,
      headers: ['Host', url.host, ...headers],
      body,
      timeoutMs,
    });
    if (reply.body.length > maxBytes) throw new Error(`${url.href} answered more than ${maxBytes} bytes`);
    return { url, status: reply.status, text: reply.body.toString() };
  }

  async function json(address: string, request: Parameters<typeof send>[1]): Promise<Record<string, unknown>> {
    const headers = ['Accept', 'application/json', ...request.headers];
    const { url, status, text } = await send(address, { ...request, headers });
    const value = jsonObject(text);
    if (status !== 200) {
      const error = typeof value?.['error'] === 'string' ? `: ${value['error']}` : '';
      throw new Error(`${url.href} answered ${status}${error}`);
    }
    if (value === undefined) throw new Error(`${url.href} answered no JSON object`);
    return value;
  }

  return {
    reachedAt,
    getJson: (address, headers = []) => json(address, { method: 'GET', headers, timeoutMs: documentTimeoutMs }),
    async getText(address) {
      const { url, status, text } = await send(address, { method: 'GET', headers: [], timeoutMs: exchangeTimeoutMs });
      if (status !== 200) throw new Error(`${url.href} answered ${status}`);
      return text;
    },
    postForm(address, form) {
      const body = new URLSearchParams(form).toString();
      const headers = [
        'Content-Type',
        'application/x-www-form-urlencoded',
        'Content-Length',
        String(Buffer.byteLength(body)),
      ];
      return json(address, { method: 'POST', headers, body, timeoutMs: exchangeTimeoutMs });
    },
  };
}

function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');
