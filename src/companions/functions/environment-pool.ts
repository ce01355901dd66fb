/**
 * All execution environments: which one takes an invoke, when another is started, when one ends.
 *
 * An invoke takes the most recently used free environment of its version (the least used ones then idle long enough to end). With
 * none free it waits in line. The first environment starts at once, each further one only for callers that waited `growthDelayMs`.
 * With `maxEnvironments` alive, a free environment of another version gives way, the longest unused first; when all are busy the
 * line waits up to `queueTimeoutMs` and is then refused as throttled.
 */
import { availableParallelism } from 'node:os';
import { Environment, type EnvironmentSpec, type EnvironmentSurroundings, type InitFailure } from './environment.ts';
import { throttled } from './function-errors.ts';
import { groupUses, mayHaveChildren } from './process-group.ts';
import { typicalMs } from './typical-duration.ts';

interface Waiter {
  readonly sinceMs: number;
  readonly timeout: NodeJS.Timeout;
  take(environment: Environment): void;
  refuse(reason: unknown): void;
}

/** The environments of one version. */
interface Group {
  readonly spec: EnvironmentSpec;
  /** Free ones, most recently used last. */
  readonly free: Environment[];
  /** Oldest first. */
  readonly line: Waiter[];
  starting: number;
  alive: number;
  growth: NodeJS.Timeout | undefined;
  /** How long an invocation takes as a rule; undefined before the first has ended. */
  typicalMs: number | undefined;
}

export interface EnvironmentSummary {
  readonly functionName: string;
  readonly version: string;
  readonly isBusy: boolean;
  readonly processId: number | undefined;
  readonly maxMemoryMb: number;
}

export interface EnvironmentPool {
  /** A free environment of this version, now or later. Rejects with an InitFailure or, when throttled, a Problem. */
  acquire(spec: EnvironmentSpec): Environment | Promise<Environment>;
  /** Ends all environments whose key begins so: free ones now, busy ones after their invocation. */
  retire(keyPrefix: string): void;
  summary(): EnvironmentSummary[];
  close(): Promise<void>;
}

/** A function quicker than this is taken to compute rather than to wait. */
const quickMs = 5;
/** How many growth delays a caller of a quick function waits once there is an environment per processor. */
const patience = 10;
const tickMs = 50;
/** All environments are looked at every half second, busy ones on every tick. */
const ticksPerLook = 10;
/**
 * Looking through every process of the machine costs milliseconds: with each look only while a function has child processes, and
 * every 5 seconds for those whose parent is gone.
 */
const ticksPerFullLook = 100;

