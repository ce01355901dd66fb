/** A time as people read it, in their own zone; a dash when there is none. */
export function shownTime(epochMs: number | undefined): string {
  if (epochMs === undefined) return '-';
  return new Date(epochMs).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
}
