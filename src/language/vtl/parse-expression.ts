/** References and expressions, production by production as in the grammar of Velocity 1.7, whose look-ahead decides what stays text. */
import type { BinaryOperator, ExpressionNode, PathNode, ReferenceNode } from './syntax.ts';
import { Kind, type Token } from './token.ts';
import type { TokenStream } from './token-stream.ts';

/** Operators by token, and how tightly they bind. */
const operators: readonly ({ readonly operator: BinaryOperator; readonly tightness: number } | undefined)[] = (() => {
  const levels: readonly (readonly (readonly [kind: number, operator: BinaryOperator])[])[] = [
    [[Kind.or, '||']],
    [[Kind.and, '&&']],
    [
      [Kind.equal, '=='],
      [Kind.notEqual, '!='],
    ],
    [
      [Kind.less, '<'],
      [Kind.greater, '>'],
      [Kind.lessOrEqual, '<='],
      [Kind.greaterOrEqual, '>='],
    ],
    [
      [Kind.plus, '+'],
      [Kind.minus, '-'],
    ],
    [
      [Kind.times, '*'],
      [Kind.divide, '/'],
      [Kind.modulo, '%'],
    ],
  ];
  const table: { operator: BinaryOperator; tightness: number }[] = [];
  for (const [tightness, level] of levels.entries()) {
    for (const [kind, operator] of level) table[kind] = { operator, tightness };
  }
  return table;
})();

export function parseExpression(stream: TokenStream): ExpressionNode {
  return stream.nested(() => parseBinary(stream, 0));
}

/** An expression of operators that bind at least so tightly. */
function parseBinary(stream: TokenStream, least: number): ExpressionNode {
  let left = parseUnary(stream);
  for (let count = 0; ; count++) {
    const found = operators[stream.peek()];
    if (found === undefined || found.tightness < least) {
      stream.deepen(-count);
      return left;
    }
    stream.deepen(1);
    stream.take();
    // Velocity's node begins behind its operator, which shows in `$x * 2 + "a"` when $x is null.
    const first = stream.at;
    const { operator } = found;
    const right = parseBinary(stream, found.tightness + 1);
    left = { type: 'binary', operator, left, right, offset: left.offset, literal: stream.literalSince(first) };
  }
}

function parseUnary(stream: TokenStream): ExpressionNode {
  const isNot = stream.peek() === Kind.not || (stream.peek() === Kind.whitespace && stream.peek(1) === Kind.not);
  if (!isNot) return parsePrimary(stream);
  const first = stream.at;
  stream.skipWhitespace();
  const { offset } = stream.take();
  const operand = stream.nested(() => parseUnary(stream));
  return { type: 'not', operand, offset, literal: stream.literalSince(first) };
}

function parsePrimary(stream: TokenStream): ExpressionNode {
  stream.skipWhitespace();
  let value: ExpressionNode;
  if (stream.peek() === Kind.leftParenthesis) {
    stream.take();
    const first = stream.at;
    const inside = parseExpression(stream);
    value = { ...inside, literal: stream.literalSince(first) };
    stream.expect(Kind.rightParenthesis);
  } else {
    value = parseValue(stream);
  }
  stream.skipWhitespace();
  return value;
}

/** An argument of a method, an element of a list, a key or value of a map. */
function parseParameter(stream: TokenStream): ExpressionNode {
  stream.skipWhitespace();
  const value = parseValue(stream);
  stream.skipWhitespace();
  return value;
}

/** A reference, literal, range, list or map. */
export function parseValue(stream: TokenStream): ExpressionNode {
  const first = stream.at;
  const { kind, offset, image } = stream.peekToken();
  switch (kind) {
    case Kind.identifier:
    case Kind.referenceBrace:
      return parseReference(stream);
    case Kind.string:
      stream.take();
      return { type: 'string', image, offset, literal: stream.literalSince(first) };
    case Kind.integer:
      stream.take();
      return { type: 'integer', image, offset, literal: stream.literalSince(first) };
    case Kind.decimal:
      stream.take();
      return { type: 'decimal', image, offset, literal: stream.literalSince(first) };
    case Kind.true:
    case Kind.false:
      stream.take();
      return { type: 'boolean', value: kind === Kind.true, offset, literal: stream.literalSince(first) };
    case Kind.leftBracket:
      return stream.nested(() => parseListOrRange(stream));
    case Kind.leftBrace:
      return stream.nested(() => parseMap(stream));
    default:
      throw stream.unexpected();
  }
}

function parseListOrRange(stream: TokenStream): ExpressionNode {
  const first = stream.at;
  const { offset } = stream.take();
  const items: ExpressionNode[] = [];
  if (stream.peek() !== Kind.rightBracket) {
    const from = parseParameter(stream);
    if (stream.peek() === Kind.dotDot && (from.type === 'reference' || from.type === 'integer')) {
      stream.take();
      const to = parseParameter(stream);
      if (to.type !== 'reference' && to.type !== 'integer') throw stream.unexpected();
      stream.expect(Kind.rightBracket);
      return { type: 'range', from, to, offset, literal: stream.literalSince(first) };
    }
    items.push(from);
    while (stream.peek() === Kind.comma) {
      stream.take();
      items.push(parseParameter(stream));
    }
  }
  stream.expect(Kind.rightBracket);
  return { type: 'list', items, offset, literal: stream.literalSince(first) };
}

