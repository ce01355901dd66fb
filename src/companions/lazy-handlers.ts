/** Companions whose code is read when it is first needed. */
export { lazyHandlers } from '../wire/lazy-handlers.ts';

/** What `make` resolves to, made at the first call and kept; a failure is not kept. */
export function once<T>(make: () => Promise<T>): { get(): Promise<T>; made(): Promise<T> | undefined } {
  let kept: Promise<T> | undefined;
  return {
    get() {
      kept ??= make().catch((error: unknown) => {
        kept = undefined;
        throw error;
      });
      return kept;
    },
    made: () => kept,
  };
}
