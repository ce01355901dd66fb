/**
 * An integration whose answers are kept for the next caller (rows CACHE-*). It stands behind every guard: who may not call gets no answer from memory
 * either (row CACHE-16). An answer that failed, or is larger than 1 MB, is not kept.
 */
import { headerValue } from '../../base/headers.ts';
import type { CachedReply, StageCache } from '../../ports/response-cache.ts';
import type { Exchange, Reply } from '../exchange.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import type { Integration } from '../plan.ts';
import { newReply } from '../reply.ts';
import type { CacheKey } from './cache-key.ts';
import type { CacheSettings } from './cache-settings.ts';

/** Guide page api-gateway-caching: the largest answer that is kept. */
const maxEntryBytes = 1_048_576;

export interface CachedIntegrationScope {
  /** As the printed plan shows it: `cached 300 s`. */
  readonly label: string;
  readonly integration: Integration;
  readonly cache: StageCache;
  readonly keyOf: CacheKey;
  /** By verb, for a method that takes ANY; undefined for a verb whose answers are not kept. */
  settingsFor(verb: string): CacheSettings | undefined;
  /** Whether the caller may invalidate entries of this method: execute-api:InvalidateCache. */
  mayInvalidate(x: Exchange): boolean;
  /** Requests that miss the same entry at once wait for one of them. Ours; AWS asks the backend for each. */
  readonly coalesce: boolean;
}

export function keepAnswers(scope: CachedIntegrationScope): Integration {
  const { label, integration, cache, keyOf, settingsFor, mayInvalidate, coalesce } = scope;
  const underWay = new Map<string, Promise<Reply>>();

  function lookUp(x: Exchange, settings: CacheSettings): Reply | Promise<Reply> {
    const key = keyOf(x);
    if (!asksForFreshAnswer(x)) return fromCache(x, key, settings, undefined);
    if (!settings.needsPermission || mayInvalidate(x)) return ask(x, key, settings);
    switch (settings.withoutPermission) {
      case 'FAIL_WITH_403':
        throw refusal;
      case 'SUCCEED_WITH_RESPONSE_HEADER':
        return fromCache(x, key, settings, ignored);
      default:
        return fromCache(x, key, settings, undefined);
    }
  }

  function fromCache(
    x: Exchange,
    key: string,
    settings: CacheSettings,
    warning: string | undefined,
  ): Reply | Promise<Reply> {
    const found = cache.get(key, x.startedAtMs);
    const decide = (kept: CachedReply | undefined): Reply | Promise<Reply> => {
      if (kept === undefined) return warned(missed(x, key, settings), warning);
      x.cacheOutcome = 'hit';
      return warned(answerAgain(kept, x), warning);
    };
    return found instanceof Promise ? found.then(decide) : decide(found);
  }

  function missed(x: Exchange, key: string, settings: CacheSettings): Reply | Promise<Reply> {
    if (!coalesce) return ask(x, key, settings);
    const first = underWay.get(key);
    if (first !== undefined) {
      x.cacheOutcome = 'hit';
      return first.then((reply) => answerAgain(reply, x));
    }
    const asking = Promise.resolve(ask(x, key, settings)).finally(() => underWay.delete(key));
    underWay.set(key, asking);
    return asking;
  }

  function ask(x: Exchange, key: string, settings: CacheSettings): Reply | Promise<Reply> {
    x.cacheOutcome = 'miss';
    const reply = integration.run(x);
    return reply instanceof Promise
      ? reply.then((settled) => keep(x, key, settings, settled))
      : keep(x, key, settings, reply);
  }

  function keep(x: Exchange, key: string, { ttlMs, isEncrypted }: CacheSettings, reply: Reply): Reply {
    const { status, body } = reply;
    const bytes = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    if (status < 400 && reply.problem === undefined && bytes <= maxEntryBytes) {
      // Later steps write into the reply that goes out.
      const kept = { status, headers: [...reply.headers], body };
      cache.put(key, kept, x.startedAtMs + ttlMs, isEncrypted);
    }
    return reply;
  }

  return {
    get name() {
      return `${label} · ${integration.name}`;
    },
    run: function answerFromCache(x) {
      const settings = settingsFor(x.method);
      return settings === undefined ? integration.run(x) : lookUp(x, settings);
    },
  };
}

const refusal = gatewayProblem('ACCESS_DENIED', 'Cache-Control: max-age=0 without execute-api:InvalidateCache', {
  message: 'Access Denied',
});

/** RFC 9111's warn-code for anything else; the guide shows no text. */
const ignored = '199 - "Cache-Control header was ignored because the caller was unauthorized."';

/** The one form AWS regards (row CACHE-11). */
function asksForFreshAnswer(x: Exchange): boolean {
  const value = headerValue(x.request.headers, 'cache-control');
  return value !== undefined && /(?:^|,)\s*max-age\s*=\s*0\s*(?:,|$)/i.test(value);
}

function warned(reply: Reply | Promise<Reply>, warning: string | undefined): Reply | Promise<Reply> {
  if (warning === undefined) return reply;
  if (reply instanceof Promise) return reply.then((settled) => warned(settled, warning));
  reply.headers.push('Warning', warning);
  return reply;
}

/** Told anew with every answer. */
const ownHeaders: Readonly<Record<string, (x: Exchange) => string>> = {
  'x-amzn-requestid': (x) => x.requestId,
  'x-amz-apigw-id': (x) => x.extendedRequestId,
};

/** The kept answer under the ids of this request (row CACHE-18). */
function answerAgain({ status, headers, body }: CachedReply, x: Exchange): Reply {
  const own = [...headers];
  for (let i = 0; i < own.length; i += 2) {
    const name = own[i]!.toLowerCase();
    if (Object.hasOwn(ownHeaders, name)) own[i + 1] = ownHeaders[name]!(x);
  }
  return newReply(status, own, body);
}
