/** The models of an API as methods refer to them: by name. */
import { models } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import { badRequest } from './errors.ts';

export async function modelNamesOf(tx: ReadTransaction, restApiId: string): Promise<ReadonlySet<string>> {
  return new Set((await tx.list(models, [restApiId])).map(({ value }) => value.name));
}

/** Throws when a content type is given a model that does not exist. */
export function checkModels(
  byContentType: Readonly<Record<string, string>> | undefined,
  known: ReadonlySet<string>,
): void {
  for (const name of Object.values(byContentType ?? {})) {
    if (!known.has(name)) throw badRequest(`Invalid model identifier specified: ${name}`);
  }
}
