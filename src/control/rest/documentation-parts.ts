/**
 * DocumentationPart: CreateDocumentationPart, GetDocumentationPart, GetDocumentationParts, UpdateDocumentationPart, DeleteDocumentationPart,
 * ImportDocumentationParts (rows DOC-01 to DOC-05).
 */
import { newChildId } from '../../base/ids.ts';
import {
  type DocumentationLocation,
  type DocumentationPart,
  isJsonObject,
  locationComplaint,
  locationKey,
} from '../../definition/documentation.ts';
import type { PartDescription } from '../../definition/openapi-import/documentation.ts';
import { documentationParts } from '../../ports/records.ts';
import type { ReadTransaction, WriteTransaction } from '../../ports/store.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigateway.ts';
import {
  invalidProperties,
  noSuchDocumentationPart,
  partExists,
  tooManyParts,
} from './chosen-documentation-refusals.ts';
import { documentedEntities } from './documentation-entities.ts';
import { badRequest } from './errors.ts';
import { findApi, isOwnApi } from './find.ts';
import type { RestLimits } from './limits.ts';
import { pageOf } from './paging.ts';
import { applyPatch, type PatchTable, withMember } from './patch.ts';
import type { RestPorts } from './ports.ts';

/** What UpdateDocumentationPart can change (row PATCH-06). */
const partPatches: PatchTable<DocumentationPart> = {
  rows: [
    {
      path: '/properties',
      replace(part, { value }) {
        checkProperties(value);
        return withMember(part, 'properties', value);
      },
    },
  ],
};

export function documentationPartHandlers({ store, limits }: RestPorts): Handlers<Operations> {
  return {
    CreateDocumentationPart: ({ restApiId, location, properties }, call) =>
      store.write(async (tx) => {
        await findApi(tx, call, restApiId);
        const wanted = given(location);
        const complaint = locationComplaint(wanted);
        if (complaint !== undefined) throw badRequest(complaint);
        checkProperties(properties);
        const existing = await partsOf(tx, restApiId);
        if (existing.some((part) => locationKey(part.location) === locationKey(wanted))) throw partExists(wanted);
        checkPartCount(existing.length + 1, limits);
        const part: DocumentationPart = { id: newChildId(), location: wanted, properties };
        tx.put(documentationParts, [restApiId, part.id], part);
        return part;
      }),

    GetDocumentationPart: ({ restApiId, documentationPartId }, call) =>
      store.read((tx) => findPart(tx, call, restApiId, documentationPartId)),

    GetDocumentationParts: ({ restApiId, type, nameQuery, path, locationStatus, ...paging }, call) =>
      store.read(async (tx) => {
        await findApi(tx, call, restApiId);
        const parts = await partsOf(tx, restApiId);
        const isWanted = ({ location }: { readonly location: DocumentationLocation }): boolean =>
          (type === undefined || location.type === type) &&
          (nameQuery === undefined || location.name === nameQuery) &&
          (path === undefined || (location.path ?? '/') === path);
        if (locationStatus !== 'UNDOCUMENTED') return pageOf(parts.filter(isWanted), ({ id }) => id, paging, limits);
        const documented = new Set(parts.map(({ location }) => locationKey(location)));
        const bare = (await documentedEntities(tx, restApiId))
          .filter((location) => !documented.has(locationKey(location)))
          .map((location) => ({ location }))
          .filter(isWanted)
          .sort((a, b) => (locationKey(a.location) < locationKey(b.location) ? -1 : 1));
        return pageOf(bare, ({ location }) => locationKey(location), paging, limits);
      }),

    UpdateDocumentationPart: ({ restApiId, documentationPartId, patchOperations }, call) =>
      store.write(async (tx) => {
        const part = await findPart(tx, call, restApiId, documentationPartId);
        const patched = applyPatch(partPatches, part, patchOperations);
        tx.put(documentationParts, [restApiId, part.id], patched);
        return patched;
      }),

    DeleteDocumentationPart: ({ restApiId, documentationPartId }, call) =>
      store.write(async (tx) => {
        await findPart(tx, call, restApiId, documentationPartId);
        tx.delete(documentationParts, [restApiId, documentationPartId]);
      }),

    async ImportDocumentationParts({ restApiId, body, mode, failOnWarnings }, call) {
      await store.read((tx) => findApi(tx, call, restApiId));
      const { readDocumentation } = await import('../../definition/openapi-import/documentation.ts');
      const { parts, warnings } = await readDocumentation(body, call);
      if (failOnWarnings && warnings.length > 0)
        throw badRequest(`Warnings found during import:\n\t${warnings.join('\n\t')}`);
      return store.write(async (tx) => {
        await findApi(tx, call, restApiId);
        const ids = await writeParts(tx, restApiId, parts, mode ?? 'merge', limits);
        return { ids, ...(warnings.length > 0 && { warnings }) };
      });
    },
  };
}

export async function partsOf(tx: ReadTransaction, restApiId: string): Promise<DocumentationPart[]> {
  return (await tx.list(documentationParts, [restApiId])).map(({ value }) => value);
}

/** Ids of the parts written. Merging replaces members of a part that is there and leaves its others; overwriting leaves nothing but what is given. */
export async function writeParts(
  tx: WriteTransaction,
  restApiId: string,
  parts: readonly PartDescription[],
  mode: 'merge' | 'overwrite',
  limits: RestLimits,
): Promise<string[]> {
  if (mode === 'overwrite') await tx.deleteAll(documentationParts, [restApiId]);
  const existing = new Map((await partsOf(tx, restApiId)).map((part) => [locationKey(part.location), part]));
  const written: string[] = [];
  for (const { location, properties } of parts) {
    const before = existing.get(locationKey(location));
    const merged =
      before === undefined
        ? properties
        : JSON.stringify({ ...JSON.parse(before.properties), ...JSON.parse(properties) });
    const part: DocumentationPart = { id: before?.id ?? newChildId(), location, properties: merged };
    tx.put(documentationParts, [restApiId, part.id], part);
    existing.set(locationKey(location), part);
    written.push(part.id);
  }
  checkPartCount(existing.size, limits);
  return written;
}

async function findPart(tx: ReadTransaction, call: Call, restApiId: string, id: string): Promise<DocumentationPart> {
  const part = (await isOwnApi(tx, call, restApiId)) ? await tx.get(documentationParts, [restApiId, id]) : undefined;
  if (part === undefined) throw noSuchDocumentationPart();
  return part;
}

/** Only what was given: an empty text is none. */
function given(location: Operations['CreateDocumentationPart']['input']['location']): DocumentationLocation {
  return Object.fromEntries(
    Object.entries(location).filter(([, value]) => value !== undefined && value !== ''),
  ) as unknown as DocumentationLocation;
}

function checkProperties(properties: string): void {
  if (properties === '') throw badRequest('Documentation part properties must be non-empty');
  if (!isJsonObject(properties)) throw invalidProperties();
}

function checkPartCount(count: number, limits: RestLimits): void {
  if (count > limits.documentationPartsPerApi) throw tooManyParts();
}
