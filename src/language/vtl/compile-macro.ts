/** #macro and its calls, #define: pieces of template that are rendered where they are named. */
import type { Compilation, Render, Value } from './compilation.ts';
import { type Argument, MacroScope, type Output, type Scope, StopSignal } from './scope.ts';
import type { Block } from './values.ts';

export interface Macro {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: Render;
  readonly weight: number;
}

/** An argument of a call: constants are worked out at once, the rest whenever the macro uses it. */
export interface MacroArgument extends Argument {
  readonly isConstant: boolean;
}

export interface MacroCall {
  readonly args: readonly MacroArgument[];
  /** The body of `#@name() … #end`. */
  readonly body: Render | undefined;
  readonly bodyWeight: number;
  /** A bare word among the arguments is refused once it is clear that the name is a macro's. */
  readonly badWord: string | undefined;
  readonly literal: () => string;
}

/** How often a block may be inside itself: twice for #define, as deep as macros for the body of a call. */
const maxDefineDepth = 2;

export class DefinedBlock implements Block {
  readonly isBlock = true;
  private readonly scope: Scope;
  private readonly render: Render;
  private readonly weight: number;
  private readonly maxDepth: number;
  private depth = 0;

  constructor(scope: Scope, render: Render, weight: number, maxDepth = maxDefineDepth) {
    this.scope = scope;
    this.render = render;
    this.weight = weight;
    this.maxDepth = maxDepth;
  }

  /** Renders with the variables of where the block is printed; false when it is inside itself too deep. */
  renderIn(scope: Scope, out: Output): boolean {
    if (this.depth >= this.maxDepth) return false;
    scope.run.step(this.weight);
    this.depth++;
    try {
      this.render(scope, out);
    } catch (error) {
      if (!(error instanceof StopSignal) || error.owner !== undefined) throw error;
    } finally {
      this.depth--;
    }
    return true;
  }

  text(): string | null {
    const out: Output = { text: '' };
    return this.renderIn(this.scope, out) ? out.text : null;
  }
}

/** Calls a macro by name; a name that no macro has prints the call as it is written. */
export function compileMacroCall(name: string, call: MacroCall, offset: number, c: Compilation): Render {
  const site = c.site(offset);
  const { macroDepth } = c.limits;
  return function callMacro(scope, out) {
    const { run } = scope;
    const macro = run.macros.get(name);
    if (macro === undefined) {
      out.text += call.literal();
      return;
    }
    run.site = site;
    if (call.badWord !== undefined) throw run.error(`Invalid arg '${call.badWord}' in macro #${name}`);
    if (run.macroCalls.length >= macroDepth) {
      const stack = run.macroCalls.join('->');
      throw run.error(`Max calling depth of ${macroDepth} was exceeded in macro '${name}' with Call Stack:${stack}`);
    }
    run.step(macro.weight);
    const inner = macroScope(macro, call, scope, macroDepth);
    run.macroCalls.push(name);
    try {
      macro.body(inner, out);
    } catch (error) {
      // As in Velocity 1.7, a macro left by #break stays on the stack of calls.
      if (error instanceof StopSignal && error.owner === undefined) return;
      throw error;
    }
    run.macroCalls.pop();
  };
}

function macroScope(macro: Macro, call: MacroCall, caller: Scope, macroDepth: number): MacroScope {
  const inner = new MacroScope(caller);
  for (const [at, argument] of call.args.entries()) {
    const parameter = macro.parameters[at];
    if (parameter === undefined) break;
    if (argument.isConstant) inner.define(parameter, argument.value(caller));
    else inner.pass(parameter, argument);
  }
  if (call.body !== undefined) {
    inner.define('bodyContent', new DefinedBlock(caller, call.body, call.bodyWeight, macroDepth));
  }
  return inner;
}

/** An argument of a macro call. */
export function macroArgument(value: Value, literal: () => string, isConstant: boolean): MacroArgument {
  return { value, literal, isConstant };
}
