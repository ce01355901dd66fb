/** Tokens of CloudWatch Logs' lists and pages: opaque texts that hold where to go on. */
import type { EventPlace } from './event-chunks.ts';
import { invalidNextToken, invalidParameter } from './log-errors.ts';

export const listToken = (after: string): string => Buffer.from(`after:${after}`).toString('base64url');

/** What `listToken` was given. Throws InvalidParameterException for a token that is none of ours. */
export function placeInList(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('after:')) throw invalidNextToken();
  return text.slice('after:'.length);
}

/** 56 digits that rise with time, as AWS's event ids are. */
export const placeDigits = ({ atMs, id }: EventPlace): string =>
  String(atMs).padStart(16, '0') + String(id).padStart(40, '0');

function placeOf(digits: string): EventPlace {
  return { atMs: Number(digits.slice(0, 16)), id: Number(digits.slice(16)) };
}

/** Of FilterLogEvents. */
export const pageToken = (place: EventPlace): string => Buffer.from(placeDigits(place)).toString('base64url');

export function placeOfPage(token: string): EventPlace {
  const digits = Buffer.from(token, 'base64url').toString();
  if (!/^\d{56}$/.test(digits)) throw invalidNextToken();
  return placeOf(digits);
}

/** `f/…/s` of GetLogEvents reads on, `b/…/s` reads back. */
export const streamToken = (direction: 'f' | 'b', place: EventPlace): string => `${direction}/${placeDigits(place)}/s`;

export function placeInStream(token: string): { readonly direction: 'f' | 'b'; readonly place: EventPlace } {
  const found = /^([fb])\/(\d{56})\/s$/.exec(token);
  if (found === null) throw invalidParameter('The specified nextToken is invalid.');
  return { direction: found[1] as 'f' | 'b', place: placeOf(found[2]!) };
}
