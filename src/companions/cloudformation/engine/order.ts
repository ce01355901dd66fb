/** In which order resources are made: each after all it refers to or depends on. */
import type { Json } from '../records.ts';
import { validationError } from '../refusals.ts';
import { referencesIn } from '../template/references.ts';
import type { ResourceDeclaration } from '../template/template.ts';

/** Logical ids of resources of `all` that this one needs. `taken` says which way an Fn::If goes. */
export function needsOf(
  declaration: Pick<ResourceDeclaration, 'properties' | 'dependsOn'>,
  all: ReadonlySet<string>,
  taken: (condition: Json) => boolean,
): string[] {
  const needs = new Set(declaration.dependsOn.filter((name) => all.has(name)));
  for (const { kind, name } of referencesIn(declaration.properties, taken)) {
    if ((kind === 'ref' || kind === 'attribute') && all.has(name)) needs.add(name);
  }
  return [...needs];
}

/** Names in an order where each follows what it needs; otherwise in their own. Throws ValidationError for a circle. */
export function inOrder(needs: ReadonlyMap<string, readonly string[]>): string[] {
  const order: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  function visit(name: string): void {
    if (state.get(name) === 'done') return;
    if (state.get(name) === 'open') {
      throw validationError(`Circular dependency between resources: [${circleOf(needs).join(', ')}]`);
    }
    state.set(name, 'open');
    for (const needed of needs.get(name) ?? []) if (needs.has(needed)) visit(needed);
    state.set(name, 'done');
    order.push(name);
  }
  for (const name of needs.keys()) visit(name);
  return order;
}

/** Those left when all that need nothing are taken away, again and again. */
function circleOf(needs: ReadonlyMap<string, readonly string[]>): string[] {
  const left = new Map([...needs].map(([name, list]) => [name, new Set(list.filter((each) => needs.has(each)))]));
  for (;;) {
    const free = [...left].filter(([, list]) => list.size === 0).map(([name]) => name);
    if (free.length === 0) return [...left.keys()];
    for (const name of free) left.delete(name);
    for (const list of left.values()) for (const name of free) list.delete(name);
  }
}
