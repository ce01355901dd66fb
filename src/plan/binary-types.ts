/** `binaryMediaTypes`: which bodies are bytes and which are text (rows LPV1-10, LPV1-16; guide page api-gateway-payload-encodings). */
import { type HeaderList, headerValue } from '../base/headers.ts';
import type { Exchange } from './exchange.ts';
import { firstMediaType, mediaTypeOf } from './templates.ts';

export interface BinaryTypes {
  /** The request's body is bytes, by its Content-Type. */
  isSent(x: Exchange): boolean;
  /** The same of any message with these headers. */
  isIn(headers: HeaderList): boolean;
  /**
   * The client takes bytes: the first type of its Accept is a configured one (recorded: `image/*` in Accept is not `image/png`, and later
   * types do not count).
   */
  isAccepted(x: Exchange): boolean;
}

const never: BinaryTypes = { isSent: () => false, isIn: () => false, isAccepted: () => false };
const always: BinaryTypes = { isSent: () => true, isIn: () => true, isAccepted: () => true };

/** Compiles an API's list; `application/*` covers a type, `*` + `/*` everything, even without a header. */
export function compileBinaryTypes(configured: readonly string[] | undefined): BinaryTypes {
  if (configured === undefined || configured.length === 0) return never;
  const types = new Set(configured.map(mediaTypeOf));
  if (types.has('*/*')) return always;
  const isConfigured = (mediaType: string): boolean =>
    types.has(mediaType) || types.has(`${mediaType.slice(0, mediaType.indexOf('/'))}/*`);
  const isIn = (headers: HeaderList): boolean => {
    const contentType = headerValue(headers, 'content-type');
    return contentType !== undefined && isConfigured(mediaTypeOf(contentType));
  };
  return {
    isSent: (x) => isIn(x.request.headers),
    isIn,
    isAccepted: (x) => {
      const accept = headerValue(x.request.headers, 'accept');
      return accept !== undefined && isConfigured(firstMediaType(accept));
    },
  };
}
