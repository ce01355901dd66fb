/** Every directive but #set and #if → closures; what no directive is called is the call of a macro. */
import type { Compilation, Render, Value } from './compilation.ts';
import { compileNodes, weightOf } from './compile.ts';
import { compileReference, compileValue } from './compile-expression.ts';
import { compileForeach } from './compile-foreach.ts';
import { compileMacroCall, DefinedBlock, macroArgument } from './compile-macro.ts';
import { textOf } from './java-text.ts';
import { parseTemplate } from './parse.ts';
import { type Scope, StopSignal } from './scope.ts';
import type { DirectiveNode, ExpressionNode, WordNode } from './syntax.ts';
import { positionAt, TemplateError } from './template-error.ts';
import { LoopScope } from './values.ts';

/** #evaluate inside #evaluate; each level parses anew. */
const maxEvaluations = 10;

const breakSignal = new StopSignal();
/** Owned by nobody in the template: leaves all of it. */
const everything = {};
const stopSignal = new StopSignal(everything);

/** Whether a signal leaves the whole template, or at least the #evaluate it comes from. */
export function leavesTemplate(signal: StopSignal): boolean {
  return signal.owner === undefined || signal.owner === everything;
}

/** An argument that may also stand where a body is looked for. */
export interface DirectiveArgument {
  readonly node: ExpressionNode | WordNode;
  readonly value: Value;
  readonly render: Render;
}

export function compileDirective(node: DirectiveNode, c: Compilation): Render {
  const { name, offset } = node;
  if (!node.hasParentheses && name.startsWith('@')) return text(`#${name}`);
  const args = node.args.map((arg) => compileArgument(arg, c));
  const body = node.body === undefined ? undefined : compileNodes(node.body, c);
  switch (name) {
    case 'foreach':
      return body === undefined ? refuse(c, offset, '#foreach needs arguments') : compileForeach(node, args, body, c);
    case 'macro':
      defineMacro(node, body!, c);
      return text('');
    case 'define':
      return compileDefine(node, args, body, c);
    case 'literal':
      if (args[0] === undefined && node.bodyLiteral() === '') return refuse(c, offset, '#literal needs a body');
      return text(args[0] === undefined ? node.bodyLiteral() : literalOf(args[0].node));
    case 'break':
      return compileBreak(args, offset, c);
    case 'stop':
      if (args.length > 1) return refuse(c, offset, 'The #stop directive only accepts a single message parameter');
      return () => {
        throw stopSignal;
      };
    case 'evaluate':
      return compileEvaluate(args, offset, c);
    case 'include':
    case 'parse':
      return compileInclude(args, offset, c);
    default:
      return compileCall(node, args, body, c);
  }
}

function text(content: string): Render {
  return (_, out) => {
    out.text += content;
  };
}

function refuse(c: Compilation, offset: number, what: string): never {
  throw new TemplateError(what, c.locate(offset));
}

function literalOf(node: ExpressionNode | WordNode): string {
  return node.type === 'word' ? node.word : node.literal();
}

function compileArgument(node: ExpressionNode | WordNode, c: Compilation): DirectiveArgument {
  if (node.type === 'word') return { node, value: () => null, render: text('') };
  const render = node.type === 'reference' ? compileReference(node, c) : text('');
  return { node, value: compileValue(node, c), render };
}

/** The name a directive defines: whatever follows the first character of its argument. */
export function definedName(node: ExpressionNode | WordNode): string {
  if (node.type === 'reference') return node.assignedName;
  return literalOf(node).slice(1);
}

function defineMacro(node: DirectiveNode, body: Render, c: Compilation): void {
  const [name, ...parameters] = node.args;
  if (name?.type !== 'word' || c.macros.has(name.word)) return;
  c.macros.set(name.word, {
    name: name.word,
    parameters: parameters.map((parameter) =>
      parameter.type === 'reference' ? parameter.assignedName : literalOf(parameter),
    ),
    body,
    weight: weightOf(node.body ?? []),
  });
}

