/** The HTTP client for backends, loaded at the first request that needs it: undici is 27 MB of memory that mocks and functions never use. */
import type { Upstream } from '../ports/upstream.ts';

export function createLazyUpstream(): Upstream {
  let loaded: Upstream | undefined;
  let loading: Promise<Upstream> | undefined;

  function load(): Promise<Upstream> {
    loading ??= import('../gateway/upstream.ts').then(({ createUpstream }) => {
      loaded = createUpstream();
      return loaded;
    });
    return loading;
  }

  return {
    send: (request) =>
      loaded === undefined ? load().then((upstream) => upstream.send(request)) : loaded.send(request),
    close: async () => (await loading)?.close(),
  };
}
