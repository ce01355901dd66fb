/**
 * What Lambda authorizers decided, by identity sources, per stage and authorizer (row LA-08). The caches belong to no plan: a changed stage setting compiles
 * a new plan, and who was let in stays let in. A new deployment, a changed authorizer and FlushStageAuthorizersCache begin with nothing.
 */
import { BoundedMap } from '../../base/bounded-map.ts';

/** Results of one authorizer on one stage. Times are monotonic milliseconds. */
export class ResultCache<Result> {
  readonly #kept = new BoundedMap<{ readonly result: Result; readonly keptAtMs: number }>(maxResults);
  readonly #ttlMs: number;

  constructor(ttlMs: number) {
    this.#ttlMs = ttlMs;
  }

  /** Undefined when nothing is known or the time is over. */
  get(identity: string, nowMs: number): { readonly result: Result; readonly keptAtMs: number } | undefined {
    const kept = this.#kept.get(identity);
    if (kept === undefined) return undefined;
    if (nowMs - kept.keptAtMs < this.#ttlMs) return kept;
    this.#kept.delete(identity);
    return undefined;
  }

  keep(identity: string, result: Result, nowMs: number): void {
    this.#kept.set(identity, { result, keptAtMs: nowMs });
  }

  clear(): void {
    this.#kept.clear();
  }
}

/** Of 8 KB at most each (row LA-10), so that a flood of made-up tokens cannot fill the memory. */
const maxResults = 4096;

/** A stage serves two deployments at most: its own and its canary's. */
const deploymentsPerStage = 2;

interface Kept {
  readonly definition: string;
  readonly cache: ResultCache<unknown>;
}

export interface CachePlace {
  readonly apiId: string;
  readonly stage: string;
  readonly deploymentId: string;
  readonly authorizerId: string;
  /** Everything by which the authorizer decides, as text: another text is another authorizer. */
  readonly definition: string;
}

export class AuthorizerCaches {
  /** By stage, then by deployment with the latest asked for last, then by authorizer. */
  readonly #stages = new Map<string, Map<string, Map<string, Kept>>>();

  /** The cache of an authorizer, with what it holds as long as the authorizer is the same. */
  of<Result>(place: CachePlace, ttlMs: number): ResultCache<Result> {
    const stageKey = `${place.apiId}/${place.stage}`;
    const deployments = this.#stages.get(stageKey) ?? new Map<string, Map<string, Kept>>();
    this.#stages.set(stageKey, deployments);
    const authorizers = deployments.get(place.deploymentId) ?? new Map<string, Kept>();
    deployments.delete(place.deploymentId);
    deployments.set(place.deploymentId, authorizers);
    for (const oldest of deployments.keys()) {
      if (deployments.size <= deploymentsPerStage) break;
      deployments.delete(oldest);
    }
    const definition = `${ttlMs} ${place.definition}`;
    const kept = authorizers.get(place.authorizerId);
    if (kept?.definition === definition) return kept.cache as ResultCache<Result>;
    const cache = new ResultCache<Result>(ttlMs);
    authorizers.set(place.authorizerId, { definition, cache });
    return cache;
  }

  /** Empties the caches of a stage; plans go on with them. */
  flush(apiId: string, stage: string): void {
    for (const authorizers of this.#stages.get(`${apiId}/${stage}`)?.values() ?? []) {
      for (const { cache } of authorizers.values()) cache.clear();
    }
  }

  /** Drops what belongs to a deleted stage. */
  forget(apiId: string, stage: string): void {
    this.#stages.delete(`${apiId}/${stage}`);
  }
}
