/** Base paths as a tree of segments, so that the longest key of whole segments is found in one walk over the path (row DOM-07). */

interface Node<T> {
  value: T | undefined;
  children: Map<string, Node<T>> | undefined;
}

/**
 * Finds what stands at the longest key of a path as it was sent, percent-encoded. Keys have no slashes at their ends; the empty one takes every path. They are
 * compared letter by letter: `/v%31` is not `v1`, and a doubled slash is an empty segment that no key has.
 */
export function compileBasePaths<T>(
  entries: Iterable<readonly [key: string, value: T]>,
): (path: string) => T | undefined {
  const root: Node<T> = { value: undefined, children: undefined };
  for (const [key, value] of entries) {
    let node = root;
    for (const segment of key === '' ? [] : key.split('/')) {
      node.children ??= new Map();
      let next = node.children.get(segment);
      if (next === undefined) {
        next = { value: undefined, children: undefined };
        node.children.set(segment, next);
      }
      node = next;
    }
    node.value = value;
  }

  return function valueAt(path) {
    let node = root;
    let found = root.value;
    for (let at = 1; node.children !== undefined && at <= path.length; ) {
      const slash = path.indexOf('/', at);
      const end = slash < 0 ? path.length : slash;
      const next = node.children.get(path.slice(at, end));
      if (next === undefined) break;
      node = next;
      at = end + 1;
      if (node.value !== undefined) found = node.value;
    }
    return found;
  };
}
