/** Keys of Signature Version 4, derived from a secret for one day, region and service ("Create a signed AWS API request" in the IAM user guide). */
import { createHmac } from 'node:crypto';

export const signatureAlgorithm = 'AWS4-HMAC-SHA256';

/** What a derived key is good for; `date` is `yyyymmdd`. */
export interface SigningScope {
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** Derived keys by secret and scope; a key is good for a day, and four HMACs are most of a signature's cost. */
const signingKeys = new Map<string, Buffer>();
const maxSigningKeys = 1000;

/** `20260304/eu-west-1/sqs/aws4_request` */
export function scopeText({ date, region, service }: SigningScope): string {
  return `${date}/${region}/${service}/aws4_request`;
}

/** The key that signs within a scope. */
export function signingKey(secret: string, scope: SigningScope): Buffer {
  const { date, region, service } = scope;
  const id = `${secret}\n${scopeText(scope)}`;
  const known = signingKeys.get(id);
  if (known !== undefined) return known;
  let key: Buffer = Buffer.from(`AWS4${secret}`);
  for (const part of [date, region, service, 'aws4_request']) key = createHmac('sha256', key).update(part).digest();
  if (signingKeys.size >= maxSigningKeys) signingKeys.clear();
  signingKeys.set(id, key);
  return key;
}

/** `yyyymmddThhmmssZ` of epoch milliseconds. */
export function basicTime(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '');
}
