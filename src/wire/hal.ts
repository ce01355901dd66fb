/**
 * The HAL form of v1 answers. SDKs ask for exactly `application/json` and get plain JSON; anyone else also sees `_links`, and the elements of a
 * list under `_embedded` too (row CP-12).
 */
import { type HeaderList, headerValue } from '../base/headers.ts';
import type { Call } from './call.ts';

/** The links of an answer, e.g. `{ self: { href: '/restapis/abc' } }`; undefined when it has none. */
export type HalLinks = (
  operation: string,
  input: Record<string, unknown>,
  output: Record<string, unknown>,
  call: Call,
) => Record<string, unknown> | undefined;

export const halMediaType = 'application/hal+json';

/** Whether the caller gets `_links`: everyone who does not ask for exactly `application/json`. */
export function wantsHal(headers: HeaderList): boolean {
  return headerValue(headers, 'accept')?.trim().toLowerCase() !== 'application/json';
}

/** Whether the caller asked for hal+json by name, and so gets that content type. */
export function asksForHal(headers: HeaderList): boolean {
  return headerValue(headers, 'accept')?.toLowerCase().includes(halMediaType) === true;
}

/** `body` with its links; elements of a list stay where SDKs look for them and stand under `_embedded` as well. */
export function withLinks(
  body: Record<string, unknown>,
  links: Record<string, unknown> | undefined,
): Record<string, unknown> {
  if (links === undefined) return body;
  return Array.isArray(body['item'])
    ? { _links: links, _embedded: { item: body['item'] }, ...body }
    : { _links: links, ...body };
}
