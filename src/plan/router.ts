/**
 * Method and path to MethodPlan. At each level an exact child beats `{param}`, which beats `{proxy+}` (row RT-01); on the matched resource an
 * explicit verb beats ANY (RT-04). A resource that has neither does not match at all, and the search goes on with the next best one: recorded, an
 * exact resource without the verb falls back to its greedy sibling, while ANY on the exact one wins.
 *
 * HTTP APIs share the tree; see RoutingRules.
 *
 * Paths come percent-encoded. `%2F` stays inside its segment (RT-07), one trailing slash is ignored (RT-06), leading slashes beyond the first are too.
 */
import type { MethodPlan, RouteMatch, Router } from './plan.ts';

/** Verb or ANY → what it leads to. */
interface Methods {
  readonly byVerb: Map<string, MethodPlan>;
  any: MethodPlan | undefined;
  /** Parameter names in template order, without braces and `+`. */
  readonly parameters: readonly string[];
}

interface Node {
  /** By hash of the segment's text. A lookup hashes the path where it stands, so that no segment becomes a string of its own. */
  readonly children: Map<number, Child>;
  parameter: Node | undefined;
  greedy: Methods | undefined;
  methods: Methods | undefined;
}

interface Child {
  readonly text: string;
  readonly node: Node;
  /** Another child whose text has the same hash. */
  readonly next: Child | undefined;
}

/** Where HTTP APIs differ from REST APIs: a full match anywhere beats every greedy one (row HRT-02), and slashes are not tidied up. */
export type RoutingRules = 'rest' | 'http';

/** Compiles the methods of a deployment; bench/plan.ts measures lookups. */
export function compileRouter(methods: readonly MethodPlan[], rules: RoutingRules = 'rest'): Router {
  const root = newNode();
  const keepsSlashes = rules === 'http';
  let takesGreedy = true;
  // A path of exact segments beats everything else at every level, so it is found whole, without walking the tree.
  const exact = new Map<string, Methods>();
  for (const method of methods) {
    const target = place(root, method.resourcePath, keepsSlashes);
    if (method.httpMethod === 'ANY') target.any = method;
    else target.byVerb.set(method.httpMethod, method);
    if (target.parameters.length === 0) exact.set(method.resourcePath, target);
  }

  // Where the values of the parameters bound so far begin and end in the path; scratch space, since a lookup never yields.
  const bounds: number[] = [];

  function walk(
    node: Node,
    path: string,
    start: number,
    end: number,
    verb: string,
    depth: number,
  ): RouteMatch | undefined {
    if (start > end) {
      const method = methodFor(node.methods, verb);
      return method === undefined ? undefined : matched(method, node.methods!.parameters, path, bounds);
    }
    let stop = start;
    let hash = 0;
    let isEncoded = false;
    for (; stop < end; stop++) {
      const code = path.charCodeAt(stop);
      if (code === slash) break;
      if (code === percent) isEncoded = true;
      hash = (Math.imul(hash, 31) + code) | 0;
    }
    const child = isEncoded
      ? childNamed(node, decodedSegment(path, start, stop))
      : childAt(node.children.get(hash), path, start, stop - start);
    if (child !== undefined) {
      const found = walk(child, path, stop + 1, end, verb, depth);
      if (found !== undefined) return found;
    }
    if (node.parameter !== undefined && stop > start) {
      bounds[depth] = start;
      bounds[depth + 1] = stop;
      const found = walk(node.parameter, path, stop + 1, end, verb, depth + 2);
      if (found !== undefined) return found;
    }
    if (!takesGreedy || (keepsSlashes && start === end)) return undefined;
    const method = methodFor(node.greedy, verb);
    if (method === undefined) return undefined;
    bounds[depth] = start;
    bounds[depth + 1] = end;
    return matched(method, node.greedy!.parameters, path, bounds);
  }

  if (keepsSlashes) return { match: matchFullFirst };

  function matchFullFirst(verb: string, path: string): RouteMatch | undefined {
    const direct = methodFor(exact.get(path), verb);
    if (direct !== undefined) return { method: direct, pathParameters: null };
    takesGreedy = false;
    const full = walk(root, path, 1, path.length, verb, 0);
    takesGreedy = true;
    return full ?? walk(root, path, 1, path.length, verb, 0);
  }

  return {
    match: function match(verb, path) {
      const direct = methodFor(exact.get(path), verb);
      if (direct !== undefined) return { method: direct, pathParameters: null };
      let start = 1;
      while (path.charCodeAt(start) === slash) start++;
      let end = path.length;
      if (end > start && path.charCodeAt(end - 1) === slash) end--;
      // The root itself: nothing is left below it.
      if (start >= end) start = end + 1;
      return walk(root, path, start, end, verb, 0);
    },
  };
}

const slash = 47;
const percent = 37;

function newNode(): Node {
  return { children: new Map(), parameter: undefined, greedy: undefined, methods: undefined };
}

/** The place of a path template in the tree, made when it is not there yet. */
function place(root: Node, template: string, keepsSlashes: boolean): Methods {
  const parameters: string[] = [];
  let node = root;
  for (const part of template.split('/').slice(1)) {
    if (part === '' && (!keepsSlashes || template === '/')) continue;
    if (part.endsWith('+}')) {
      parameters.push(asKey(part.slice(1, -2)));
      node.greedy ??= { byVerb: new Map(), any: undefined, parameters };
      return node.greedy;
    }
    if (part.startsWith('{')) {
      parameters.push(asKey(part.slice(1, -1)));
      node.parameter ??= newNode();
      node = node.parameter;
      continue;
    }
    let child = childNamed(node, part);
    if (child === undefined) {
      child = newNode();
      const hash = hashOf(part);
      node.children.set(hash, { text: part, node: child, next: node.children.get(hash) });
    }
    node = child;
  }
  node.methods ??= { byVerb: new Map(), any: undefined, parameters };
  return node.methods;
}

/** The same text as V8 keeps it for property names: with a sliced string each match would look it up in the string table first. */
function asKey(name: string): string {
  return Object.keys({ [name]: true })[0]!;
}

/** The same as the loop in walk, which has no string yet. */
function hashOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}

function childNamed(node: Node, text: string): Node | undefined {
  return childAt(node.children.get(hashOf(text)), text, 0, text.length);
}

/** The child whose text stands in the path at `start`, `length` characters long. */
function childAt(first: Child | undefined, path: string, start: number, length: number): Node | undefined {
  for (let child = first; child !== undefined; child = child.next) {
    if (child.text.length === length && path.startsWith(child.text, start)) return child.node;
  }
  return undefined;
}

/** What ANY stands for (developer guide, "Set up an HTTP method"): a client's own invention, or CONNECT, must not reach a backend by it. */
export const verbsOfAny: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']);

function methodFor(methods: Methods | undefined, verb: string): MethodPlan | undefined {
  if (methods === undefined) return undefined;
  return methods.byVerb.get(verb) ?? (verbsOfAny.has(verb) ? methods.any : undefined);
}

function matched(method: MethodPlan, names: readonly string[], path: string, bounds: readonly number[]): RouteMatch {
  if (names.length === 0) return { method, pathParameters: null };
  const pathParameters: Record<string, string> = {};
  for (let i = 0; i < names.length; i++) {
    pathParameters[names[i]!] = decodedSegment(path, bounds[2 * i]!, bounds[2 * i + 1]!);
  }
  return { method, pathParameters };
}

/** Part of the path, decoded; text that is no valid escape (`%zz`, half a UTF-8 sequence) stays as it was sent. */
function decodedSegment(path: string, start: number, end: number): string {
  const text = path.slice(start, end);
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
