/**
 * Which plan answers for a stage. Plans are compiled on the first request and kept; a published change makes a loaded stage anew and swaps
 * it with one assignment, so an exchange keeps the plan it began with and every request that comes after the change sees the new one.
 */

import type { Plan } from '../plan/plan.ts';
import type { ApiKind, Deployments, LiveStage, StageChange } from '../ports/deployments.ts';
import type { Log } from '../ports/telemetry.ts';

export interface PlanTableOptions {
  readonly deployments: Deployments;
  /** Makes the plan of a stage; throws when the definition cannot be compiled, which then fails the requests, not the process. */
  compile(live: LiveStage): Plan;
  readonly log: Log;
  /** What authorizers decided about a stage is to be forgotten; its plan stays. */
  flush?(apiId: string, stage: string, what: 'authorizers' | 'responses'): void;
  /** A stage is gone: what others keep for it can go too. */
  forget?(apiId: string, stage: string): void;
  /** 0 ≤ n < 1, for the canary's share. */
  random?(): number;
  /** Stages kept; beyond that, one not used lately goes. */
  readonly maxStages?: number;
}

export interface PlanTable {
  /**
   * The plan for the next request whose first path segment is `segment` (decoded, '' for none): that of the stage it names, else of the stage
   * `$default`, which HTTP APIs alone have (row HRT-01). Undefined when there is neither, or no deployment. A promise only while it is being made.
   */
  find(apiId: string, segment: string): Plan | undefined | Promise<Plan | undefined>;
  /** Stage names of an API, to explain a wrong one. */
  stageNames(apiId: string): Promise<readonly string[]>;
  /** The plan `find` would give, if it is at hand: nothing is read or waited for. For requests that are turned away before they are whole. */
  loadedPlan(apiId: string, segment: string): Plan | undefined;
  /** What an API is, for wording that it has no such stage. */
  apiKind(apiId: string): Promise<ApiKind | undefined>;
  /** Stages that are loaded now. */
  loaded(): readonly LoadedStage[];
  /** Stops listening for changes. */
  close(): void;
}

export interface LoadedStage {
  readonly apiId: string;
  readonly stage: string;
  readonly plan: Plan;
  readonly canary: CanaryPlan | undefined;
}

export interface CanaryPlan {
  readonly plan: Plan;
  /** 0–100. */
  readonly percentTraffic: number;
}

interface Entry {
  readonly apiId: string;
  readonly stage: string;
  plan: Plan | undefined;
  canary: CanaryPlan | undefined;
  /** Set while the plan is being made, anew or for the first time: requests wait for it, so that none sees what was before a change. */
  loading: Promise<void> | undefined;
  /** A change came while loading: what is being read may be old already. */
  changed: boolean;
  /** Asked for since the last look for something to drop (the CLOCK algorithm: recently used without a list to keep in order). */
  used: boolean;
}

/** How many wrong addresses are remembered, so that a flood of them is not a flood of store reads. */
const maxKnownMissing = 1_000;

