/** The resources of an API as a tree, with their methods. */
import type { Method, Resource } from '../../../../src/wire/generated/apigateway.ts';
import { useItems } from '../../client/queries.ts';

export interface ResourceNode {
  readonly id: string;
  /** `/pets/{id}` */
  readonly path: string;
  /** `{id}`; `/` of the root. */
  readonly pathPart: string;
  readonly parentId: string | undefined;
  /** By verb, in alphabetical order. */
  readonly methods: ReadonlyMap<string, Method>;
  readonly children: readonly ResourceNode[];
}

/** All resources in one list; each leads to its children. */
export function useResources(restApiId: string): { nodes: readonly ResourceNode[] | undefined; error: unknown } {
  const { data, error } = useItems('apigateway', 'GetResources', { restApiId, limit: 500, embed: ['methods'] });
  return { nodes: data && nodesOf(data), error };
}

function nodesOf(resources: readonly Resource[]): ResourceNode[] {
  const sorted = resources.toSorted((a, b) => (a.path! < b.path! ? -1 : 1));
  const childrenOf = new Map<string | undefined, ResourceNode[]>();
  // Children have longer paths than their parents: from the end everyone's children are known.
  const nodes = sorted
    .toSorted(
      (a, b) =>
        b.path!.split('/').length - a.path!.split('/').length || (a.path === '/' ? 1 : 0) - (b.path === '/' ? 1 : 0),
    )
    .map(({ id, path, pathPart, parentId, resourceMethods }): ResourceNode => {
      const methods = new Map(
        Object.entries(resourceMethods ?? {})
          .map(([verb, method]) => [verb, method ?? {}] as const)
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      );
      const children = (childrenOf.get(id) ?? []).toSorted((a, b) => (a.path < b.path ? -1 : 1));
      const node = { id: id!, path: path!, pathPart: pathPart ?? '/', parentId, methods, children };
      const siblings = childrenOf.get(parentId);
      if (siblings) siblings.push(node);
      else childrenOf.set(parentId, [node]);
      return node;
    });
  return nodes.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** The place of a resource or a method of it within the console. */
export const resourcePath = (apiId: string, resourceId: string, verb?: string): string =>
  `/rest/${apiId}/resources?resource=${resourceId}${verb ? `&method=${verb}` : ''}`;
