/**
 * What callers send, as it may stand in a log line or on a terminal: a control character must not forge a line or steer the terminal. Texts of several lines keep
 * them, indented.
 */
export function printable(text: string): string {
  return text
    .replace(/\r?\n/g, '\n    ')
    .replace(
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g,
      (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`,
    );
}
