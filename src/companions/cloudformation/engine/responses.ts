/** Where custom resources send what became of them: a URL for each request, on this process's own address. What comes is kept, so any node may take it. */
import { randomBytes } from 'node:crypto';
import type { HttpReply, HttpRequest } from '../../../base/http.ts';
import { collection, type Store } from '../../../ports/store.ts';
import type { JsonMap } from '../records.ts';

/** `[token]`; of a request that waits, without a body until one comes. */
const responses = collection<{ readonly body?: JsonMap }>('cfn-response');

export interface Expected {
  readonly url: string;
  /** What was sent; undefined after this time. */
  within(ms: number): Promise<JsonMap | undefined>;
  /** Nobody waits any more. */
  forget(): Promise<void>;
}

export interface Responses {
  expect(endpoint: string): Promise<Expected>;
  owns(path: string): boolean;
  answer(request: HttpRequest): Promise<HttpReply>;
}

const prefix = '/_cloudformation/responses/';
const maxBytes = 4096 * 16;
/** How often the store is asked, where another node may have taken the response. */
const lookEveryMs = 1000;

export function createResponses(store: Store, isShared: boolean): Responses {
  const waiting = new Map<string, (body: JsonMap) => void>();

  return {
    async expect(endpoint) {
      const token = randomBytes(24).toString('base64url');
      await store.write(async (tx) => tx.put(responses, [token], {}));
      const arrived = Promise.withResolvers<JsonMap>();
      waiting.set(token, arrived.resolve);
      const looking = isShared
        ? setInterval(() => {
            void store
              .read((tx) => tx.get(responses, [token]))
              .then((found) => found?.body && arrived.resolve(found.body))
              .catch(() => undefined);
          }, lookEveryMs)
        : undefined;
      looking?.unref();
      return {
        url: `${endpoint}${prefix}${token}`,
        async within(ms) {
          let timer: NodeJS.Timeout | undefined;
          const late = new Promise<undefined>((resolve) => {
            timer = setTimeout(() => resolve(undefined), ms);
            timer.unref();
          });
          const body = await Promise.race([arrived.promise, late]);
          clearTimeout(timer);
          return body;
        },
        async forget() {
          clearInterval(looking);
          waiting.delete(token);
          await store.write(async (tx) => tx.delete(responses, [token]));
        },
      };
    },

    owns: (path) => path.startsWith(prefix),

    async answer(request) {
      const token = request.path.slice(prefix.length);
      if (request.method !== 'PUT') return plain(405, 'Method not allowed');
      if (request.body.length > maxBytes) return plain(413, 'The response is too large');
      const body = objectOf(request.body);
      if (body === undefined) return plain(400, 'The response must be a JSON object');
      const isExpected = await store.write(async (tx) => {
        const found = await tx.get(responses, [token]);
        if (found === undefined || found.body !== undefined) return found !== undefined;
        tx.put(responses, [token], { body });
        return true;
      });
      if (!isExpected) return plain(403, 'Nobody waits for this response');
      waiting.get(token)?.(body);
      return plain(200, '');
    },
  };
}

const plain = (status: number, body: string): HttpReply => ({ status, headers: ['Content-Type', 'text/plain'], body });

function objectOf(body: Buffer): JsonMap | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonMap) : undefined;
  } catch {
    return undefined;
  }
}