export function createPlanTable(options: PlanTableOptions): PlanTable {
  const { deployments, compile, log, random = Math.random, maxStages = 5_000 } = options;
  const entries = new Map<string, Entry>();
  /** Being made for the first time. Apart from the others, so that a flood of wrong addresses pushes no plan out. */
  const arriving = new Map<string, Entry>();
  const knownMissing = new Set<string>();
  /** Names of all stages of an API that has `$default`: any other first segment belongs to the path. */
  const namesBesideDefault = new Map<string, ReadonlySet<string>>();
  /** Told so far, to notice that what was read meanwhile may be old. */
  let changes = 0;

  const stopListening = deployments.onChange(function stageChanged(change: StageChange) {
    changes++;
    if (change.apiId === undefined) namesBesideDefault.clear();
    else namesBesideDefault.delete(change.apiId);
    if (change.apiId === undefined) {
      knownMissing.clear();
      for (const [key, entry] of [...entries, ...arriving]) drop(key, entry);
      return;
    }
    if (change.stageName === undefined) {
      knownMissing.clear();
      for (const [key, entry] of [...entries, ...arriving]) if (entry.apiId === change.apiId) drop(key, entry);
      return;
    }
    if (change.flushes !== undefined) {
      options.flush?.(change.apiId, change.stageName, change.flushes);
      return;
    }
    const key = `${change.apiId}/${change.stageName}`;
    knownMissing.delete(key);
    const entry = entries.get(key) ?? arriving.get(key);
    if (entry === undefined) return;
    if (entry.loading !== undefined) entry.changed = true;
    else startLoading(key, entry);
  });

  function drop(key: string, entry: Entry): void {
    // One that is loading is not dropped but read again: requests already wait for it.
    if (entry.loading !== undefined) entry.changed = true;
    else {
      entries.delete(key);
      options.forget?.(entry.apiId, entry.stage);
    }
  }

  function startLoading(key: string, entry: Entry): Promise<void> {
    entry.loading = Promise.resolve().then(() => load(key, entry));
    // Whoever waits sees the failure; a reload nobody waits for must not end the process.
    entry.loading.catch(() => {});
    return entry.loading;
  }

  /** Clears `entry.loading` in the same turn as it looks at `changed` for the last time, so that no change falls between. */
  async function load(key: string, entry: Entry): Promise<void> {
    try {
      let live: LiveStage | undefined;
      do {
        entry.changed = false;
        live = await deployments.liveStage(entry.apiId, entry.stage);
      } while (entry.changed);
      entry.loading = undefined;
      arriving.delete(key);
      if (live === undefined) {
        entry.plan = undefined;
        entries.delete(key);
        rememberMissing(key);
        options.forget?.(entry.apiId, entry.stage);
        return;
      }
      const canaryLive = canaryStage(live);
      const plan = compile(live);
      const canary =
        canaryLive === undefined
          ? undefined
          : { plan: compile(canaryLive.stage), percentTraffic: canaryLive.percentTraffic };
      entry.plan = plan;
      entry.canary = canary;
      if (entries.has(key)) return;
      makeRoom();
      entries.set(key, entry);
    } catch (error) {
      // The old plan is not kept: it may allow what the new one forbids. The next request tries again.
      entry.loading = undefined;
      arriving.delete(key);
      entries.delete(key);
      log.error('Cannot load a stage', { api: entry.apiId, stage: entry.stage, why: String(error) });
      throw error;
    }
  }

  function rememberMissing(key: string): void {
    if (knownMissing.size >= maxKnownMissing) knownMissing.clear();
    knownMissing.add(key);
  }

  function makeRoom(): void {
    for (const [key, entry] of entries) {
      if (entries.size < maxStages) return;
      if (entry.loading !== undefined) continue;
      entries.delete(key);
      if (!entry.used) continue;
      entry.used = false;
      entries.set(key, entry);
    }
  }

  function planOf(entry: Entry): Plan | undefined {
    const { canary } = entry;
    if (canary !== undefined && random() * 100 < canary.percentTraffic) return canary.plan;
    return entry.plan;
  }

  function findStage(apiId: string, stage: string): Plan | undefined | Promise<Plan | undefined> {
    const key = `${apiId}/${stage}`;
    const known = entries.get(key) ?? arriving.get(key);
    if (known !== undefined) return planOfKnown(known);
    if (stage === '' || knownMissing.has(key)) return undefined;
    const entry: Entry = {
      apiId,
      stage,
      plan: undefined,
      canary: undefined,
      loading: undefined,
      changed: false,
      used: true,
    };
    arriving.set(key, entry);
    return startLoading(key, entry).then(() => planOf(entry));
  }

  function planOfKnown(known: Entry): Plan | undefined | Promise<Plan | undefined> {
    known.used = true;
    return known.loading === undefined ? planOf(known) : known.loading.then(() => planOf(known));
  }

  async function findOrDefault(apiId: string, segment: string): Promise<Plan | undefined> {
    const named = await findStage(apiId, segment);
    if (named !== undefined || segment === '$default') return named;
    // A stage that has no deployment yet is a stage all the same.
    if (namesBesideDefault.get(apiId)?.has(segment)) return undefined;
    const plan = await findStage(apiId, '$default');
    if (plan === undefined) return undefined;
    const changesBefore = changes;
    const names = new Set(await deployments.stageNames(apiId));
    if (changes === changesBefore) {
      if (namesBesideDefault.size >= maxStages) namesBesideDefault.clear();
      namesBesideDefault.set(apiId, names);
    }
    return names.has(segment) ? undefined : plan;
  }

  return {
    find(apiId, segment) {
      const key = `${apiId}/${segment}`;
      const known = entries.get(key);
      if (known !== undefined && known.loading === undefined) return planOfKnown(known);
      if (namesBesideDefault.get(apiId)?.has(segment) === false) return findStage(apiId, '$default');
      if ((segment === '' || knownMissing.has(key)) && knownMissing.has(`${apiId}/$default`)) return undefined;
      return findOrDefault(apiId, segment);
    },
    loadedPlan: (apiId, segment) => (entries.get(`${apiId}/${segment}`) ?? entries.get(`${apiId}/$default`))?.plan,
    stageNames: (apiId) => deployments.stageNames(apiId),
    apiKind: (apiId) => deployments.apiKind(apiId),
    loaded() {
      const stages: LoadedStage[] = [];
      for (const { apiId, stage, plan, canary } of entries.values()) {
        if (plan !== undefined) stages.push({ apiId, stage, plan, canary });
      }
      return stages;
    },
    close: stopListening,
  };
}

/** The stage as canary requests see it: the canary's deployment, stage variables overlaid by its overrides (row CAN-06). REST APIs alone have canaries. */
function canaryStage(live: LiveStage): { readonly stage: LiveStage; readonly percentTraffic: number } | undefined {
  if (live.kind !== 'rest') return undefined;
  const { stage, canarySnapshot } = live;
  const settings = stage.canarySettings;
  if (settings === undefined || canarySnapshot === undefined) return undefined;
  const { stageVariableOverrides, deploymentId, percentTraffic } = settings;
  const variables = stageVariableOverrides ? { ...stage.variables, ...stageVariableOverrides } : stage.variables;
  return {
    stage: {
      ...live,
      isCanary: true,
      snapshot: canarySnapshot,
      stage: { ...stage, deploymentId, ...(variables && { variables }) },
    },
    percentTraffic,
  };
}
