/** Comma-separated values as API key files have them: fields may stand in double or single quotes, doubled inside; blanks around a field are not part of it. */

/** Rows of fields, empty lines left out. Throws a SyntaxError with the line's number where a quote is never closed. */
export function csvRows(text: string): { readonly line: number; readonly fields: readonly string[] }[] {
  const rows: { line: number; fields: string[] }[] = [];
  let at = 0;
  let line = 1;

  function quotedField(quote: string): string {
    const openedAt = line;
    let field = '';
    at++;
    for (; ; at++) {
      const c = text[at];
      if (c === undefined) throw new SyntaxError(`line ${openedAt}: a quote is never closed`);
      if (c === '\n') line++;
      if (c !== quote) field += c;
      else if (text[at + 1] === quote) {
        field += quote;
        at++;
      } else {
        at++;
        return field + plainField().trimEnd();
      }
    }
  }

  function plainField(): string {
    const start = at;
    while (at < text.length && text[at] !== ',' && text[at] !== '\n') at++;
    return text.slice(start, at);
  }

  while (at < text.length) {
    const row = { line, fields: [] as string[] };
    for (;;) {
      while (text[at] === ' ' || text[at] === '\t') at++;
      const c = text[at];
      row.fields.push(c === '"' || c === "'" ? quotedField(c) : plainField().trim());
      if (text[at] !== ',') break;
      at++;
    }
    at++;
    line++;
    if (row.fields.length > 1 || row.fields[0] !== '') rows.push(row);
  }
  return rows;
}
