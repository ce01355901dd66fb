/**
 * An API's id, which a developer may choose: the tag `_custom_id_` of CreateRestApi and CreateApi names it, so that the address of an API in a test or a front
 * end's settings is the same after every start. AWS has no such choice; the tag's name is what users of local emulators know, and it stays among the tags.
 */
import { newApiId } from '../base/ids.ts';
import { Problem } from '../base/problem.ts';
import { restApis, v2Apis } from '../ports/records.ts';
import type { ReadTransaction } from '../ports/store.ts';

export const idTag = '_custom_id_';

/** A DNS label, for the id is the first part of the API's host name. */
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The id the tags choose, a new one where they choose none. BadRequestException for what no host name can have, ConflictException for one in use. */
export async function chosenApiId(tx: ReadTransaction, tags: Readonly<Record<string, string>> = {}): Promise<string> {
  const id = Object.hasOwn(tags, idTag) ? tags[idTag]! : undefined;
  if (id === undefined) return newApiId();
  if (!label.test(id)) {
    throw new Problem(
      'BadRequestException',
      `Invalid value for the tag ${idTag}: '${id}'. An API identifier has 1 to 63 of a-z, 0-9 and '-', neither first nor last a '-'.`,
    );
  }
  // Ids are one space over all accounts and regions: the id alone says whose an invocation is.
  if ((await tx.get(restApis, [id])) ?? (await tx.get(v2Apis, [id]))) {
    throw new Problem('ConflictException', `There is an API with the identifier ${id} already.`);
  }
  return id;
}
