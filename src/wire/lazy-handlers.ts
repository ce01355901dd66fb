/** Handlers whose code is read when the first of them is called: most processes never make a call to most services, and reading costs each start. */
import type { Handlers, Operation } from './call.ts';

/** Handlers of these operations; `load` is asked once. A test of each service holds the names against what is loaded. */
export function lazyHandlers<Operations extends Record<string, { input: unknown; output: unknown }>>(
  names: readonly (keyof Operations & string)[],
  load: () => Promise<Handlers<Operations>>,
): Handlers<Operations> {
  const entries = names.map((name): [string, Operation<never, unknown>] => [
    name,
    async (input, call) => {
      const handler = (await load())[name] as Operation<never, unknown> | undefined;
      if (handler === undefined) throw new Error(`Cannot answer ${name}: it is listed, but no handler was loaded`);
      return handler(input, call);
    },
  ]);
  return Object.fromEntries(entries) as Handlers<Operations>;
}
