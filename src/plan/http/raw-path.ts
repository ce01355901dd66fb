/** `rawPath` of events and `$context.path`: the path with a named stage, decoded (recorded: `/v1/item/value space`). */

/** Cut at a `?` that was encoded (reported by users); a malformed escape leaves the path as it was sent. */
export function rawPath(contextPath: string): string {
  if (!contextPath.includes('%')) return contextPath;
  let decoded: string;
  try {
    decoded = decodeURIComponent(contextPath);
  } catch {
    return contextPath;
  }
  const mark = decoded.indexOf('?');
  return mark === -1 ? decoded : decoded.slice(0, mark);
}