/** An empty pool; it starts its timer with its first environment and stops it with the last. */
export function createEnvironmentPool(around: EnvironmentSurroundings): EnvironmentPool {
  const { settings, clock } = around;
  const groups = new Map<string, Group>();
  const alive = new Set<Environment>();
  const ending = new Set<Promise<void>>();
  let ticker: NodeJS.Timeout | undefined;
  let ticks = 0;
  let isClosed = false;

  function groupOf(spec: EnvironmentSpec): Group {
    const known = groups.get(spec.key);
    if (known !== undefined) return known;
    const group: Group = { spec, free: [], line: [], starting: 0, alive: 0, growth: undefined, typicalMs: undefined };
    groups.set(spec.key, group);
    return group;
  }

  function end(environment: Environment): void {
    const ended = environment.end().finally(() => ending.delete(ended));
    ending.add(ended);
  }

  function onFree(environment: Environment, isFresh = false): void {
    const group = groups.get(environment.spec.key);
    if (group === undefined || environment.isStale || isClosed) {
      end(environment);
      return;
    }
    if (!isFresh) group.typicalMs = typicalMs(group.typicalMs, environment.lastDurationMs);
    // One that has just started serves its own line first, or two versions would take turns at starting and never at serving.
    const mayServe = isFresh && group.line.length > 0;
    if (!mayServe && alive.size >= settings.maxEnvironments && mustGiveWay(group)) {
      // onEnd gives its place to those who wait.
      end(environment);
      return;
    }
    const waiter = group.line.shift();
    if (waiter === undefined) group.free.push(environment);
    else waiter.take(environment);
  }

  function onEnd(environment: Environment): void {
    if (!alive.delete(environment)) return;
    const group = groups.get(environment.spec.key);
    if (group !== undefined) {
      group.alive--;
      const at = group.free.indexOf(environment);
      if (at !== -1) group.free.splice(at, 1);
    }
    if (alive.size === 0) {
      clearInterval(ticker);
      ticker = undefined;
    }
    if (isClosed) return;
    // Its own version comes last: it may have given way, and would else take the place back for ever.
    for (const each of waitingLongestFirst()) if (each !== group) grow(each);
    if (group !== undefined) grow(group);
    if (group !== undefined) forgetIfUnused(group);
  }

  function waitingLongestFirst(): Group[] {
    const waiting = [...groups.values()].filter(({ line }) => line.length > 0);
    return waiting.sort((a, b) => a.line[0]!.sinceMs - b.line[0]!.sinceMs);
  }

  /** Whether another version has callers in line and no environment: at once when ours has no line, else once they waited a while. */
  function mustGiveWay(group: Group): boolean {
    const before = group.line.length === 0 ? Number.POSITIVE_INFINITY : clock.monotonicMs() - settings.growthDelayMs;
    for (const other of groups.values()) {
      const first = other.line[0];
      if (other !== group && other.alive === 0 && first !== undefined && first.sinceMs < before) return true;
    }
    return false;
  }

  function forgetIfUnused(group: Group): void {
    if (group.alive === 0 && group.starting === 0 && group.line.length === 0) groups.delete(group.spec.key);
  }

  /** Makes room by ending the longest unused free environment of another version. */
  function hasRoom(): boolean {
    if (alive.size < settings.maxEnvironments) return true;
    let oldest: Environment | undefined;
    for (const group of groups.values()) {
      const candidate = group.free[0];
      if (candidate !== undefined && (oldest === undefined || candidate.lastUsedMs < oldest.lastUsedMs))
        oldest = candidate;
    }
    if (oldest === undefined) return false;
    // onEnd is told at once; the process is gone a moment later.
    end(oldest);
    return alive.size < settings.maxEnvironments;
  }

  function grow(group: Group): void {
    if (group.line.length <= group.starting) return;
    if (group.alive === 0) {
      if (hasRoom()) startOne(group);
      return;
    }
    group.growth ??= setTimeout(() => {
      group.growth = undefined;
      const first = group.line[0];
      if (first === undefined) return;
      const isSlow = isTooSlow(group, clock.monotonicMs() - first.sinceMs);
      // As many starts at a time as the machine has processors: more would only slow each other down.
      for (let i = 0; isSlow && i < availableParallelism() && group.line.length > group.starting && hasRoom(); i++) {
        startOne(group);
      }
      grow(group);
    }, growthWaitMs(group));
  }

  /**
   * Whether more environments would help the one who is first in line now. A function that answers within a few milliseconds waits for
   * hardly anything but a processor: more environments than processors would only take turns, so a much longer wait is asked for.
   * (bench/functions.ts, 32 callers, two busy cores: 5,900 invokes/s with 32 environments, 14,000 with one.)
   */
  function isTooSlow(group: Group, waitedMs: number): boolean {
    const isQuick = (group.typicalMs ?? Number.POSITIVE_INFINITY) < quickMs;
    const isEnough = isQuick && group.alive >= availableParallelism();
    return waitedMs >= settings.growthDelayMs * (isEnough ? patience : 1);
  }

  /** Until the first in line has waited `growthDelayMs`. When it has, but there was no room, it is asked again as often. */
  function growthWaitMs(group: Group): number {
    const waitedMs = clock.monotonicMs() - (group.line[0]?.sinceMs ?? 0);
    return waitedMs < settings.growthDelayMs ? Math.ceil(settings.growthDelayMs - waitedMs) : settings.growthDelayMs;
  }

  function startOne(group: Group): void {
    const environment = new Environment(group.spec, around, { onFree: (free) => onFree(free), onEnd });
    alive.add(environment);
    group.alive++;
    group.starting++;
    ticker ??= setInterval(tick, tickMs).unref();
    environment.start().then(
      () => {
        group.starting--;
        onFree(environment, true);
      },
      (failure: InitFailure) => {
        group.starting--;
        group.line.shift()?.refuse(failure);
        if (group.line.length > 0 && !isClosed) grow(group);
        forgetIfUnused(group);
      },
    );
  }

  function tick(): void {
    ticks++;
    const now = clock.monotonicMs();
    const isLook = ticks % ticksPerLook === 0;
    const processes = isLook ? processGroups() : undefined;
    const isFullLook =
      processes !== undefined && (ticks % ticksPerFullLook === 0 || [...processes].some(mayHaveChildren));
    const looked = isFullLook ? groupUses(processes) : undefined;
    for (const environment of alive) {
      // A free environment does nothing worth looking at twenty times a second.
      if (!isLook && !environment.isBusy) continue;
      environment.tick(looked?.get(environment.processGroup ?? 0));
    }
    if (!isLook) return;
    for (const group of groups.values()) {
      while (group.free[0] !== undefined && now - group.free[0].lastUsedMs > settings.idleMs) end(group.free[0]);
    }
  }

  function processGroups(): Set<number> {
    const found = new Set<number>();
    for (const { processGroup } of alive) if (processGroup !== undefined) found.add(processGroup);
    return found;
  }

  function wait(group: Group): Promise<Environment> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(waiter.timeout);
        const at = group.line.indexOf(waiter);
        if (at !== -1) group.line.splice(at, 1);
      };
      const waiter: Waiter = {
        sinceMs: clock.monotonicMs(),
        timeout: setTimeout(() => {
          // A slow start is not a shortage: its own time limits end it.
          if (group.starting > 0) {
            waiter.timeout.refresh();
            return;
          }
          leave();
          const why = `All ${settings.maxEnvironments} execution environments are busy; raise the maximum or wait`;
          reject(throttled('ConcurrentInvocationLimitExceeded', why));
          forgetIfUnused(group);
        }, settings.queueTimeoutMs),
        take(environment) {
          leave();
          resolve(environment);
        },
        refuse(reason) {
          leave();
          reject(reason);
        },
      };
      group.line.push(waiter);
      grow(group);
    });
  }

  return {
    acquire(spec) {
      const group = groupOf(spec);
      return group.free.pop() ?? wait(group);
    },
    retire(keyPrefix) {
      for (const group of groups.values()) {
        if (!group.spec.key.startsWith(keyPrefix)) continue;
        for (const environment of alive) if (environment.spec.key === group.spec.key) environment.isStale = true;
        for (const environment of [...group.free]) end(environment);
      }
    },
    summary: () =>
      [...alive].map((environment) => ({
        functionName: environment.spec.functionName,
        version: environment.spec.version.version,
        isBusy: environment.isBusy,
        processId: environment.processGroup,
        maxMemoryMb: Math.ceil(environment.maxMemoryBytes / 1024 / 1024),
      })),
    async close() {
      isClosed = true;
      clearInterval(ticker);
      for (const group of groups.values()) {
        clearTimeout(group.growth);
        for (const waiter of [...group.line]) {
          waiter.refuse(throttled('ConcurrentInvocationLimitExceeded', 'The gateway is shutting down'));
        }
      }
      for (const environment of [...alive]) end(environment);
      await Promise.all(ending);
    },
  };
}
