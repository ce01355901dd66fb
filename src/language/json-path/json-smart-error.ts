/** What json-smart says of a text it refuses, in its own words: clients of AWS see them. */

export class JsonSmartError extends Error {
  /** As json-smart counts: from 0, and one before the end for a text that ends too early. */
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.name = 'JsonSmartError';
    this.position = position;
  }
}

/** Recorded: `null` where the text ends within an object or a string, `EOF` where it ends within a list or before a value. */
export function endOfFile(position: number, within: 'EOF' | 'null'): JsonSmartError {
  return new JsonSmartError(`Unexpected End Of File position ${position}: ${within}`, position);
}

export function unexpectedCharacter(code: number, position: number): JsonSmartError {
  return new JsonSmartError(`Unexpected character (${String.fromCharCode(code)}) at position ${position}.`, position);
}

export function unexpectedToken(token: string, position: number): JsonSmartError {
  return new JsonSmartError(`Unexpected token ${token} at position ${position}.`, position);
}

export function unexpectedHexadecimal(code: number, position: number): JsonSmartError {
  const character = String.fromCharCode(code);
  return new JsonSmartError(`Unexpected unicode escape sequence ${character} at position ${position}.`, position);
}

export function tooDeep(code: number, position: number): JsonSmartError {
  const message = `Malicious payload, having non natural depths, parsing stoped on ${String.fromCharCode(code)}`;
  return new JsonSmartError(`${message} at position ${position}.`, position);
}
