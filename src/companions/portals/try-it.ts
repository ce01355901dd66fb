/**
 * Calls an endpoint for a visitor ("Enable try it for an API Gateway product REST endpoint"): the server itself makes the call, so the API needs no CORS, and
 * the call takes the whole way any other takes. Three calls a second for each API, 29 seconds, and 6 MB of answer, as AWS has it.
 */
import { BoundedMap } from '../../base/bounded-map.ts';
import type { Clock } from '../../base/clock.ts';
import type { HeaderList } from '../../base/headers.ts';
import { escaped } from '../../base/html.ts';
import { type HttpReply, type HttpRequest, noBody } from '../../base/http.ts';
import { TokenBucket } from '../../base/token-bucket.ts';
import type { PortalSite, SiteEndpointPage } from '../../ports/portal-site.ts';
import { parametersOf } from './endpoint-page.ts';

const callsPerSecond = 3;
const timeoutMs = 29_000;
const maxReplyBytes = 6 * 1024 * 1024;
/** So much of an answer is shown. */
const shownCharacters = 200_000;

export interface TryItParts {
  readonly clock: Clock;
  /** The gateway: what comes in by the network, without the network. */
  invoke(request: HttpRequest): Promise<HttpReply>;
}

/** What became of a call: its answer, or a sentence why there is none. */
export type Outcome =
  | { readonly status: number; readonly headers: HeaderList; readonly body: Buffer; readonly tookMs: number }
  | { readonly failure: string; readonly status: number };

type Fields = Readonly<Record<string, string>>;

export function createTryIt({ clock, invoke }: TryItParts) {
  const buckets = new BoundedMap<TokenBucket>(1000);

  function mayCall(apiId: string): boolean {
    let bucket = buckets.get(apiId);
    if (bucket === undefined) {
      bucket = new TokenBucket(callsPerSecond, callsPerSecond);
      buckets.set(apiId, bucket);
    }
    return bucket.take(clock.now());
  }

  return async function tryIt(
    { region }: Pick<PortalSite, 'region'>,
    page: SiteEndpointPage,
    fields: Fields,
    visitor: HttpRequest,
  ): Promise<Outcome> {
    const request = requestOf(page, fields, region, visitor);
    if (typeof request === 'string') return { failure: request, status: 400 };
    if (!mayCall(page.restApiId)) {
      return { failure: `Try it makes ${callsPerSecond} calls a second at most. Try again in a moment.`, status: 429 };
    }
    const startedMs = clock.now();
    try {
      return await withTimeout(readReply(invoke(request), () => clock.now() - startedMs));
    } catch (error) {
      return { failure: `The call broke off: ${error instanceof Error ? error.message : String(error)}`, status: 502 };
    }
  };
}

async function readReply(pending: Promise<HttpReply>, tookMs: () => number): Promise<Outcome> {
  const { status, headers, body, stream } = await pending;
  const tooLarge: Outcome = { failure: `The answer is larger than ${maxReplyBytes / 1024 / 1024} MB.`, status: 502 };
  const pieces: Uint8Array[] = [typeof body === 'string' ? Buffer.from(body) : body];
  let bytes = pieces[0]!.length;
  for (let piece = await stream?.read(); piece !== undefined; piece = await stream!.read()) {
    bytes += piece.length;
    if (bytes > maxReplyBytes) {
      stream!.cancel();
      return tooLarge;
    }
    pieces.push(piece);
  }
  return bytes > maxReplyBytes ? tooLarge : { status, headers, body: Buffer.concat(pieces), tookMs: tookMs() };
}

