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
import { traceHeader } from '../trace.ts';
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

/** A question to the backend that others wait for. */
interface Miss {
  readonly flushes: number;
  /** The answer as it came: its own asker's steps write into the reply. */
  readonly answer: Promise<CachedReply>;
}

export function keepAnswers(scope: CachedIntegrationScope): Integration {
  const { label, integration, cache, keyOf, settingsFor, mayInvalidate, coalesce } = scope;
  const underWay = new Map<string, Miss>();

  function lookUp(x: Exchange, settings: CacheSettings): Reply | Promise<Reply> {
    const plainKey = keyOf(x);
    // Keys hold what requests say of themselves, tokens too: where answers are not to be read, neither are they.
    const key = settings.isEncrypted ? cache.hidden(plainKey) : plainKey;
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
    // What was asked for before a flush is no answer to who comes after it.
    if (first !== undefined && first.flushes === cache.flushes) {
      x.cacheOutcome = 'hit';
      return first.answer.then((answer) => answerAgain(answer, x));
    }
    const asked = Promise.resolve(ask(x, key, settings)).then((reply) => ({ reply, answer: copyOf(reply) }));
    const miss: Miss = { flushes: cache.flushes, answer: asked.then(({ answer }) => answer) };
    underWay.set(key, miss);
    const over = () => {
      if (underWay.get(key) === miss) underWay.delete(key);
    };
    miss.answer.then(over, over);
    return asked.then(({ reply }) => reply);
  }

  function ask(x: Exchange, key: string, settings: CacheSettings): Reply | Promise<Reply> {
    x.cacheOutcome = 'miss';
    const { flushes } = cache;
    const keep = (reply: Reply): Reply => {
      if (mayBeKept(reply)) {
        const nowMs = x.startedAtMs;
        const terms = { nowMs, expiresAtMs: nowMs + settings.ttlMs, isEncrypted: settings.isEncrypted, flushes };
        cache.put(key, copyOf(reply), terms);
      }
      return reply;
    };
    const reply = integration.run(x);
    return reply instanceof Promise ? reply.then(keep) : keep(reply);
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

/** Partial Content and Not Modified answer what one client asked in its headers; anybody could have every other client answered so (RFC 9111, section 3). */
const toItsAskerAlone: ReadonlySet<number> = new Set([206, 304]);

function mayBeKept({ status, body, problem }: Reply): boolean {
  const bytes = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  return status < 400 && !toItsAskerAlone.has(status) && problem === undefined && bytes <= maxEntryBytes;
}

/** Later steps write into the reply that goes out. */
const copyOf = ({ status, headers, body }: Reply): CachedReply => ({ status, headers: [...headers], body });

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
  'x-amzn-trace-id': traceHeader,
};

/** The kept answer under the ids of this request (row CACHE-18): those of the one that filled the cache are nobody else's business. */
function answerAgain({ status, headers, body }: CachedReply, x: Exchange): Reply {
  const own = [...headers];
  for (let i = 0; i < own.length; i += 2) {
    const name = own[i]!.toLowerCase();
    if (Object.hasOwn(ownHeaders, name)) own[i + 1] = ownHeaders[name]!(x);
  }
  return newReply(status, own, body);
}
