/** What is wrong with a template, and where. */

/** Where in a template something stands, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A template that does not parse, or that failed while it was rendered. The message says where in its last words. */
export class TemplateError extends Error implements Position {
  readonly line: number;
  readonly column: number;

  constructor(what: string, position: Position, cause?: unknown) {
    super(`${what} at [line ${position.line}, column ${position.column}]`, cause === undefined ? undefined : { cause });
    this.name = 'TemplateError';
    this.line = position.line;
    this.column = position.column;
  }
}

/** Line and column of an offset; line ends are `\n`, `\r` and `\r\n`. */
export function positionAt(source: string, offset: number): Position {
  let line = 1;
  let lineStart = 0;
  for (let at = 0; at < offset && at < source.length; at++) {
    const unit = source.charCodeAt(at);
    const isLineEnd = unit === 10 || (unit === 13 && source.charCodeAt(at + 1) !== 10);
    if (!isLineEnd) continue;
    line++;
    lineStart = at + 1;
  }
  return { line, column: offset - lineStart + 1 };
}
