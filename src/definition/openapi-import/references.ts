/** Follows `$ref`s within a document. Others' documents are never fetched: an import reads what it was handed and nothing else. */

import { unescapePointerSegment } from '../../base/json-patch.ts';
import { decodedSegment } from '../../base/percent.ts';
import { Problem } from '../../base/problem.ts';
import { isNode, memberOf, type Node } from './members.ts';

const maxHops = 50;
/** Values met by following references, each as often as it is referred to: a small document can refer to a large part of itself ten thousand times. */
const maxReferredNodes = 2_000_000;

/** What stands at `value`, references followed; undefined, and reported, when it is no object or leads nowhere. */
export type Resolve = (value: unknown, report: (complaint: string) => void) => Node | undefined;

export function resolverOf(document: Node): Resolve {
  const sizes = new WeakMap<object, number>();
  let referred = 0;

  function charge(target: unknown): void {
    if (typeof target !== 'object' || target === null) return;
    const size = sizes.get(target) ?? countNodes(target);
    sizes.set(target, size);
    referred += size;
    if (referred > maxReferredNodes) {
      throw new Problem('BadRequestException', 'Unable to parse API definition: its references repeat too much of it');
    }
  }

  return function resolve(value, report) {
    let current = value;
    for (let hops = 0; hops < maxHops; hops++) {
      if (!isNode(current)) {
        report('an object is expected');
        return undefined;
      }
      const reference = memberOf(current, '$ref');
      if (typeof reference !== 'string') return current;
      if (!reference.startsWith('#')) {
        report(`external reference ${reference} is not supported`);
        return undefined;
      }
      current = valueAt(document, reference);
      if (current === undefined) {
        report(`reference ${reference} not found`);
        return undefined;
      }
      charge(current);
    }
    report('references lead in a circle');
    return undefined;
  };
}

/** The depth of a document is bounded before it comes here. */
function countNodes(value: object): number {
  let nodes = 1;
  for (const member of Object.values(value))
    nodes += typeof member === 'object' && member !== null ? countNodes(member) : 1;
  return nodes;
}

/** What a local reference (`#/components/parameters/Id`) points at; undefined when nothing is there. */
export function valueAt(document: Node, reference: string): unknown {
  let current: unknown = document;
  for (const segment of reference.slice(1).split('/').slice(1)) {
    if (typeof current !== 'object' || current === null) return undefined;
    // Percent-encoded where a URI fragment must be: `#/paths/~1pets~1%7Bid%7D`.
    current = memberOf(current as Node, unescapePointerSegment(decodedSegment(segment)));
  }
  return current;
}