function compileDefine(
  node: DirectiveNode,
  args: readonly DirectiveArgument[],
  body: Render | undefined,
  c: Compilation,
): Render {
  const [block] = args;
  if (args.length !== 1 || block === undefined || body === undefined) {
    return refuse(c, node.offset, 'parameter missing: block name');
  }
  const name = definedName(block.node);
  const weight = weightOf(node.body ?? []);
  return (scope) => scope.put(name, new DefinedBlock(scope, body, weight));
}

function compileBreak(args: readonly DirectiveArgument[], offset: number, c: Compilation): Render {
  if (args.length > 1) return refuse(c, offset, 'The #stop directive only accepts a single scope object');
  const [which] = args;
  if (which === undefined) {
    return () => {
      throw breakSignal;
    };
  }
  const site = c.site(offset);
  return function breakScoped(scope) {
    const loop = which.value(scope);
    if (loop instanceof LoopScope) throw new StopSignal(loop.owner);
    scope.run.site = site;
    throw scope.run.error(
      `${literalOf(which.node)} is not a valid org.apache.velocity.runtime.directive.Scope instance`,
    );
  };
}

function compileEvaluate(args: readonly DirectiveArgument[], offset: number, c: Compilation): Render {
  const [source] = args;
  if (args.length !== 1 || source === undefined) return refuse(c, offset, '#evaluate() requires exactly one argument');
  if (source.node.type !== 'string' && source.node.type !== 'reference') {
    return refuse(c, offset, '#evaluate()  argument must be a string literal or reference');
  }
  const site = c.site(offset);
  return function evaluate(scope, out) {
    const value = source.value(scope);
    if (value === null) return;
    scope.run.site = site;
    const render = compileEvaluated(textOf(value), scope, c);
    if (++scope.run.evaluations > maxEvaluations) throw scope.run.error('#evaluate is nested too deep');
    try {
      render(scope, out);
    } catch (error) {
      if (!(error instanceof StopSignal) || !leavesTemplate(error)) throw error;
    } finally {
      scope.run.evaluations--;
    }
  };
}

/** Parses a text while rendering; macros it defines are known from then on, in this rendering only. */
function compileEvaluated(source: string, scope: Scope, c: Compilation): Render {
  const { run } = scope;
  run.step(source.length >> 3);
  const macros = new Map(run.macros);
  const { site } = run;
  try {
    const inner: Compilation = {
      ...c,
      macros,
      site: () => site,
      locate: (offset) => positionAt(source, offset),
    };
    const render = compileNodes(parseTemplate(source, new Set(macros.keys())), inner);
    run.macros = macros;
    return render;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw run.error(`#evaluate: ${error.message}`, error);
  }
}

/** There are no files to include. */
function compileInclude(args: readonly DirectiveArgument[], offset: number, c: Compilation): Render {
  const site = c.site(offset);
  return function include(scope) {
    for (const arg of args) {
      const name = arg.value(scope);
      scope.run.site = site;
      if (name !== null) throw scope.run.error(`Unable to find resource '${textOf(name)}'`);
    }
  };
}

const byName: ReadonlySet<string> = new Set(['reference', 'string', 'list', 'map', 'range']);

function compileCall(
  node: DirectiveNode,
  args: readonly DirectiveArgument[],
  body: Render | undefined,
  c: Compilation,
): Render {
  const word = node.args.find((arg) => arg.type === 'word');
  const call = {
    args: args.map(({ node: arg, value }) => macroArgument(value, () => literalOf(arg), !byName.has(arg.type))),
    body,
    bodyWeight: weightOf(node.body ?? []),
    badWord: word?.type === 'word' ? word.word : undefined,
    literal: node.literal,
  };
  const name = node.name.startsWith('@') ? node.name.slice(1) : node.name;
  return compileMacroCall(name, call, node.offset, c);
}
