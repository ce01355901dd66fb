/** A template's source → its tree. */
import { isReferenceNext, parseExpression, parseReference, parseValue } from './parse-expression.ts';
import type { DirectiveNode, ExpressionNode, IfNode, Node, SetNode, WordNode } from './syntax.ts';
import { Kind, type Token, tokenText } from './token.ts';
import { TokenStream } from './token-stream.ts';

/** Directives that reach up to an #end. */
const blockDirectives: ReadonlySet<string> = new Set(['foreach', 'macro', 'define', 'literal']);
const lineDirectives: ReadonlySet<string> = new Set(['include', 'parse', 'evaluate', 'break', 'stop']);
const controlDirectives: ReadonlySet<string> = new Set(['if', 'end', 'set', 'else', 'elseif']);

export function isPluggableDirective(name: string): boolean {
  return blockDirectives.has(name) || lineDirectives.has(name);
}

interface Parse {
  readonly stream: TokenStream;
  /** Macros defined so far: their names can be escaped like directives. */
  readonly macroNames: Set<string>;
}

/**
 * Parses a template; time grows with its length. `macroNames` are macros known from outside and takes up those found here. Throws TemplateError.
 */
export function parseTemplate(source: string, macroNames: Set<string>): readonly Node[] {
  const parse: Parse = { stream: new TokenStream(source), macroNames };
  const nodes = parseStatements(parse);
  if (parse.stream.peek() !== Kind.end) throw parse.stream.unexpected();
  return nodes;
}

/** Statements up to a token that can begin none, such as #end. */
function parseStatements(parse: Parse): readonly Node[] {
  const nodes: Node[] = [];
  for (;;) {
    const node = parseStatement(parse);
    if (node === undefined) return nodes;
    const previous = nodes.at(-1);
    if (node.type === 'text' && previous?.type === 'text') {
      nodes[nodes.length - 1] = { ...previous, text: previous.text + node.text };
    } else if (node.type !== 'text' || node.text !== '') {
      nodes.push(node);
    }
  }
}

function parseStatement(parse: Parse): Node | undefined {
  const { stream } = parse;
  const token = stream.peekToken();
  switch (token.kind) {
    case Kind.if:
      return stream.nested(() => parseIf(parse));
    case Kind.set:
      return parseSet(stream);
    case Kind.word:
    case Kind.bracedWord:
      return stream.nested(() => parseDirective(parse));
    case Kind.lineComment:
      stream.take();
      if (stream.peek() === Kind.lineCommentEnd) stream.take();
      return text(token, token.image.slice(0, token.image.indexOf('##')));
    case Kind.blockComment: {
      stream.take();
      const start = token.image.indexOf('#*');
      return text(token, start === -1 ? '' : token.image.slice(0, start));
    }
    case Kind.textBlock:
      stream.take();
      return text(token, token.image.slice(3, -3));
    case Kind.escapedDirective:
      stream.take();
      token.image = escapedDirective(token.image, parse.macroNames);
      return text(token, token.image);
    case Kind.doubleEscape:
      return parseBackslashes(parse);
    case Kind.identifier:
    case Kind.referenceBrace:
      if (isReferenceNext(stream)) return parseReference(stream);
      return text(token, tokenText(stream.take()));
    case Kind.text:
    case Kind.escape:
    case Kind.dot:
    case Kind.leftParenthesis:
    case Kind.rightParenthesis:
    case Kind.integer:
    case Kind.decimal:
    case Kind.string:
    case Kind.referenceBraceEnd:
    case Kind.emptyIndex:
      return text(token, tokenText(stream.take()));
    default:
      return undefined;
  }
}

function text(token: Token, content: string): Node {
  return { type: 'text', text: content, offset: token.offset };
}

/** `\#if` loses its backslash when `if` is a directive or macro; otherwise it stays as it is. */
function escapedDirective(image: string, macroNames: ReadonlySet<string>): string {
  const last = image.lastIndexOf('\\');
  const directive = image.slice(last + 1);
  const name = directive[1] === '{' ? directive.slice(2, -1) : directive.slice(1);
  const isKnown = isPluggableDirective(name) || macroNames.has(name) || controlDirectives.has(name);
  return isKnown ? image.slice(0, last >> 1) + directive : image;
}

const controlKinds: ReadonlySet<number> = new Set([Kind.if, Kind.else, Kind.elseif, Kind.endDirective]);

/** Pairs of backslashes become one each before a directive, and stay otherwise. */
function parseBackslashes(parse: Parse): Node {
  const { stream } = parse;
  const first = stream.peekToken();
  let pairs = 0;
  while (stream.peek() === Kind.doubleEscape) {
    stream.take();
    pairs++;
  }
  const next = stream.peekToken();
  // Velocity 1.7 fails on a template that ends in two backslashes, here they are text.
  const name = next.image.slice(1);
  const isControl = controlKinds.has(next.kind) || isPluggableDirective(name) || parse.macroNames.has(name);
  return text(first, (isControl ? '\\' : '\\\\').repeat(pairs));
}

