/** Times as CloudTrail writes them. */

/** `2015-06-17T00:47:28Z` */
export const secondsIso = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A time within parameters and answers, `Jun 17, 2015, 12:47:28 AM`: how Java prints a date that nobody gave a format. */
export function javaDate(ms: number): string {
  const at = new Date(ms);
  const hours = at.getUTCHours();
  const two = (n: number): string => String(n).padStart(2, '0');
  const time = `${hours % 12 === 0 ? 12 : hours % 12}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  return `${months[at.getUTCMonth()]} ${at.getUTCDate()}, ${at.getUTCFullYear()}, ${time} ${hours < 12 ? 'AM' : 'PM'}`;
}
