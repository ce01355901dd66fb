/** `requestTime` of events and of `$context`. */

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
let formattedSecond = -1;
let formatted = '';

/** `21/Nov/2026:23:05:09 +0000`: `requestTime`, the common log format in UTC. The last second's text is kept, as most requests share it. */
export function requestTime(epochMs: number): string {
  const second = Math.floor(epochMs / 1000);
  if (second === formattedSecond) return formatted;
  const date = new Date(epochMs);
  const two = (n: number): string => String(n).padStart(2, '0');
  formatted =
    `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}` +
    `:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
  formattedSecond = second;
  return formatted;
}
