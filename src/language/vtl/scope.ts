/** The variables a piece of template sees while it is rendered, and the rendering they belong to. */
import type { Macro } from './compile-macro.ts';
import { type Position, TemplateError } from './template-error.ts';
import { JavaException, type VtlValue } from './values.ts';

/** Where a node stands, found only when something goes wrong there. */
export interface Site {
  readonly offset: number;
  locate(offset: number): Position;
}

/** One rendering: what it may still do. */
export class Run {
  /** Where it is now, roughly: for errors. */
  site: Site;
  /** Macros of the template, and those defined by #evaluate since. */
  macros: ReadonlyMap<string, Macro>;
  /** Macros being rendered, outermost first. */
  readonly macroCalls: string[] = [];
  /** Templates inside #evaluate inside #evaluate. */
  evaluations = 0;
  private stepsLeft: number;
  /** Monotonic. Steps are not alike: one may replace letters in a text of megabytes. */
  private readonly deadlineMs: number;

  constructor(macros: ReadonlyMap<string, Macro>, site: Site, maxSteps: number, timeLimitMs: number) {
    this.macros = macros;
    this.site = site;
    this.stepsLeft = maxSteps;
    this.deadlineMs = performance.now() + timeLimitMs;
  }

  /** Counts work that a template can repeat, and looks at the clock. */
  step(count: number): void {
    this.count(count);
    if (performance.now() > this.deadlineMs) throw this.error('The template takes too long');
  }

  /** Counts work within a step: what stands in the argument of a macro is worked out as often as the macro names it. */
  count(steps: number): void {
    this.stepsLeft -= steps;
    if (this.stepsLeft < 0) throw this.error('The template takes too many steps');
  }

  error(what: string, cause?: unknown): TemplateError {
    return new TemplateError(what, this.site.locate(this.site.offset), cause);
  }
}

/** Variables by name. Null and absent are the same to a template. */
export interface Scope {
  readonly run: Run;
  get(name: string): VtlValue;
  put(name: string, value: VtlValue): void;
  remove(name: string): void;
  /** What was written as the argument of a macro: an unresolved `$a` inside prints it instead of itself. */
  argumentText(reference: string): string | undefined;
}

/** What rendering writes to. */
export interface Output {
  text: string;
}

export class TemplateScope implements Scope {
  readonly run: Run;
  private readonly variables: Map<string, VtlValue>;

  constructor(run: Run, variables: Map<string, VtlValue>) {
    this.run = run;
    this.variables = variables;
  }

  get(name: string): VtlValue {
    return this.variables.get(name) ?? null;
  }

  put(name: string, value: VtlValue): void {
    this.variables.set(name, value);
  }

  remove(name: string): void {
    this.variables.delete(name);
  }

  argumentText(): undefined {
    return undefined;
  }
}

/** An argument that is evaluated anew, in the caller's scope, whenever the macro asks for it. */
export interface Argument {
  value(caller: Scope): VtlValue;
  literal(): string;
}

/** Inside a macro: its arguments come first, assignments go to the caller as well. */
export class MacroScope implements Scope {
  readonly run: Run;
  private readonly caller: Scope;
  private readonly locals = new Map<string, VtlValue>();
  private readonly args = new Map<string, Argument>();

  constructor(caller: Scope) {
    this.run = caller.run;
    this.caller = caller;
  }

  /** A constant, or the body of a call: a variable of the macro's own. */
  define(name: string, value: VtlValue): void {
    this.locals.set(name, value);
  }

  pass(name: string, argument: Argument): void {
    this.args.set(name, argument);
  }

  get(name: string): VtlValue {
    const local = this.locals.get(name);
    if (local !== undefined && local !== null) return local;
    const argument = this.args.get(name);
    return argument === undefined ? this.caller.get(name) : argument.value(this.caller);
  }

  put(name: string, value: VtlValue): void {
    this.locals.set(name, value);
    this.caller.put(name, value);
  }

  remove(name: string): void {
    this.locals.delete(name);
    this.args.delete(name);
    this.caller.remove(name);
  }

  argumentText(reference: string): string | undefined {
    const argument = reference.startsWith('$') ? this.args.get(reference.slice(1)) : undefined;
    return argument === undefined ? this.caller.argumentText(reference) : argument.literal();
  }
}

/** The body of a #foreach for an element that is null: the loop's variable is null whatever it was outside. */
export class NullElementScope implements Scope {
  readonly run: Run;
  private readonly inner: Scope;
  private readonly name: string;
  private hides = true;

  constructor(inner: Scope, name: string) {
    this.run = inner.run;
    this.inner = inner;
    this.name = name;
  }

  get(name: string): VtlValue {
    return this.hides && name === this.name ? null : this.inner.get(name);
  }

  put(name: string, value: VtlValue): void {
    if (name === this.name && value === null) this.hides = true;
    this.inner.put(name, value);
  }

  remove(name: string): void {
    if (name === this.name) this.hides = false;
    this.inner.remove(name);
  }

  argumentText(reference: string): string | undefined {
    return this.inner.argumentText(reference);
  }
}

/** How a #break or #stop finds its way out; no error. */
export class StopSignal extends Error {
  /** The directive to leave; undefined for the nearest that can be left. */
  readonly owner: object | undefined;

  constructor(owner?: object) {
    super('#break or #stop');
    this.owner = owner;
  }
}

/** Throws a JavaException of a place's as a TemplateError; what is one already, and signals, pass. */
export function located(error: unknown, run: Run): unknown {
  if (error instanceof TemplateError || error instanceof StopSignal) return error;
  if (error instanceof JavaException) return run.error(error.message, error);
  if (error instanceof RangeError)
    return run.error('The template needs more memory or deeper calls than it may', error);
  return run.error(error instanceof Error ? error.message : String(error), error);
}
