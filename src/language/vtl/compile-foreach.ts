/** #foreach → a closure. */
import type { Compilation, Render } from './compilation.ts';
import { weightOf } from './compile.ts';
import { type DirectiveArgument, definedName } from './compile-directive.ts';
import { NullElementScope, type Scope, StopSignal } from './scope.ts';
import type { DirectiveNode } from './syntax.ts';
import { TemplateError } from './template-error.ts';
import { JavaIterator, LoopScope, MapView, type VtlValue } from './values.ts';

/** The words of Velocity 1.5 for what is `$foreach.count` and `$foreach.hasNext` today. */
const counterName = 'velocityCount';
const hasNextName = 'velocityHasNext';
const scopeName = 'foreach';

/**
 * `#foreach($item in $list) … #end`. Velocity takes the third argument for the list and the fourth node for the body, whatever was written: without
 * `in`, the body is taken for the list and nothing happens.
 */
export function compileForeach(
  node: DirectiveNode,
  args: readonly DirectiveArgument[],
  body: Render,
  c: Compilation,
): Render {
  const [variable, , list, instead] = args;
  if (variable === undefined || args.length < 2) {
    throw new TemplateError('#foreach needs a variable, `in` and a list', c.locate(node.offset));
  }
  if (list === undefined) return () => {};
  const name = variable.node.type === 'reference' ? variable.node.name : definedName(variable.node);
  const render = instead?.render ?? body;
  const weight = weightOf(node.body ?? []);
  const site = c.site(node.offset);
  const owner = node;
  const { iterations } = c.limits;

  return function foreach(scope, out) {
    scope.run.site = site;
    const iterator = iteratorOf(list.value(scope));
    if (iterator === undefined) return;
    const saved = scope.get(name);
    const savedCounter = scope.get(counterName);
    const savedHasNext = scope.get(hasNextName);
    const loop = new LoopScope(owner, scope.get(scopeName));
    scope.put(scopeName, loop);
    let nullScope: Scope | undefined;
    try {
      while (iterator.hasNext() && loop.index + 1 < iterations) {
        scope.run.step(weight);
        loop.index++;
        const element = iterator.next();
        loop.hasNext = iterator.hasNext();
        scope.put(counterName, loop.index + 1);
        scope.put(hasNextName, loop.hasNext);
        scope.put(name, element);
        if (element === null) nullScope ??= new NullElementScope(scope, name);
        render(element === null ? nullScope! : scope, out);
      }
    } catch (signal) {
      const isOurs = signal instanceof StopSignal && (signal.owner === undefined || signal.owner === owner);
      if (!isOurs) {
        if (signal instanceof StopSignal) restoreAll();
        throw signal;
      }
    }
    restoreAll();

    function restoreAll(): void {
      restore(scope, name, saved);
      restore(scope, counterName, savedCounter);
      restore(scope, hasNextName, savedHasNext);
      const current = scope.get(scopeName);
      if (current instanceof LoopScope) restore(scope, scopeName, current.parent ?? current.replaced);
    }
  };
}

function restore(scope: Scope, name: string, value: VtlValue): void {
  if (value === null) scope.remove(name);
  else scope.put(name, value);
}

/** Lists, arrays, a map's values, iterators; nothing else can be gone through, and is passed over in silence. */
function iteratorOf(value: VtlValue): JavaIterator | undefined {
  if (value instanceof JavaIterator) return value;
  if (Array.isArray(value) || value instanceof Map || value instanceof MapView) return new JavaIterator(value);
  return undefined;
}
