/** The tree of a parsed template. Nodes keep where they begin, for errors; `literal()` is their source text as Velocity would print it. */

export interface Located {
  /** From 0, in the source the node was parsed from. */
  readonly offset: number;
}

export type Node = TextNode | ReferenceNode | SetNode | IfNode | DirectiveNode;

/** Text, an escape, a comment (empty): whatever is the same on every rendering. */
export interface TextNode extends Located {
  readonly type: 'text';
  readonly text: string;
}

export interface ReferenceNode extends Located {
  readonly type: 'reference';
  readonly name: string;
  readonly path: readonly PathNode[];
  /** `$!x` prints nothing when null. */
  readonly isQuiet: boolean;
  /** A bare name where a reference may stand: prints itself, is worth nothing. */
  readonly isRunt: boolean;
  /** `$\!x`: prints itself without the backslash, is worth nothing. */
  readonly isComputable: boolean;
  /** An odd number of backslashes stands before: prints its source when it has a value. */
  readonly isEscaped: boolean;
  /** Half of those backslashes. */
  readonly escapePrefix: string;
  /** Further `$`s before the last. */
  readonly morePrefix: string;
  /** What is printed for null. */
  nullText(): string;
  /** The reference's first token without its first character, `x` for `$x`: the name #set, #define and #macro go by. */
  readonly assignedName: string;
  literal(): string;
}

export type PathNode =
  | { readonly type: 'property'; readonly name: string; readonly offset: number }
  | {
      readonly type: 'method';
      readonly name: string;
      readonly args: readonly ExpressionNode[];
      readonly offset: number;
    }
  | { readonly type: 'index'; readonly at: ExpressionNode; readonly offset: number };

export interface SetNode extends Located {
  readonly type: 'set';
  readonly target: ReferenceNode;
  readonly value: ExpressionNode;
}

export interface IfNode extends Located {
  readonly type: 'if';
  readonly branches: readonly { readonly condition: ExpressionNode; readonly body: readonly Node[] }[];
  readonly otherwise: readonly Node[];
}

export interface DirectiveNode extends Located {
  readonly type: 'directive';
  /** Without `#` and braces; a macro call with a body keeps its `@`. */
  readonly name: string;
  readonly args: readonly (ExpressionNode | WordNode)[];
  readonly hasParentheses: boolean;
  /** What stands between the directive and its #end. */
  readonly body: readonly Node[] | undefined;
  /** The source of the body. */
  bodyLiteral(): string;
  literal(): string;
}

/** A bare word among a directive's arguments: `in` of a #foreach, the name of a #macro. */
export interface WordNode extends Located {
  readonly type: 'word';
  readonly word: string;
}

export type ExpressionNode =
  | ReferenceNode
  | ({ readonly type: 'string'; readonly image: string; literal(): string } & Located)
  | ({ readonly type: 'integer' | 'decimal'; readonly image: string; literal(): string } & Located)
  | ({ readonly type: 'boolean'; readonly value: boolean; literal(): string } & Located)
  | ({
      readonly type: 'range';
      readonly from: ExpressionNode;
      readonly to: ExpressionNode;
      literal(): string;
    } & Located)
  | ({ readonly type: 'list'; readonly items: readonly ExpressionNode[]; literal(): string } & Located)
  | ({
      readonly type: 'map';
      readonly entries: readonly (readonly [ExpressionNode, ExpressionNode])[];
      literal(): string;
    } & Located)
  | ({ readonly type: 'not'; readonly operand: ExpressionNode; literal(): string } & Located)
  | ({
      readonly type: 'binary';
      readonly operator: BinaryOperator;
      readonly left: ExpressionNode;
      readonly right: ExpressionNode;
      literal(): string;
    } & Located);

export type BinaryOperator = '||' | '&&' | '==' | '!=' | '<' | '>' | '<=' | '>=' | '+' | '-' | '*' | '/' | '%';
