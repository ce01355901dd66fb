/** Bodies on their way as text: bytes that are no UTF-8 become U+FFFD, as they do in AWS without binary media types (recorded). */
import { isUtf8 } from 'node:buffer';

/** The same bytes when they are text already, which costs one scan and no copy. */
export function asTextBytes(body: Buffer): Buffer {
  return isUtf8(body) ? body : Buffer.from(body.toString());
}
