/** The log of each function, kept in memory and bounded: what CloudWatch would show in `/aws/lambda/{name}`. */

export interface LogLine {
  /** Epoch milliseconds. */
  readonly timestampMs: number;
  /** `2026/11/21/[$LATEST]0123…`: one stream per environment. */
  readonly stream: string;
  /** Without the line end. */
  readonly message: string;
}

export interface FunctionLog {
  append(line: LogLine): void;
  lines(): readonly LogLine[];
}

/** CloudWatch cuts an event at 256 KB; a ring smaller than that would lose everything to one line. */
const maxLineCharacters = 64 * 1024;

/** A log that forgets its oldest lines beyond `maxCharacters`. */
export function createFunctionLog(maxCharacters: number): FunctionLog {
  let lines: LogLine[] = [];
  let first = 0;
  let characters = 0;
  return {
    append(line) {
      const kept =
        line.message.length <= maxLineCharacters
          ? line
          : { ...line, message: line.message.slice(0, maxLineCharacters) };
      lines.push(kept);
      characters += kept.message.length;
      while (characters > maxCharacters && first < lines.length - 1) characters -= lines[first++]!.message.length;
      // Moving the kept lines down now and then keeps an append cheap and the array from growing without end.
      if (first > 1024 && first > lines.length / 2) {
        lines = lines.slice(first);
        first = 0;
      }
    },
    lines: () => lines.slice(first),
  };
}

/** Cuts a stream of output bytes into lines; output without a line end is one line as soon as it is `maxLineCharacters` long. */
export function createLineSplitter(onLine: (line: string) => void): { push(bytes: Buffer): void; flush(): void } {
  const decoder = new TextDecoder();
  let rest = '';
  return {
    push(bytes) {
      const text = rest + decoder.decode(bytes, { stream: true });
      let from = 0;
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
        onLine(text.slice(from, end));
        from = end + 1;
      }
      rest = text.slice(from);
      while (rest.length > maxLineCharacters) {
        onLine(rest.slice(0, maxLineCharacters));
        rest = rest.slice(maxLineCharacters);
      }
    },
    flush() {
      rest += decoder.decode();
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
