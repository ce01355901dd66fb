/** Answers of the hosted pages: redirects, JSON as OAuth has it, and what all of them share. */
import type { HttpReply } from '../../../base/http.ts';

/** JSON that must not be kept. */
export const jsonReply = (status: number, value: unknown, headers: readonly string[] = []): HttpReply => ({
  status,
  headers: [
    'Content-Type',
    'application/json;charset=UTF-8',
    'Cache-Control',
    'no-store',
    'Pragma',
    'no-cache',
    ...headers,
  ],
  body: JSON.stringify(value),
});

/** A refusal of the token endpoint and its kin (RFC 6749, section 5.2). */
export const oauthError = (error: string, status = 400): HttpReply => jsonReply(status, { error });

export const redirect = (location: string, cookies: readonly string[] = []): HttpReply => ({
  status: 302,
  headers: [
    'Location',
    location,
    'Cache-Control',
    'no-store',
    'Referrer-Policy',
    'no-referrer',
    ...cookies.flatMap((cookie) => ['Set-Cookie', cookie]),
  ],
  body: '',
});

/** A redirect URI with more parameters in its query, or in its fragment. */
export function withParameters(
  uri: string,
  parameters: Readonly<Record<string, string | undefined>>,
  where: '?' | '#',
): string {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const text = new URLSearchParams(given).toString();
  return `${uri}${where === '?' && uri.includes('?') ? '&' : where}${text}`;
}
