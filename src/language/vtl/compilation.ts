/** What compiling one template goes by. */
import type { Macro } from './compile-macro.ts';
import type { Output, Scope, Site } from './scope.ts';
import type { Position } from './template-error.ts';
import type { VtlValue } from './values.ts';

export type Render = (scope: Scope, out: Output) => void;
export type Value = (scope: Scope) => VtlValue;
export type Condition = (scope: Scope) => boolean;

export interface TemplateOptions {
  /** Whether `#set($x = $missing)` clears $x. Velocity 1.7 keeps the old value. */
  readonly setNullAllowed: boolean;
  /** Whether `#if` takes an empty text for true, as Velocity 1.7 does and 2.0 no longer. */
  readonly emptyStringTruthy: boolean;
  /** Whether null `==` "", which Velocity denies and API Gateway was recorded to affirm. */
  readonly nullEqualsEmptyText: boolean;
}

export interface TemplateLimits {
  /** Iterations of one #foreach; further elements are left out (API Gateway: 1,000). */
  readonly iterations: number;
  /** Numbers in one `[a..b]`. */
  readonly rangeSize: number;
  /** Macros inside macros (Velocity: 20). */
  readonly macroDepth: number;
  /** Nodes rendered in all, loops included. */
  readonly steps: number;
  /** Milliseconds for one rendering, looked at with every iteration and macro: while a template renders, nobody else is served. */
  readonly timeMs: number;
}

export interface Compilation {
  readonly options: TemplateOptions;
  readonly limits: TemplateLimits;
  /** Macros by name; the first definition counts. */
  readonly macros: Map<string, Macro>;
  readonly macroNames: Set<string>;
  site(offset: number): Site;
  locate(offset: number): Position;
}

/** A template inside a template (an interpolated string): errors are placed where it stands outside. */
export function inside(c: Compilation, offset: number): Compilation {
  const site = c.site(offset);
  return { ...c, site: () => site, locate: () => c.locate(offset) };
}
