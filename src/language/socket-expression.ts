/**
 * Selection expressions of WebSocket APIs: which route, template or model a message gets (rows WS-09, WS-15; guide pages
 * apigateway-websocket-api-develop-routes and websocket-api-data-mapping). Compiled to a function of the parsed body.
 *
 * `$request.body.action`, `${request.body.a.b[0]}`, several of them with text between, or text alone; `\$` is a dollar sign. Templates of answers may
 * be chosen by the answer as well: `${integration.response.statuscode}`, `.header.name`, `.multivalueheader.name` and `.body.name`.
 */

export interface SocketExpression {
  /** The text when it is the same for every message. */
  readonly constant: string | undefined;
  /** Evaluates once: what a variable holds is never read as an expression. A missing variable is empty text. */
  evaluate(body: unknown): string;
}

type Path = readonly (string | number)[];
type Part = string | Path;

const variable = /\\\$|\$\{request\.body((?:\.[^.[\]{}$\s]+|\[\d+\])+)\}|\$request\.body((?:\.[\w-]+|\[\d+\])+)/g;

/** Compiles an expression; a sentence saying what is wrong with it when it is none. */
export function compileSocketExpression(text: string): SocketExpression | string {
  const parts = partsOf(text, variable, pathOf);
  const stray = strayDollar(text, variable);
  if (stray !== undefined)
    return `"${stray}" is no variable; a variable is $request.body.name or \${request.body.name}, and \\$ is a dollar sign`;
  return expressionOf(parts);
}

/** What an answer's templates may be chosen by. Names of headers are in small letters; bodies are parsed when they are asked for. */
export interface AnswerFacts {
  readonly request: { readonly body: unknown };
  readonly integration: {
    readonly response: {
      readonly statuscode: string;
      readonly header: Readonly<Record<string, string>>;
      readonly multivalueheader: Readonly<Record<string, readonly string[]>>;
      readonly body: unknown;
    };
  };
}

const path = '(?:\\.[^.[\\]{}$\\s]+|\\[\\d+\\])+';
const barePath = '(?:\\.[\\w-]+|\\[\\d+\\])+';
const bodies = '(?:request|integration\\.response)\\.body';
const answer = 'integration\\.response\\.(?:statuscode|(?:multivalue)?header\\.[\\w-]+)';
const answerVariable = new RegExp(
  `\\\\\\$|\\$\\{(${bodies}${path}|${answer})\\}|\\$(${bodies}${barePath}|${answer})`,
  'g',
);

/** Compiles the expression that chooses a template for an answer, evaluated over AnswerFacts. */
export function compileAnswerExpression(text: string): SocketExpression | string {
  const parts = partsOf(text, answerVariable, (found) =>
    pathOf(`.${/^integration\.response\.(multivalue)?header\./.test(found) ? found.toLowerCase() : found}`),
  );
  const stray = strayDollar(text, answerVariable);
  if (stray !== undefined) return `"${stray}" is no variable of an answer, and \\$ is a dollar sign`;
  return expressionOf(parts);
}

/** The text between variables, and the variables as paths. */
function partsOf(text: string, variables: RegExp, read: (found: string) => Path): Part[] {
  const parts: Part[] = [];
  let at = 0;
  let literal = '';
  for (const found of text.matchAll(variables)) {
    literal += text.slice(at, found.index);
    at = found.index + found[0].length;
    if (found[0] === '\\$') {
      literal += '$';
      continue;
    }
    if (literal !== '') parts.push(literal);
    literal = '';
    parts.push(read(found[1] ?? found[2]!));
  }
  literal += text.slice(at);
  if (literal !== '' || parts.length === 0) parts.push(literal);
  return parts;
}

function expressionOf(parts: readonly Part[]): SocketExpression {
  const [only] = parts;
  return {
    constant: parts.length === 1 && typeof only === 'string' ? only : undefined,
    evaluate:
      parts.length === 1 && typeof only !== 'string' ? (body) => valueAt(body, only!) : (body) => joined(parts, body),
  };
}

/** What follows a dollar sign that begins no variable. */
function strayDollar(text: string, variables: RegExp): string | undefined {
  const rest = text.replace(variables, '');
  const dollar = rest.indexOf('$');
  // A bare `$default` means the key of that name: users write it without the backslash, and AWS's own examples do.
  return dollar === -1 || rest === '$default' ? undefined : rest.slice(dollar, dollar + 20);
}

function pathOf(text: string): Path {
  return [...text.matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));
}

function joined(parts: readonly Part[], body: unknown): string {
  let text = '';
  for (const part of parts) text += typeof part === 'string' ? part : valueAt(body, part);
  return text;
}

function valueAt(body: unknown, path: Path): string {
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