function parseSet(stream: TokenStream): SetNode {
  const { offset } = stream.take();
  stream.skipWhitespace();
  if (stream.peek() !== Kind.identifier && stream.peek() !== Kind.referenceBrace) throw stream.unexpected();
  const target = parseReference(stream);
  stream.skipWhitespace();
  stream.expect(Kind.assign);
  const value = parseExpression(stream);
  stream.expect(Kind.rightParenthesis);
  stream.lexer.inSet = false;
  return { type: 'set', target, value, offset };
}

function parseIf(parse: Parse): IfNode {
  const { stream } = parse;
  const { offset } = stream.peekToken();
  const branches: { condition: ExpressionNode; body: readonly Node[] }[] = [];
  do {
    stream.take();
    stream.skipWhitespace();
    stream.expect(Kind.leftParenthesis);
    const condition = parseExpression(stream);
    stream.expect(Kind.rightParenthesis);
    branches.push({ condition, body: parseStatements(parse) });
  } while (stream.peek() === Kind.elseif);
  let otherwise: readonly Node[] = [];
  if (stream.peek() === Kind.else) {
    stream.take();
    otherwise = parseStatements(parse);
  }
  stream.expect(Kind.endDirective);
  return { type: 'if', branches, otherwise, offset };
}

function parseDirective(parse: Parse): DirectiveNode {
  const { stream, macroNames } = parse;
  const { lexer } = stream;
  const first = stream.at;
  const token = stream.take();
  const name = token.kind === Kind.bracedWord ? token.image.slice(2, -1) : token.image.slice(1);
  const common = { type: 'directive', name, offset: token.offset } as const;
  lexer.enterArguments();
  if (!lexer.isBeforeParenthesis()) {
    if (name === 'macro') throw stream.error('A macro declaration requires at least a name argument', token.offset);
    lexer.pop();
    const literal = imagesSince(stream, first);
    return { ...common, args: [], hasParentheses: false, body: undefined, bodyLiteral: () => '', literal };
  }
  const args = parseDirectiveArguments(stream, name, token);
  stream.expect(Kind.rightParenthesis);
  let body: readonly Node[] | undefined;
  let bodyLiteral = () => '';
  if (blockDirectives.has(name) || name.startsWith('@')) {
    const bodyFirst = stream.at;
    body = parseStatements(parse);
    bodyLiteral = stream.literalSince(bodyFirst);
    stream.expect(Kind.endDirective);
  }
  if (name === 'macro') {
    const [macro] = args;
    if (macro?.type !== 'word') throw stream.error('First argument to #macro() must be  macro name', token.offset);
    macroNames.add(macro.word);
  }
  return { ...common, args, hasParentheses: true, body, bodyLiteral, literal: imagesSince(stream, first) };
}

function parseDirectiveArguments(
  stream: TokenStream,
  name: string,
  directive: Token,
): readonly (ExpressionNode | WordNode)[] {
  stream.skipWhitespace();
  stream.expect(Kind.leftParenthesis);
  const args: (ExpressionNode | WordNode)[] = [];
  for (;;) {
    stream.skipWhitespace();
    if (stream.peek() === Kind.rightParenthesis) return args;
    if (stream.peek() === Kind.comma) {
      stream.take();
      stream.skipWhitespace();
    }
    const arg = parseDirectiveArgument(stream);
    complainAboutWord(stream, name, directive, arg, args.length);
    args.push(arg);
  }
}

function parseDirectiveArgument(stream: TokenStream): ExpressionNode | WordNode {
  if (stream.peek() !== Kind.word) return parseValue(stream);
  const { image, offset } = stream.take();
  return { type: 'word', word: image, offset };
}

/** Bare words may stand only where a directive expects them: `in` in a #foreach, the name in a #macro. Macros decide when they are called. */
function complainAboutWord(
  stream: TokenStream,
  name: string,
  directive: Token,
  arg: ExpressionNode | WordNode,
  position: number,
): void {
  const isMacroName = name === 'macro' && position === 0;
  if (arg.type !== 'word') {
    if (!isMacroName) return;
    throw stream.error(
      'Invalid first arg in #macro() directive - must be a word token (no \' or " surrounding)',
      directive.offset,
    );
  }
  if (isMacroName || !isPluggableDirective(name) || (name === 'foreach' && position === 1)) return;
  throw stream.error(`Invalid arg #${position} in directive ${directive.image}`, directive.offset);
}

/** Directives nobody knows print their tokens, but not the loose characters between. */
function imagesSince(stream: TokenStream, first: number): () => string {
  const { tokens } = stream.lexer;
  const end = stream.at;
  return () => {
    let images = '';
    for (let at = first; at < end; at++) images += tokens[at]!.image;
    return images;
  };
}
