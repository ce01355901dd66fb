/** The keys and values of a JSON body as WAF looks at them: each by itself, with the place where it stands, as far as the body is JSON. */

export interface JsonElement {
  /** JSON pointer, `/a/0/b`. */
  readonly pointer: string;
  readonly isKey: boolean;
  readonly text: string;
}

export interface JsonElements {
  readonly elements: readonly JsonElement[];
  /** The whole body is one JSON value. */
  readonly isWhole: boolean;
}

/** Deeper ones are read no further: every bracket costs a stack frame. */
const maxDepth = 500;

/** Reads up to the first mistake. `text` is bytes as latin1, so are the elements. */
export function jsonElements(text: string): JsonElements {
  const elements: JsonElement[] = [];
  let at = 0;

  const failed = class extends Error {};
  const fail = (): never => {
    throw new failed();
  };
  function skipSpace(): void {
    while (at < text.length && ' \t\n\r'.includes(text[at]!)) at++;
  }
  function string(): string {
    if (text[at] !== '"') fail();
    let end = at + 1;
    while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
    if (end >= text.length) fail();
    const raw = text.slice(at, end + 1);
    at = end + 1;
    try {
      return Buffer.from(JSON.parse(Buffer.from(raw, 'latin1').toString('utf8')) as string).toString('latin1');
    } catch {
      return fail();
    }
  }
  function value(pointer: string, depth: number): void {
    if (depth > maxDepth) fail();
    skipSpace();
    const first = text[at];
    if (first === '{') object(pointer, depth);
    else if (first === '[') array(pointer, depth);
    else if (first === '"') elements.push({ pointer, isKey: false, text: string() });
    else {
      const literal = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/.exec(
        text.slice(at, at + 1_000),
      );
      if (literal === null) throw new failed();
      at += literal[0].length;
      elements.push({ pointer, isKey: false, text: literal[0] });
    }
  }
  function object(pointer: string, depth: number): void {
    at++;
    skipSpace();
    if (text[at] === '}') {
      at++;
      return;
    }
    for (;;) {
      skipSpace();
      const key = string();
      const inner = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      elements.push({ pointer: inner, isKey: true, text: key });
      skipSpace();
      if (text[at++] !== ':') fail();
      value(inner, depth + 1);
      skipSpace();
      const next = text[at++];
      if (next === '}') return;
      if (next !== ',') fail();
    }
  }
  function array(pointer: string, depth: number): void {
    at++;
    skipSpace();
    if (text[at] === ']') {
      at++;
      return;
    }
    for (let index = 0; ; index++) {
      value(`${pointer}/${index}`, depth + 1);
      skipSpace();
      const next = text[at++];
      if (next === ']') return;
      if (next !== ',') fail();
    }
  }

  try {
    value('', 0);
    skipSpace();
    return { elements, isWhole: at >= text.length };
  } catch (error) {
    if (!(error instanceof failed)) throw error;
    return { elements, isWhole: false };
  }
}
