/** A kept answer as bytes: a line of JSON with status, headers and whether its body is text, then the body. */
import type { CachedReply } from '../../ports/response-cache.ts';

export function bytesOfReply({ status, headers, body }: CachedReply): Buffer {
  const isText = typeof body === 'string';
  return Buffer.concat([
    Buffer.from(`${JSON.stringify([status, isText, headers])}\n`),
    isText ? Buffer.from(body) : body,
  ]);
}

/** Undefined for what was written otherwise. */
export function replyOfBytes(bytes: Buffer): CachedReply | undefined {
  const end = bytes.indexOf(0x0a);
  try {
    const [status, isText, headers] = JSON.parse(bytes.toString('utf8', 0, end)) as [number, boolean, string[]];
    const body = bytes.subarray(end + 1);
    return { status, headers, body: isText ? body.toString() : body };
  } catch {
    return undefined;
  }
}