function parseMap(stream: TokenStream): ExpressionNode {
  const first = stream.at;
  const { offset } = stream.take();
  const entries: (readonly [ExpressionNode, ExpressionNode])[] = [];
  const next = stream.peek() === Kind.whitespace ? stream.peek(1) : stream.peek();
  if (next === Kind.rightBrace || next === Kind.referenceBraceEnd) {
    stream.skipWhitespace();
  } else {
    do {
      if (entries.length > 0) stream.take();
      const key = parseParameter(stream);
      stream.expect(Kind.colon);
      entries.push([key, parseParameter(stream)]);
    } while (stream.peek() === Kind.comma);
  }
  // Behind a reference the lexer takes the brace for the reference's.
  if (stream.peek() === Kind.referenceBraceEnd) stream.take();
  else stream.expect(Kind.rightBrace);
  return { type: 'map', entries, offset, literal: stream.literalSince(first) };
}

/** Whether a reference begins with the next token; `${` needs a name behind it. */
export function isReferenceNext(stream: TokenStream): boolean {
  const kind = stream.peek();
  return kind === Kind.identifier || (kind === Kind.referenceBrace && stream.peek(1) === Kind.identifier);
}

export function parseReference(stream: TokenStream): ReferenceNode {
  const first = stream.at;
  const isBraced = stream.peek() === Kind.referenceBrace;
  const firstToken = stream.take();
  const nameToken = isBraced ? stream.expect(Kind.identifier) : firstToken;
  const path: PathNode[] = [];
  parseIndexes(stream, path);
  while (stream.peek() === Kind.dot && stream.peek(1) === Kind.identifier) {
    stream.take();
    path.push(isMethodNext(stream) ? parseMethod(stream) : parseProperty(stream));
    parseIndexes(stream, path);
  }
  if (isBraced) stream.expect(Kind.referenceBraceEnd);
  return referenceNode(firstToken, nameToken, path, stream.literalSince(first));
}

function parseProperty(stream: TokenStream): PathNode {
  const { image, offset } = stream.take();
  return { type: 'property', name: image, offset };
}

const valueStarts: ReadonlySet<number> = new Set([
  Kind.whitespace,
  Kind.string,
  Kind.integer,
  Kind.decimal,
  Kind.leftBracket,
  Kind.leftBrace,
  Kind.true,
  Kind.false,
  Kind.identifier,
  Kind.referenceBrace,
]);

/** `name(` is a method only when what follows may be an argument or the end; otherwise the parenthesis is text. */
function isMethodNext(stream: TokenStream): boolean {
  if (stream.peek(1) !== Kind.leftParenthesis) return false;
  const third = stream.peek(2);
  return third === Kind.methodEnd || valueStarts.has(third);
}

function parseMethod(stream: TokenStream): PathNode {
  return stream.nested(() => {
    const { image, offset } = stream.take();
    stream.expect(Kind.leftParenthesis);
    const args: ExpressionNode[] = [];
    if (stream.peek() !== Kind.methodEnd) {
      args.push(parseParameter(stream));
      while (stream.peek() === Kind.comma) {
        stream.take();
        args.push(parseParameter(stream));
      }
    }
    stream.expect(Kind.methodEnd);
    return { type: 'method', name: image, args, offset };
  });
}

function parseIndexes(stream: TokenStream, path: PathNode[]): void {
  while (stream.peek() === Kind.indexStart) {
    const { offset } = stream.take();
    const at = stream.nested(() => parseParameter(stream));
    if (at.type === 'decimal') throw stream.error(`Encountered ${JSON.stringify(at.image)}`, at.offset);
    stream.expect(Kind.indexEnd);
    path.push({ type: 'index', at, offset });
  }
}

/** Tells apart what the first token of a reference holds: backslashes, further `$`s, `$`, `!` and `{`. */
function referenceNode(first: Token, name: Token, path: PathNode[], literal: () => string): ReferenceNode {
  const { offset } = first;
  const bang = first.image.indexOf('\\!');
  if (bang !== -1) {
    // `$\\!x` loses one backslash and is no reference any more.
    const text = first.image.slice(0, bang) + first.image.slice(bang + 1);
    return {
      type: 'reference',
      name: text,
      path,
      isQuiet: false,
      isRunt: false,
      isComputable: false,
      isEscaped: false,
      escapePrefix: '',
      morePrefix: '',
      nullText: () => text,
      assignedName: first.image.slice(1),
      offset,
      literal,
    };
  }
  let backslashes = 0;
  while (first.image[backslashes] === '\\') backslashes++;
  const isEscaped = backslashes % 2 === 1;
  const lastDollar = first.image.lastIndexOf('$');
  const morePrefix = lastDollar > backslashes ? first.image.slice(backslashes, lastDollar) : '';
  const escapePrefix = first.image.slice(0, backslashes >> 1);
  if (lastDollar > 0) first.image = first.image.slice(lastDollar);
  const { image } = first;
  const isRunt = lastDollar === -1;
  const isQuiet = !isRunt && image[1] === '!';
  const isBraced = !isRunt && image.endsWith('{');
  return {
    type: 'reference',
    name: isBraced ? name.image : image.slice(isQuiet ? 2 : isRunt ? 0 : 1),
    path,
    isQuiet,
    isRunt,
    isComputable: true,
    isEscaped,
    escapePrefix,
    morePrefix,
    nullText: isQuiet && !isEscaped ? nothing : literal,
    assignedName: image.slice(1),
    offset,
    literal,
  };
}

function nothing(): string {
  return '';
}
