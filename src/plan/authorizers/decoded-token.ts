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
  const header = jsonOf(parts[0]!);
  const claims = jsonOf(parts[1]!);
  const algorithm = header?.['alg'];
  if (header === undefined || claims === undefined || typeof algorithm !== 'string') {
    return new TokenFault('token is malformed', 'header or claims of the token are no JSON objects');
  }
  const keyId = header['kid'];
  return { algorithm, keyId: typeof keyId === 'string' ? keyId : undefined, claims };
}

const base64url = /^[A-Za-z0-9_-]+$/;

function jsonOf(part: string): Record<string, unknown> | undefined {
  if (!base64url.test(part)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** `Authorization: Bearer …` and the bare token are the same to AWS. */
export const bareToken = (header: string): string => header.replace(/^bearer +/i, '').trim();
