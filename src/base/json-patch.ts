/** JSON Pointer (RFC 6901) as AWS patch paths use it: `/binaryMediaTypes/image~1png` is the media type `image/png`. */

/** One segment as it stands between two slashes, made readable: `~1` is a slash, `~0` a tilde. In this order, so that `~01` is `~1`. */
export function unescapePointerSegment(segment: string): string {
  return segment.includes('~') ? segment.replaceAll('~1', '/').replaceAll('~0', '~') : segment;
}

/** A name made fit to stand as one segment of a pointer. */
export function escapePointerSegment(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The segments of a pointer, still escaped; undefined when the text is no pointer (it must begin with `/`). */
export function pointerSegments(pointer: string): string[] | undefined {
  return pointer.startsWith('/') ? pointer.slice(1).split('/') : undefined;
}
