/** The tokens of a template as the parser takes them: one at a time, looking ahead only where the grammar does. */
import { Lexer } from './lexer.ts';
import { TemplateError } from './template-error.ts';
import { Kind, type Token, tokenText } from './token.ts';

/** Deeper than any template needs, shallow enough for the stack: 150 blocks or brackets inside each other, 1,500 operators in a row. */
const maxDepth = 1500;
const nestingDepth = 10;

export class TokenStream {
  readonly lexer: Lexer;
  /** The next token's place in the lexer's list. */
  at = 0;
  private depth = 0;

  constructor(source: string) {
    this.lexer = new Lexer(source);
  }

  /** The kind of the next token, or of one further ahead. Reads only as far as asked: directives change how the lexer goes on. */
  peek(ahead = 0): number {
    return (this.lexer.tokens[this.at + ahead] ?? this.peekToken(ahead)).kind;
  }

  peekToken(ahead = 0): Token {
    const { tokens } = this.lexer;
    while (tokens.length <= this.at + ahead) this.lexer.next();
    return tokens[this.at + ahead]!;
  }

  take(): Token {
    const token = this.peekToken();
    this.at++;
    return token;
  }

  /** Takes the next token, which must be of a kind. */
  expect(kind: number): Token {
    if (this.peek() !== kind) throw this.unexpected();
    return this.take();
  }

  skipWhitespace(): void {
    if (this.peek() === Kind.whitespace) this.at++;
  }

  unexpected(): TemplateError {
    const token = this.peekToken();
    const image = token.kind === Kind.end ? '<EOF>' : token.image;
    return this.error(`Encountered ${JSON.stringify(image)}`, token.offset);
  }

  error(what: string, offset: number): TemplateError {
    return new TemplateError(what, this.lexer.position(offset));
  }

  /** Runs a production one level deeper. */
  nested<T>(production: () => T): T {
    this.deepen(nestingDepth);
    const result = production();
    this.depth -= nestingDepth;
    return result;
  }

  /** Counts what makes the tree deeper, such as an operator whose left side is all before it; `deepen(-n)` takes it back. */
  deepen(by: number): void {
    this.depth += by;
    if (this.depth > maxDepth) throw this.error('Nested too deep', this.peekToken().offset);
  }

  /** The text of the tokens taken since one, put together when first asked for; it is needed only where a reference is null. */
  literalSince(first: number, end = this.at): () => string {
    const { tokens } = this.lexer;
    let text: string | undefined;
    return function literal() {
      text ??= tokens.slice(first, end).map(tokenText).join('');
      return text;
    };
  }
}
