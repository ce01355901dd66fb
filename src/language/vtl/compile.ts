/** The tree of a template → one closure that renders it. */
import type { Compilation, Render } from './compilation.ts';
import { compileDirective } from './compile-directive.ts';
import { compileCondition, compilePathStep, compileReference, compileValue } from './compile-expression.ts';
import { setElement, setProperty } from './members.ts';
import { located, type Scope } from './scope.ts';
import type { IfNode, Node, SetNode } from './syntax.ts';
import type { VtlValue } from './values.ts';

/** Rendering one of these again costs about so many steps: nodes, and what their source holds beside. */
export function weightOf(nodes: readonly Node[]): number {
  const [first, last] = [nodes[0], nodes.at(-1)];
  return first === undefined || last === undefined ? 1 : nodes.length + ((last.offset - first.offset) >> 5);
}

export function compileNodes(nodes: readonly Node[], c: Compilation): Render {
  const renders = nodes.map((node) => compileNode(node, c));
  if (renders.length === 1) return renders[0]!;
  return function renderAll(scope, out) {
    for (let at = 0; at < renders.length; at++) renders[at]!(scope, out);
  };
}

function compileNode(node: Node, c: Compilation): Render {
  switch (node.type) {
    case 'text': {
      const { text } = node;
      return (_, out) => {
        out.text += text;
      };
    }
    case 'reference':
      return compileReference(node, c);
    case 'set':
      return compileSet(node, c);
    case 'if':
      return compileIf(node, c);
    case 'directive':
      return compileDirective(node, c);
  }
}

function compileIf(node: IfNode, c: Compilation): Render {
  const branches = node.branches.map(({ condition, body }) => ({
    holds: compileCondition(condition, c),
    render: compileNodes(body, c),
  }));
  const otherwise = compileNodes(node.otherwise, c);
  const site = c.site(node.offset);
  return function renderIf(scope, out) {
    scope.run.site = site;
    for (const { holds, render } of branches) {
      if (!holds(scope)) continue;
      render(scope, out);
      return;
    }
    otherwise(scope, out);
  };
}

function compileSet({ target, value: expression, offset }: SetNode, c: Compilation): Render {
  const { setNullAllowed } = c.options;
  const site = c.site(offset);
  const path = target.path.slice(0, -1).map((part) => compilePathStep(part, c));
  const last = target.path.at(-1);
  const at = last?.type === 'index' ? compileValue(last.at, c) : undefined;
  const value = compileValue(expression, c);

  function assign(scope: Scope, result: VtlValue): void {
    let owner: VtlValue = target.isRunt ? null : scope.get(target.name);
    for (let step = 0; owner !== null && step < path.length; step++) owner = path[step]!(owner, scope);
    if (owner === null) return;
    scope.run.site = site;
    try {
      if (at !== undefined) setElement(owner, at(scope), result);
      else if (last !== undefined && last.type !== 'index') setProperty(owner, last.name, result);
    } catch (error) {
      throw located(error, scope.run);
    }
  }

  return function renderSet(scope) {
    scope.run.site = site;
    const result = value(scope);
    if (result === null && !setNullAllowed) return;
    if (last !== undefined) assign(scope, result);
    else if (result === null) scope.remove(target.assignedName);
    else scope.put(target.assignedName, result);
  };
}
