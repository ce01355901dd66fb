/**
 * Method, path and literal query to an operation, from the path templates of a model: `/restapis/{restapi_id}`, greedy `{proxy+}`, and pairs that
 * differ only by a query such as `?mode=import`.
 */
import type { OperationModel } from './service-model.ts';

export interface OperationMatch {
  readonly operation: string;
  /** Percent-decoded values of the template's labels, by label name. */
  readonly labels: Readonly<Record<string, string>>;
  /** Query names the template itself fixes; they are no parameters. */
  readonly literalQuery: readonly string[];
}

interface Target {
  readonly operation: string;
  readonly method: string;
  readonly labelNames: readonly string[];
  readonly literalQuery: readonly (readonly [string, string])[];
}

interface Node {
  readonly literals: Map<string, Node>;
  label: Node | undefined;
  greedy: Node | undefined;
  readonly targets: Target[];
}

const newNode = (): Node => ({ literals: new Map(), label: undefined, greedy: undefined, targets: [] });

/** Segments of a path; one slash at the end means nothing (Lambda's templates have some, clients leave them out). */
function segmentsOf(path: string): string[] {
  const segments = path.slice(1).split('/');
  if (segments.at(-1) === '') segments.pop();
  return segments;
}

export interface OperationRouter {
  /** The operation, or undefined when no template fits. Throws a URIError for a label that is not well-formed percent-encoding. */
  match(method: string, path: string, query: URLSearchParams): OperationMatch | undefined;
  /** First literal segments of all templates: `restapis`, `v2`, `@connections`. */
  readonly firstSegments: ReadonlySet<string>;
}

/** Builds the router of a model's operations. */
export function compileOperationRouter(
  operations: Iterable<Pick<OperationModel, 'name' | 'method' | 'requestUri'>>,
): OperationRouter {
  const root = newNode();
  for (const { name, method, requestUri } of operations) {
    const [path, query = ''] = requestUri.split('?') as [string, string?];
    const labelNames: string[] = [];
    let node = root;
    for (const segment of segmentsOf(path)) {
      const label = /^\{(.+?)(\+?)\}$/.exec(segment);
      if (label === null) {
        let next = node.literals.get(segment);
        if (next === undefined) {
          next = newNode();
          node.literals.set(segment, next);
        }
        node = next;
        continue;
      }
      labelNames.push(label[1]!);
      if (label[2] === '+') {
        node.greedy ??= newNode();
        node = node.greedy;
      } else {
        node.label ??= newNode();
        node = node.label;
      }
    }
    node.targets.push({ operation: name, method, labelNames, literalQuery: [...new URLSearchParams(query)] });
    // The more a template fixes, the earlier it is tried.
    node.targets.sort((a, b) => b.literalQuery.length - a.literalQuery.length);
  }

  function match(method: string, path: string, query: URLSearchParams): OperationMatch | undefined {
    const segments = segmentsOf(path);

    function targetAt(node: Node): Target | undefined {
      return node.targets.find(
        (target) => target.method === method && target.literalQuery.every(([name, value]) => query.get(name) === value),
      );
    }

    function walk(
      node: Node,
      at: number,
      labels: readonly string[],
    ): { target: Target; labels: readonly string[] } | undefined {
      if (at === segments.length) {
        const target = targetAt(node);
        return target && { target, labels };
      }
      const segment = segments[at]!;
      const literal = node.literals.get(segment);
      const byLiteral = literal && walk(literal, at + 1, labels);
      if (byLiteral !== undefined) return byLiteral;
      if (segment === '') return undefined;
      const byLabel = node.label && walk(node.label, at + 1, [...labels, segment]);
      if (byLabel !== undefined) return byLabel;
      const rest = [...labels, segments.slice(at).join('/')];
      const greedy = node.greedy && targetAt(node.greedy);
      if (greedy !== undefined) return { target: greedy, labels: rest };
      // An ARN holds slashes; SDKs encode them, people with curl do not. So a label that is called an ARN may take them all.
      const target = node.label && /^arn(:|%3A)/i.test(segment) ? targetAt(node.label) : undefined;
      return target !== undefined && /arn/i.test(target.labelNames.at(-1)!) ? { target, labels: rest } : undefined;
    }

    const found = walk(root, 0, []);
    if (found === undefined) return undefined;
    return {
      operation: found.target.operation,
      labels: Object.fromEntries(
        found.target.labelNames.map((name, i) => [name, decodeURIComponent(found.labels[i]!)]),
      ),
      literalQuery: found.target.literalQuery.map(([name]) => name),
    };
  }

  return { match, firstSegments: new Set(root.literals.keys()) };
}
