/** Lines of logs that are cut where AWS cuts them. */

/** What follows a line that was cut. */
const cutMark = ' [TRUNCATED]';

/** A line of at most `maxBytes` bytes of UTF-8, the rest replaced by ` [TRUNCATED]` (recorded: 1,024, and the mark comes on top). */
export function cutLine(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return text;
  let end = Math.min(text.length, maxBytes);
  while (Buffer.byteLength(text.slice(0, end)) > maxBytes) end--;
  return text.slice(0, end).toWellFormed() + cutMark;
}
