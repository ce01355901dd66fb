/** Percent-encoding that comes from outside, and so may be wrong. */

/** A segment without its percent-encoding; one that is malformed stays as it was sent, and so names nothing that exists. */
export function decodedSegment(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
