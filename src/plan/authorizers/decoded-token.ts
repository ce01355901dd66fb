/** A JSON Web Token taken apart, nothing of it believed yet (RFC 7515, 7519). */
import { isObject } from './policy-answer.ts';

export interface DecodedToken {
  readonly algorithm: string;
  readonly keyId: string | undefined;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Why a token is not believed. `message` is what an HTTP API tells the client. */
export class TokenFault {
  readonly message: string;
  readonly why: string;

  constructor(message: string, why = message) {
    this.message = message;
    this.why = why;
  }
}

/** Longer ones are not looked at; AWS takes none that long in all headers together. */
const maxTokenLength = 8192;

export function decodeToken(token: string): DecodedToken | TokenFault {
  if (token.length > maxTokenLength) return new TokenFault('token is too long', `the token has ${token.length} bytes`);
  const parts = token.split('.');
  // Recorded words.
  if (parts.length !== 3) return new TokenFault('token contains an invalid number of segments');
  // One token has one spelling: base64 whose last bits are spare could be written in several.
  const bytes = parts.map((part) => Buffer.from(part, 'base64url'));
  const spare = parts.findIndex((part, i) => bytes[i]!.toString('base64url') !== part);
  if (spare !== -1) return new TokenFault('token is malformed', `part ${spare + 1} of the token is no base64url`);
  const header = jsonOf(bytes[0]!);
  const claims = jsonOf(bytes[1]!);
  const algorithm = header?.['alg'];
  if (header === undefined || claims === undefined || typeof algorithm !== 'string') {
    return new TokenFault('token is malformed', 'header or claims of the token are no JSON objects');
  }
  const keyId = header['kid'];
  return { algorithm, keyId: typeof keyId === 'string' ? keyId : undefined, claims };
}

function jsonOf(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** `Authorization: Bearer …` and the bare token are the same to AWS. */
export const bareToken = (header: string): string => header.replace(/^bearer +/i, '').trim();
