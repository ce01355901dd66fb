/** Stand-ins for AWS services: they answer only what is signed as the SDK would have signed it. */
import type { ServerResponse } from 'node:http';
import type { SigningKeys } from '../../src/base/sigv4-signer.ts';
import { type Backend, type Echo, echoOf, httpBackend } from './backends.ts';
import { authorizationBySdk } from './sdk-signer.ts';

export interface SignedService extends Backend {
  /** Every request so far whose signature was right. */
  readonly received: readonly Echo[];
  /** What was wrong with the others. */
  readonly refusals: readonly string[];
}

/** A service of this signing name that knows one key. A request signed wrongly is 403, as in AWS. */
export async function signedService(
  service: string,
  keys: SigningKeys,
  answer: (request: Echo, response: ServerResponse) => void,
): Promise<SignedService> {
  const received: Echo[] = [];
  const refusals: string[] = [];
  const backend = await httpBackend(async (request, response) => {
    const echo = await echoOf(request);
    const complaint = await complaintAbout(echo, service, keys);
    if (complaint === undefined) {
      received.push(echo);
      answer(echo, response);
    } else {
      refusals.push(complaint);
      response.writeHead(403, { 'Content-Type': 'application/json' }).end('{"__type":"InvalidSignatureException"}');
    }
  });
  return { ...backend, received, refusals };
}

const credential = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), /;

/** Undefined when the whole Authorization header is the one the SDK's signer makes. */
async function complaintAbout(request: Echo, service: string, keys: SigningKeys): Promise<string | undefined> {
  const { authorization = '' } = request.headers;
  const [, region, signedFor, signedNames] = credential.exec(authorization) ?? [];
  if (region === undefined || signedNames === undefined) return `not signed: ${authorization}`;
  if (signedFor !== service) return `signed for ${signedFor}`;
  const amzDate = request.headers['x-amz-date'] ?? '';
  const nowMs = Date.parse(amzDate.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (Math.abs(nowMs - Date.now()) > 300_000) return `signed at ${amzDate}`;
  if (request.headers['x-amz-security-token'] !== keys.sessionToken) return 'another session token';
  const headers = Object.fromEntries(signedNames.split(';').map((name) => [name, request.headers[name] ?? '']));
  const [path, query = ''] = request.url.split('?') as [string, string?];
  const body = Buffer.from(request.body, 'latin1');
  const { method } = request;
  const expected = await authorizationBySdk({ method, path, query, headers, body }, keys, { region, service, nowMs });
  return authorization === expected ? undefined : `${authorization} is not ${expected}`;
}
