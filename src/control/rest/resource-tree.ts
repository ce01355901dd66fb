/** The rules of the resource tree: which path parts may stand where (rows V1-08 to V1-12). */
import { childPath, isGreedy, isPathPart, isVariable } from '../../definition/path-parts.ts';
import type { Resource } from '../../definition/rest-api.ts';
import { badRequest, conflict } from './errors.ts';

/** Throws unless `pathPart` may stand below `parent`. `siblings` are the other children of that parent. */
export function checkPlace(pathPart: string, parent: Resource, siblings: readonly Resource[]): void {
  if (!isPathPart(pathPart)) {
    throw badRequest(
      "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.",
    );
  }
  if (parent.pathPart !== undefined && isGreedy(parent.pathPart)) {
    throw badRequest('Cannot create a child of a resource with a greedy path variable.');
  }
  if (siblings.some((sibling) => sibling.pathPart === pathPart)) {
    throw conflict(`Another resource with the same parent already has this name: ${pathPart}`);
  }
  const variable = siblings.find((sibling) => isVariable(sibling.pathPart ?? ''));
  if (isVariable(pathPart) && variable !== undefined) {
    throw badRequest(
      `A sibling (${variable.pathPart}) of this resource already has a variable path part -- only one is allowed`,
    );
  }
}

/** Children of a resource. */
export const childrenOf = (resources: readonly Resource[], parentId: string): Resource[] =>
  resources.filter((resource) => resource.parentId === parentId);

/** A resource and everything below it, parents before children. */
export function subtreeOf(resources: readonly Resource[], root: Resource): Resource[] {
  const subtree = [root];
  for (const resource of subtree) subtree.push(...childrenOf(resources, resource.id));
  return subtree;
}

/** The subtree with every path spelled anew below `parentPath`; the first of `subtree` is its root. */
export function withPaths(subtree: readonly Resource[], parentPath: string): Resource[] {
  const paths = new Map<string, string>();
  return subtree.map((resource, index) => {
    const path = childPath(index === 0 ? parentPath : paths.get(resource.parentId!)!, resource.pathPart!);
    paths.set(resource.id, path);
    return { ...resource, path };
  });
}
