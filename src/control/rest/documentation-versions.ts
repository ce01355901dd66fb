/**
 * DocumentationVersion: CreateDocumentationVersion, GetDocumentationVersion, GetDocumentationVersions, UpdateDocumentationVersion,
 * DeleteDocumentationVersion (row DOC-06).
 */
import type { DocumentationVersion } from '../../definition/documentation.ts';
import { documentationVersions, stages } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { DocumentationVersion as AnsweredVersion, Operations } from '../../wire/generated/apigateway.ts';
import { wholeSeconds } from './answers.ts';
import { noSuchDocumentationVersion, versionExists, versionIsPublished } from './chosen-documentation-refusals.ts';
import { requireText } from './chosen-refusals.ts';
import { partsOf } from './documentation-parts.ts';
import { findApi, isOwnApi } from './find.ts';
import { pageOf } from './paging.ts';
import { applyPatch, type PatchTable, withMember } from './patch.ts';
import type { RestPorts } from './ports.ts';
import { findStage } from './stages.ts';

/** What UpdateDocumentationVersion can change (row PATCH-05): never what was documented. */
const versionPatches: PatchTable<DocumentationVersion> = {
  rows: [{ path: '/description', replace: (version, { value }) => withMember(version, 'description', value) }],
};

export function documentationVersionHandlers({ store, clock, limits }: RestPorts): Handlers<Operations> {
  return {
    CreateDocumentationVersion: ({ restApiId, documentationVersion, description, stageName }, call) =>
      store.write(async (tx) => {
        await findApi(tx, call, restApiId);
        requireText(documentationVersion, 'Documentation version');
        const key = [restApiId, documentationVersion];
        if ((await tx.get(documentationVersions, key)) !== undefined) throw versionExists(documentationVersion);
        const version: DocumentationVersion = {
          version: documentationVersion,
          ...(description !== undefined && { description }),
          createdAtMs: clock.now(),
          parts: await partsOf(tx, restApiId),
        };
        tx.put(documentationVersions, key, version);
        if (stageName) {
          const stage = await findStage(tx, call, restApiId, stageName);
          tx.put(stages, [restApiId, stageName], { ...stage, documentationVersion, lastUpdatedAtMs: clock.now() });
        }
        return answerVersion(version);
      }),

    GetDocumentationVersion: ({ restApiId, documentationVersion }, call) =>
      store.read(async (tx) => answerVersion(await findVersion(tx, call, restApiId, documentationVersion))),

    GetDocumentationVersions: ({ restApiId, ...paging }, call) =>
      store.read(async (tx) => {
        await findApi(tx, call, restApiId);
        const all = (await tx.list(documentationVersions, [restApiId])).map(({ value }) => value);
        const sorted = all.sort((a, b) => (a.version < b.version ? -1 : 1));
        const page = pageOf(sorted, ({ version }) => version, paging, limits);
        return { ...page, items: page.items.map(answerVersion) };
      }),

    UpdateDocumentationVersion: ({ restApiId, documentationVersion, patchOperations }, call) =>
      store.write(async (tx) => {
        const version = await findVersion(tx, call, restApiId, documentationVersion);
        const patched = applyPatch(versionPatches, version, patchOperations);
        tx.put(documentationVersions, [restApiId, documentationVersion], patched);
        return answerVersion(patched);
      }),

    DeleteDocumentationVersion: ({ restApiId, documentationVersion }, call) =>
      store.write(async (tx) => {
        await findVersion(tx, call, restApiId, documentationVersion);
        for (const { value: stage } of await tx.list(stages, [restApiId])) {
          if (stage.documentationVersion === documentationVersion) {
            throw versionIsPublished(documentationVersion, stage.stageName);
          }
        }
        tx.delete(documentationVersions, [restApiId, documentationVersion]);
      }),
  };
}

async function findVersion(
  tx: ReadTransaction,
  call: Call,
  restApiId: string,
  version: string,
): Promise<DocumentationVersion> {
  const found = (await isOwnApi(tx, call, restApiId))
    ? await tx.get(documentationVersions, [restApiId, version])
    : undefined;
  if (found === undefined) throw noSuchDocumentationVersion();
  return found;
}

function answerVersion({ createdAtMs, parts: _, ...members }: DocumentationVersion): AnsweredVersion {
  return { ...members, createdDate: wholeSeconds(createdAtMs) };
}