async function withTimeout(pending: Promise<Outcome>): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve({ failure: 'The API did not answer within 29 seconds.', status: 504 }), timeoutMs);
  });
  try {
    return await Promise.race([pending, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The call, or what is wrong with what the visitor entered. */
function requestOf(
  page: SiteEndpointPage,
  fields: Fields,
  region: string,
  { sourceIp, protocol }: HttpRequest,
): HttpRequest | string {
  const method = page.method === 'ANY' ? (fields['method'] ?? 'GET') : page.method;
  if (!/^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/.test(method)) return `There is no method ${method}.`;
  const missing = [...page.path.matchAll(/\{([^}+]+)\+?\}/g)].find(([, name]) => !fields[`path.${name}`]);
  if (missing !== undefined) return `Enter a value for ${missing[1]}.`;
  const path = page.path.replaceAll(/\{([^}+]+)(\+?)\}/g, (_, name: string, greedy: string) => {
    const value = fields[`path.${name}`]!;
    return greedy === '+' ? value.split('/').map(encodeURIComponent).join('/') : encodeURIComponent(value);
  });
  const query = new URLSearchParams();
  const headers: HeaderList = ['Host', `${page.restApiId}.execute-api.${region}.amazonaws.com`];
  for (const { name, in: place } of parametersOf(page)) {
    const value = fields[`${place}.${name}`];
    if (value === undefined || value === '') continue;
    if (place === 'query') query.append(name, value);
    else if (place === 'header') headers.push(name, value);
  }
  for (const [name, value] of new URLSearchParams(fields['more-query'] ?? '')) query.append(name, value);
  for (const line of (fields['more-headers'] ?? '').split(/\r?\n/)) {
    if (line.trim() === '') continue;
    const colon = line.indexOf(':');
    if (colon < 1) return `“${line.trim()}” is no header: write Name: value.`;
    headers.push(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
  const body = (fields['body'] ?? '') === '' ? noBody : Buffer.from(fields['body']!);
  const isTyped = headers.some((name, i) => i % 2 === 0 && name.toLowerCase() === 'content-type');
  if (body.length > 0)
    headers.push(...(isTyped ? [] : ['Content-Type', 'application/json']), 'Content-Length', String(body.length));
  if (!headers.some((name, i) => i % 2 === 0 && name.toLowerCase() === 'accept')) headers.push('Accept', '*/*');
  const complaint = headerComplaint(headers.slice(2));
  if (complaint !== undefined) return complaint;
  return {
    ...{ method, headers, body, protocol, sourceIp },
    path: `/${encodeURIComponent(page.stage)}${path}`,
    query: query.toString(),
    // On AWS the call is made over TLS.
    secure: true,
  };
}

/** Set here, or about the connection rather than the call. */
const ours = /^(?:host|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|proxy-.*|x-forwarded-.*)$/i;

function headerComplaint(headers: HeaderList): string | undefined {
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return `“${name}” is no name of a header.`;
    if (ours.test(name)) return `The header ${name} cannot be set here.`;
    if (/[\0\r\n]/.test(headers[i + 1]!)) return `The value of ${name} cannot have more than one line.`;
  }
  return undefined;
}

/** The outcome as a part of the page. */
export function outcomeHtml(outcome: Outcome): string {
  if ('failure' in outcome) return `<p role="alert">${escaped(outcome.failure)}</p>`;
  const { status, headers, body, tookMs } = outcome;
  const rows: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    rows.push(`<tr><td><code>${escaped(headers[i]!)}</code></td><td>${escaped(headers[i + 1]!)}</td></tr>`);
  }
  return `<h3>Response</h3><p>Status <strong class="status">${status}</strong>, ${Math.round(tookMs)} ms</p><pre class="answer" tabindex="0"><code>${escaped(shownBody(body))}</code></pre><details><summary>Headers</summary><table><tbody>${rows.join('')}</tbody></table></details>`;
}

function shownBody(body: Buffer): string {
  if (body.length === 0) return '(no body)';
  const text = body.toString('utf8');
  if (text.includes('\ufffd') || text.includes('\0')) return `(${body.length} bytes that are no text)`;
  const cut = text.length > shownCharacters ? `${text.slice(0, shownCharacters)}\n…` : text;
  try {
    return text.length > shownCharacters ? cut : JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return cut;
  }
}
