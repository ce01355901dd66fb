/**
 * Selection expressions of WebSocket APIs: which route, template or model a message gets (rows WS-09, WS-15; guide pages
 * apigateway-websocket-api-develop-routes and websocket-api-data-mapping). Compiled to a function of the parsed body.
 *
 * `$request.body.action`, `${request.body.a.b[0]}`, several of them with text between, or text alone; `\$` is a dollar sign.
 */

export interface SocketExpression {
  /** The text when it is the same for every message. */
  readonly constant: string | undefined;
  /** Evaluates once: what a variable holds is never read as an expression. A missing variable is empty text. */
  evaluate(body: unknown): string;
}

type Part = string | readonly (string | number)[];

const variable = /\\\$|\$\{request\.body((?:\.[^.[\]{}$\s]+|\[\d+\])+)\}|\$request\.body((?:\.[\w-]+|\[\d+\])+)/g;

/** Compiles an expression; a sentence saying what is wrong with it when it is none. */
export function compileSocketExpression(text: string): SocketExpression | string {
  const parts: Part[] = [];
  let at = 0;
  let literal = '';
  for (const found of text.matchAll(variable)) {
    literal += text.slice(at, found.index);
    at = found.index + found[0].length;
    if (found[0] === '\\$') {
      literal += '$';
      continue;
    }
    if (literal !== '') parts.push(literal);
    literal = '';
    parts.push(pathOf(found[1] ?? found[2]!));
  }
  literal += text.slice(at);
  const stray = strayDollar(text);
  if (stray !== undefined)
    return `"${stray}" is no variable; a variable is $request.body.name or \${request.body.name}, and \\$ is a dollar sign`;
  if (literal !== '' || parts.length === 0) parts.push(literal);
  const [only] = parts;
  return {
    constant: parts.length === 1 && typeof only === 'string' ? only : undefined,
    evaluate:
      parts.length === 1 && typeof only !== 'string' ? (body) => valueAt(body, only!) : (body) => joined(parts, body),
  };
}

/** What follows a dollar sign that begins no variable. */
function strayDollar(text: string): string | undefined {
  const rest = text.replace(variable, '');
  const dollar = rest.indexOf('$');
  // A bare `$default` means the key of that name: users write it without the backslash, and AWS's own examples do.
  return dollar === -1 || rest === '$default' ? undefined : rest.slice(dollar, dollar + 20);
}

function pathOf(text: string): readonly (string | number)[] {
  return [...text.matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));
}

function joined(parts: readonly Part[], body: unknown): string {
  let text = '';
  for (const part of parts) text += typeof part === 'string' ? part : valueAt(body, part);
  return text;
}

function valueAt(body: unknown, path: readonly (string | number)[]): string {
  let value = body;
  for (const segment of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return '';
    value = (value as Record<string | number, unknown>)[segment];
  }
  return value === undefined ? '' : javaText(value);
}

/** As Java prints a parsed JSON value: `[a, b]`, `{name=value}`, plain numbers and texts (recorded R6). */
function javaText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(javaText).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{${Object.entries(value)
    .map(([name, inner]) => `${name}=${javaText(inner)}`)
    .join(', ')}}`;
}
