/** What a JSON path says, parsed: a list of steps from `$` (or, in a filter, `@`), and the expressions of its filters. */
import type { JsonValue } from '../java-values.ts';
import type { FunctionName } from './functions.ts';
import type { WholeTextPattern } from './whole-text-pattern.ts';

/** A text that is no JSON path; `position` counts from 0 in the text the caller wrote. */
export class JsonPathError extends Error {
  /** The message without the position. */
  readonly reason: string;
  readonly position: number;

  constructor(reason: string, position: number) {
    super(`${reason}, at position ${position}`);
    this.name = 'JsonPathError';
    this.reason = reason;
    this.position = position;
  }
}

export interface PathSyntax {
  /** `$`, the document, or `@`, the value a filter looks at. */
  readonly root: '$' | '@';
  readonly steps: readonly PathStep[];
}

export type PathStep =
  /** `.name`, `['name']`, `['one','other']`; never empty. */
  | { readonly kind: 'members'; readonly names: readonly string[] }
  /** `[0]`, `[-1]`, `[0,2]`; never empty. */
  | { readonly kind: 'elements'; readonly indexes: readonly number[] }
  /** `[from:to]`; at least one of the two is there. */
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  /** `*` */
  | { readonly kind: 'wildcard' }
  /** `..`; another step follows. */
  | { readonly kind: 'scan' }
  /** `[?(…)]` */
  | { readonly kind: 'filter'; readonly condition: Condition }
  /** `.name(…)` */
  | { readonly kind: 'function'; readonly name: FunctionName; readonly parameters: readonly Parameter[] };

/** A parameter of a function: a path, read from the document, or a JSON text. */
export type Parameter =
  | { readonly kind: 'path'; readonly path: PathSyntax }
  | { readonly kind: 'json'; readonly value: JsonValue };

export type Condition =
  | { readonly kind: 'any' | 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition }
  /** `@.a`, and `!@.a` where nothing must be there. */
  | { readonly kind: 'exists'; readonly path: PathSyntax; readonly expected: boolean }
  | { readonly kind: 'comparison'; readonly left: Operand; readonly operator: Operator; readonly right: Operand };

export type Operand =
  | { readonly kind: 'path'; readonly path: PathSyntax }
  | { readonly kind: 'value'; readonly value: JsonValue }
  | { readonly kind: 'pattern'; readonly pattern: WholeTextPattern };

/** In lower case; a path may write the words in any. */
export const operators = [
  '==',
  '===',
  '!=',
  '!==',
  '<',
  '<=',
  '>',
  '>=',
  '=~',
  'in',
  'nin',
  'contains',
  'size',
  'empty',
  'subsetof',
  'anyof',
  'noneof',
  // Jayway reads these three, but no text can give them an operand they accept, so a filter with one never matches.
  'all',
  'type',
  'matches',
] as const;

export type Operator = (typeof operators)[number];
