/** Values of a document that is being written. */

export type Json = Readonly<Record<string, unknown>>;

/** Without the members that say nothing: undefined, and objects and lists with nothing in them. */
export function withoutEmpty(node: Json): Json {
  return Object.fromEntries(
    Object.entries(node).filter(
      ([name, value]) =>
        value !== undefined &&
        (name === 'paths' || typeof value !== 'object' || value === null || Object.keys(value).length > 0),
    ),
  );
}
