/** What methods and members are called in generated SDKs, where all that is known of them is a path, a verb or a name in JSON. */

/** The words of a text: `/pets/{petId}/x-ray` has pets, petId, x, ray. */
const wordsOf = (text: string): string[] => text.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');

export const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
export const lowered = (word: string): string => word.charAt(0).toLowerCase() + word.slice(1);

/** `pet-id` → `PetId`. A name that begins with a digit gets an underscore before it: no language takes it otherwise. */
export function pascalName(text: string): string {
  const name = wordsOf(text).map(capitalised).join('');
  return /^[A-Za-z]/.test(name) ? name : `_${name}`;
}

/** `pet-id` → `petId`. */
export const camelName = (text: string): string => lowered(pascalName(text));

/** `GetABOp` → `get_ab_op`, `petsPetIdGet` → `pets_pet_id_get`; a run of capitals is one word, as in the guide's example for Ruby. */
export const snakeName = (text: string): string =>
  pascalName(text)
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();

/** `GET /{a}/{b}/{op}` → `aBOpGet`, `GET /` → `rootGet`: JavaScript, Android and iOS (developer guide, "Use a JavaScript SDK …"). */
export const pathFirstName = (verb: string, path: string): string =>
  (path === '/' ? 'root' : lowered(wordsOf(path).map(capitalised).join(''))) + capitalised(verb.toLowerCase());

/** `GET /{a}/{b}/{op}` → `GetABOp`, `GET /` → `GetApiRoot`: Java and Ruby (developer guide, "Use a Java SDK …"). */
export const verbFirstName = (verb: string, path: string): string =>
  capitalised(verb.toLowerCase()) + (path === '/' ? 'ApiRoot' : wordsOf(path).map(capitalised).join(''));

/** Hands out each name once: the second to ask for `petsGet` gets `petsGet2`. `reserved` are names of the language that nothing may have. */
export function uniqueNames(reserved: readonly string[] = []): (wanted: string) => string {
  const taken = new Set(reserved);
  return function uniqueName(wanted) {
    let name = wanted;
    for (let i = 2; taken.has(name); i++) name = `${wanted}${i}`;
    taken.add(name);
    return name;
  };
}
