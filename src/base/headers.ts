/**
 * HTTP header lines as one flat list: name, value, name, value, … in the order and case they were sent.
 * REST APIs hand header case on to functions, so a map keyed by lower-case name would lose what AWS keeps.
 */
export type HeaderList = string[];

/** The first value of a header, its name compared without regard to case; `lowerName` must be lower case. */
export function headerValue(headers: HeaderList, lowerName: string): string | undefined {
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    if (name.length === lowerName.length && name.toLowerCase() === lowerName) return headers[i + 1];
  }
  return undefined;
}

/** Every value of a header, in order; `lowerName` must be lower case. */
export function headerValues(headers: HeaderList, lowerName: string): string[] {
  const values: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    if (name.length === lowerName.length && name.toLowerCase() === lowerName) values.push(headers[i + 1]!);
  }
  return values;
}

/** Whether the list has the header at all; `lowerName` must be lower case. */
export function hasHeader(headers: HeaderList, lowerName: string): boolean {
  return headerValue(headers, lowerName) !== undefined;
}
