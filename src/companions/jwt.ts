/** JSON Web Tokens signed RS256: the only kind Cognito makes. */
import { type KeyObject, sign, verify } from 'node:crypto';

export interface VerifyingKey {
  readonly kid: string;
  readonly publicKey: KeyObject;
}

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

export type Claims = Readonly<Record<string, unknown>>;

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A compact token with `kid` in its header. */
export function signedJwt(claims: Claims, pair: SigningKey): string {
  const text = `${encoded({ kid: pair.kid, alg: 'RS256' })}.${encoded(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), pair.privateKey).toString('base64url')}`;
}

/** Longest token that is looked at (AWS takes no longer ones in headers). */
const maxTokenLength = 131_072;

/** The claims of a token one of these pairs signed; undefined when none did or it is no such token. Says nothing about its time. */
export function verifiedClaims(token: string, pairs: readonly VerifyingKey[]): Claims | undefined {
  if (token.length > maxTokenLength) return undefined;
  const [head, body, signature, ...more] = token.split('.');
  if (head === undefined || body === undefined || signature === undefined || more.length > 0) return undefined;
  const header = jsonOf(head);
  if (header?.['alg'] !== 'RS256') return undefined;
  const pair = pairs.find(({ kid }) => kid === header['kid']);
  if (pair === undefined) return undefined;
  const isOurs = verify('sha256', Buffer.from(`${head}.${body}`), pair.publicKey, Buffer.from(signature, 'base64url'));
  return isOurs ? jsonOf(body) : undefined;
}

/** The `kid` a token names. */
export function keyIdOf(token: string): string | undefined {
  const kid = token.length > maxTokenLength ? undefined : jsonOf(token.split('.', 1)[0]!)?.['kid'];
  return typeof kid === 'string' ? kid : undefined;
}

/** Claims as they stand in a token, believed by nobody. */
export function unverifiedClaims(token: string): Claims | undefined {
  return token.length > maxTokenLength ? undefined : jsonOf(token.split('.')[1] ?? '');
}

function jsonOf(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
