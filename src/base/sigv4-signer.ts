/** AWS Signature Version 4, the signing side: signatures in the Authorization header ("Create a signed AWS API request" in the IAM user guide). */
import { createHash, createHmac } from 'node:crypto';
import { type CanonicalParts, canonicalRequest } from './canonical-request.ts';
import type { HeaderList } from './headers.ts';
import { basicTime, scopeText, signatureAlgorithm, signingKey } from './signing-key.ts';

/** An access key; temporary ones come with a session token. */
export interface SigningKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface SigningInput extends CanonicalParts {
  /** Must hold `Host`, exactly as it will be sent. */
  readonly headers: HeaderList;
  readonly body: string | Uint8Array | undefined;
  readonly keys: SigningKeys;
  readonly region: string;
  /** The signing name: `sqs`, `s3`. */
  readonly service: string;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

/** Headers `signatureHeaders` makes, in lower case: a request must not carry them already. */
export const signatureHeaderNames: ReadonlySet<string> = new Set([
  'authorization',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
]);

/**
 * The headers that make a request a signed one: `X-Amz-Date`, `X-Amz-Content-Sha256`, `X-Amz-Security-Token` with temporary keys, `Authorization`.
 * Host, Content-Type and every `x-amz-` header are signed, which is what AWS asks for; others may change on the way.
 */
export function signatureHeaders(input: SigningInput): HeaderList {
  const { keys, region, service } = input;
  const amzDate = basicTime(input.nowMs);
  const payloadHash = createHash('sha256')
    .update(input.body ?? '')
    .digest('hex');
  const added: HeaderList = ['X-Amz-Date', amzDate, 'X-Amz-Content-Sha256', payloadHash];
  if (keys.sessionToken !== undefined) added.push('X-Amz-Security-Token', keys.sessionToken);

  const headers = [...input.headers, ...added];
  const signedHeaders = namesToSign(headers);
  const parts: CanonicalParts = { method: input.method, path: input.path, query: input.query, headers };
  const canonical = canonicalRequest(parts, signedHeaders, payloadHash, service === 's3' ? 'as-is' : 'normalized');
  const scope = { date: amzDate.slice(0, 8), region, service };
  // Header texts hold a character per byte, and bytes are what is signed.
  const canonicalHash = createHash('sha256').update(canonical, 'latin1').digest('hex');
  const toSign = `${signatureAlgorithm}\n${amzDate}\n${scopeText(scope)}\n${canonicalHash}`;
  const signature = createHmac('sha256', signingKey(keys.secretAccessKey, scope)).update(toSign).digest('hex');
  added.push(
    'Authorization',
    `${signatureAlgorithm} Credential=${keys.accessKeyId}/${scopeText(scope)}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`,
  );
  return added;
}

function namesToSign(headers: HeaderList): string[] {
  const names = new Set<string>();
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!.toLowerCase();
    if (name === 'host' || name === 'content-type' || name.startsWith('x-amz-')) names.add(name);
  }
  return [...names].sort();
}
