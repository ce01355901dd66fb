/** Resource: CreateResource, GetResource, GetResources, UpdateResource, DeleteResource. */
import { newChildId } from '../../base/ids.ts';
import { childPath, isGreedy } from '../../definition/path-parts.ts';
import type { Method, Resource } from '../../definition/rest-api.ts';
import { methods, resources } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigateway.ts';
import { answerResource } from './answers.ts';
import { requireOneOf, resourceBelowItself, rootIsNotDeleted, rootStays } from './chosen-refusals.ts';
import { badRequest, limitExceeded, noSuchResource } from './errors.ts';
import { findApi, findResource } from './find.ts';
import { pageOf } from './paging.ts';
import { applyPatch, type PatchTable, withMember } from './patch.ts';
import type { RestPorts } from './ports.ts';
import { checkPlace, childrenOf, subtreeOf, withPaths } from './resource-tree.ts';

/** What UpdateResource can change (row PATCH-13): its name and its place. Both are checked once all operations are applied. */
const resourcePatches: PatchTable<Resource> = {
  rows: [
    { path: '/parentId', replace: (resource, { value }) => withMember(resource, 'parentId', value) },
    { path: '/pathPart', replace: (resource, { value }) => withMember(resource, 'pathPart', value) },
  ],
};

export function resourceHandlers({ store, limits }: RestPorts): Handlers<Operations> {
  return {
    CreateResource: ({ restApiId, parentId, pathPart }, call) =>
      store.write(async (tx) => {
        const parent = await findResource(tx, call, { restApiId, resourceId: parentId });
        const all = await resourcesOf(tx, restApiId);
        checkPlace(pathPart, parent, childrenOf(all, parentId));
        if (all.length >= limits.resourcesPerApi) throw limitExceeded('Resources', 'API');
        const resource = { id: newChildId(), parentId, pathPart, path: childPath(parent.path, pathPart) };
        tx.put(resources, [restApiId, resource.id], resource);
        return answerResource(resource, [], { embedMethods: false });
      }),

    GetResource: ({ restApiId, resourceId, embed }, call) =>
      store.read(async (tx) => {
        const embedMethods = wantsMethods(embed);
        const resource = await findResource(tx, call, { restApiId, resourceId });
        return answerResource(resource, await methodsOf(tx, restApiId, resourceId), { embedMethods });
      }),

    GetResources: (input, call) =>
      store.read(async (tx) => {
        const embedMethods = wantsMethods(input.embed);
        const { id: restApiId } = await findApi(tx, call, input.restApiId);
        const page = pageOf(await resourcesOf(tx, restApiId), ({ id }) => id, input, limits);
        const items = page.items.map(async (resource) =>
          answerResource(resource, await methodsOf(tx, restApiId, resource.id), { embedMethods }),
        );
        return { ...page, items: await Promise.all(items) };
      }),

    UpdateResource: ({ restApiId, resourceId, patchOperations }, call) =>
      store.write(async (tx) => {
        const resource = await findResource(tx, call, { restApiId, resourceId });
        const patched = applyPatch(resourcePatches, resource, patchOperations);
        if (patched !== resource) {
          if (resource.parentId === undefined) throw rootStays();
          const moved = movedSubtree(await resourcesOf(tx, restApiId), resource, patched);
          for (const each of moved) tx.put(resources, [restApiId, each.id], each);
        }
        const now = await findResource(tx, call, { restApiId, resourceId });
        return answerResource(now, await methodsOf(tx, restApiId, resourceId), { embedMethods: false });
      }),

    DeleteResource: ({ restApiId, resourceId }, call) =>
      store.write(async (tx) => {
        const resource = await findResource(tx, call, { restApiId, resourceId });
        if (resource.parentId === undefined) throw rootIsNotDeleted();
        for (const { id } of subtreeOf(await resourcesOf(tx, restApiId), resource)) {
          tx.delete(resources, [restApiId, id]);
          await tx.deleteAll(methods, [restApiId, id]);
        }
      }),
  };
}

/** The resource and all below it as they are after a rename or a move; throws when it cannot stand there. */
function movedSubtree(all: readonly Resource[], before: Resource, after: Resource): Resource[] {
  const parent = all.find(({ id }) => id === after.parentId);
  if (parent === undefined) throw noSuchResource();
  const subtree = subtreeOf(all, before);
  if (subtree.some(({ id }) => id === parent.id)) throw resourceBelowItself();
  checkPlace(
    after.pathPart!,
    parent,
    childrenOf(all, parent.id).filter(({ id }) => id !== before.id),
  );
  if (isGreedy(after.pathPart!) && subtree.length > 1) {
    throw badRequest('Cannot create a child of a resource with a greedy path variable.');
  }
  return withPaths([after, ...subtree.slice(1)], parent.path);
}

/** `embed=methods` is the only one there is. */
function wantsMethods(embed: readonly string[] | undefined): boolean {
  for (const wanted of embed ?? []) requireOneOf('embed', wanted, ['methods']);
  return embed?.includes('methods') ?? false;
}

async function resourcesOf(tx: ReadTransaction, restApiId: string): Promise<Resource[]> {
  return (await tx.list(resources, [restApiId])).map(({ value }) => value);
}

async function methodsOf(tx: ReadTransaction, restApiId: string, resourceId: string): Promise<Method[]> {
  return (await tx.list(methods, [restApiId, resourceId])).map(({ value }) => value);
}
