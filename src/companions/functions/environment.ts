/**
 * One execution environment: a child process that runs one version of a function, one invocation at a time. It belongs to a process
 * group of its own, has its own Runtime API port and its own temporary folder, and takes all of that with it when it ends.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { newHex } from '../../base/ids.ts';
import type { SigningKeys } from '../../base/sigv4-signer.ts';
import type { AnswerStream, PieceTaker } from './answer-stream.ts';
import {
  exitReason,
  type InvocationOutcome,
  invalidEntrypoint,
  outOfMemory,
  reportedByRuntime,
  responseTooLarge,
  runtimeExited,
  timedOut,
} from './function-failures.ts';
import { createFunctionOutput, type FunctionOutput } from './function-output.ts';
import type { FunctionLog } from './logs.ts';
import { mountOfLayers, notMounted } from './mounted-layers.ts';
import { initStartLine, type LogFormat, reportLines, startLine } from './platform-log.ts';
import { killGroup, residentBytes } from './process-group.ts';
import type { Reaper } from './reaper.ts';
import type { FunctionVersion } from './records.ts';
import {
  eventHeaders,
  maxResponseBytes,
  openRuntimeApi,
  type RuntimeApi,
  type RuntimeEvent,
  type WaitingRuntime,
} from './runtime-api.ts';
import { launchOf, NoRuntime, variablesOf } from './runtimes.ts';
import type { FunctionSettings } from './settings.ts';
import type { TrustFiles } from './trust-files.ts';

/** What all environments of one version share. */
export interface EnvironmentSpec {
  /** Differs whenever an environment of it may not be reused: function ARN, version, revision. */
  readonly key: string;
  readonly account: string;
  readonly region: string;
  readonly functionName: string;
  readonly version: FunctionVersion;
  readonly log: FunctionLog;
}

/** What environments need of their surroundings. */
export interface EnvironmentSurroundings {
  readonly settings: FunctionSettings;
  readonly clock: Clock;
  readonly reaper: Reaper;
  /** Where environments put their temporary folders. */
  temporaryFolder(): string;
  taskRootOf(version: FunctionVersion): Promise<string>;
  /** What its layers hold, in a folder; undefined for a version without layers. */
  layersRootOf(version: FunctionVersion): Promise<string | undefined>;
  endpointUrl(): string;
  /** Certificates that functions are to trust; undefined when we have none of our own. */
  trusted(): Promise<TrustFiles | undefined>;
  /** Credentials of the function's role, for as long as an environment may live. */
  keysOf(spec: EnvironmentSpec): Promise<SigningKeys>;
  /** Tells the operator something about a function, once. */
  notice(functionName: string, text: string): void;
}

export interface EnvironmentEvents {
  /** The runtime asked for an event: the environment is free. */
  onFree(environment: Environment): void;
  /** The environment takes no invocation any more. */
  onEnd(environment: Environment): void;
}

export interface EnvironmentInvocation extends RuntimeEvent {
  readonly payload: string | Uint8Array;
  /** Takes the answer in pieces, where whoever invoked wants it so. */
  readonly stream?: AnswerStream | undefined;
}

/** The environment could not start; `outcome` is what the invocation that wanted it answers. */
export class InitFailure extends Error {
  readonly outcomeFor: (requestId: string) => InvocationOutcome;

  constructor(outcomeFor: (requestId: string) => InvocationOutcome) {
    super('The environment could not start');
    this.outcomeFor = outcomeFor;
  }
}

interface Running {
  readonly invocation: EnvironmentInvocation;
  readonly startedMs: number;
  readonly initMs: number | undefined;
  readonly deadline: NodeJS.Timeout;
  readonly settle: (outcome: InvocationOutcome) => void;
}

const maxProcesses = 1024;
const megabyte = 1024 * 1024;
/** No core files in anyone's folder, and AWS's 1,024 open files. */
const limitsThenRun = 'ulimit -c 0; ulimit -n 1024 2>/dev/null; exec "$@"';

export class Environment {
  readonly spec: EnvironmentSpec;
  /** Monotonic, for the idle sweep. */
  lastUsedMs = 0;
  /** Set when its version changed: it ends after the invocation under way. */
  isStale = false;
  maxMemoryBytes = 0;
  /** How long the last invocation took. */
  lastDurationMs = 0;

  readonly #around: EnvironmentSurroundings;
  readonly #events: EnvironmentEvents;
  readonly #id = newHex(32);
  readonly #logStream: string;
  readonly #folder: string;
  readonly #format: LogFormat;
  readonly #output: FunctionOutput;
  #api: RuntimeApi | undefined;
  #child: ChildProcess | undefined;
  #runtime: WaitingRuntime | undefined;
  #running: Running | undefined;
  #unreported: (() => void) | undefined;
  #init: { resolve(): void; reject(failure: InitFailure): void } | undefined;
  #initMs: number | undefined;
  #initReport: { errorType: string | undefined; body: Buffer } | undefined;
  #isOutOfMemory = false;
  #hasEnded = false;
  #ending: Promise<void> | undefined;

  constructor(spec: EnvironmentSpec, around: EnvironmentSurroundings, events: EnvironmentEvents) {
    this.spec = spec;
    this.#around = around;
    this.#events = events;
    this.#format = spec.version.logFormat === 'JSON' ? 'JSON' : 'Text';
    this.#output = createFunctionOutput(around.settings.maxOutputBytesPerTick, (line) => this.#log(line));
    const day = new Date(around.clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
    this.#logStream = `${day}/[${spec.version.version}]${this.#id}`;
    this.#folder = join(around.temporaryFolder(), this.#id.slice(0, 12));
  }

  get isAlive(): boolean {
    return !this.#hasEnded;
  }

  get isBusy(): boolean {
    return this.#running !== undefined || this.#init !== undefined;
  }

  /** Leader of the process group; undefined before the start and after the end. */
  get processGroup(): number | undefined {
    return this.#hasEnded ? undefined : this.#child?.pid;
  }

  /** Starts the process and runs the code outside the handler. Rejects with an InitFailure; the environment has then ended. */
  async start(): Promise<void> {
    const { settings, clock } = this.#around;
    const { version } = this.spec;
    try {
      const taskRoot = await this.#around.taskRootOf(version);
      const layersRoot = await this.#around.layersRootOf(version);
      const launch = await launchOf(version, taskRoot, settings, layersRoot);
      if (this.#hasEnded) throw new InitFailure((id) => runtimeExited(id, 'signal: killed'));
      if (launch.notice !== undefined) {
        this.#around.notice(this.spec.functionName, launch.notice);
        this.#log(launch.notice);
      }
      this.#platformLog(initStartLine(this.#format, this.#lineTime(), launch.runtimeVersion));
      // AWS gives the code outside the handler 10 s, and when that was not enough runs it anew within the time of the invoke.
      for (const limitMs of [settings.initTimeoutMs, version.timeoutSeconds * 1000]) {
        const startedMs = clock.monotonicMs();
        if (await this.#launch(taskRoot, layersRoot, launch, limitMs)) {
          this.#initMs = clock.monotonicMs() - startedMs;
          return;
        }
        this.#log(`INIT_REPORT Init Duration: ${limitMs.toFixed(2)} ms\tPhase: init\tStatus: timeout`);
      }
      throw new InitFailure((id) => timedOut(id, version.timeoutSeconds, this.#now()));
    } catch (error) {
      await this.end();
      if (error instanceof InitFailure) throw error;
      if (error instanceof NoRuntime) throw new InitFailure((id) => invalidEntrypoint(id, error.message));
      throw error;
    }
  }

  /** True once the runtime asks for its first event, false when `limitMs` passed before; then nothing of the process is left. */
  async #launch(
    taskRoot: string,
    layersRoot: string | undefined,
    launch: Awaited<ReturnType<typeof launchOf>>,
    limitMs: number,
  ): Promise<boolean> {
    const api = await openRuntimeApi({
      onNext: (runtime) => this.#onNext(runtime),
      onStream: (id, goOn) => this.#onStream(id, goOn),
      onResponse: (id, body, isTooLong) =>
        this.#onResponse(id, isTooLong ? responseTooLarge(maxResponseBytes) : success(body)),
      onError: (id, errorType, body) => this.#onResponse(id, reportedByRuntime(errorType, body)),
      onInitError: (errorType, body) => {
        this.#initReport = { errorType, body };
      },
    });
    this.#api = api;
    mkdirSync(this.#folder, { recursive: true });
    const { account, region, functionName, version } = this.spec;
    const mount = layersRoot === undefined ? undefined : await mountOfLayers(layersRoot);
    const mounts = mount !== undefined;
    if (layersRoot !== undefined && !mounts) this.#around.notice(functionName, notMounted);
    const variables = variablesOf({
      account,
      region,
      functionName,
      version,
      taskRoot,
      layersRoot: layersRoot === undefined || mounts ? undefined : layersRoot,
      temporaryFolder: this.#folder,
      runtimeApi: `127.0.0.1:${api.port}`,
      logStream: this.#logStream,
      endpointUrl: this.#around.endpointUrl(),
      trusted: await this.#around.trusted(),
      keys: await this.#around.keysOf(this.spec),
      executionEnv: launch.executionEnv,
    });
    const ready = new Promise<void>((resolve, reject) => {
      this.#init = { resolve, reject };
    });
    const run = ['-c', limitsThenRun, 'sh', ...(mount ?? []), launch.program, ...launch.args];
    const child = spawn('/bin/sh', run, {
      cwd: taskRoot,
      env: variables,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that what the function forks dies with it.
      detached: true,
    });
    this.#child = child;
    if (child.pid !== undefined) this.#around.reaper.watch(child.pid);
    for (const pipe of [child.stdout, child.stderr]) if (pipe !== null) this.#output.capture(pipe);
    child.once('error', (error) => this.#onExit(child, 127, null, error.message));
    child.once('exit', (code, signal) => this.#onExit(child, code, signal));

    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      this.#init?.resolve();
    }, limitMs);
    try {
      await ready;
    } finally {
      clearTimeout(limit);
      this.#init = undefined;
    }
    if (!isLate) return true;
    this.#child = undefined;
    await this.#destroy(child, api);
    return false;
  }

  /**
   * Hands the free environment an event. Never rejects: whatever happens to the process is an outcome. Undefined when the environment
   * ended before the event was sent, so that another one can have it.
   */
  invoke(invocation: EnvironmentInvocation): Promise<InvocationOutcome> | undefined {
    const { clock } = this.#around;
    const { version } = this.spec;
    const runtime = this.#runtime;
    if (runtime === undefined || this.#hasEnded) return undefined;
    this.#runtime = undefined;
    this.#unreported?.();
    this.#platformLog(startLine(this.#format, this.#lineTime(), invocation.requestId, version.version));
    const timeoutMs = version.timeoutSeconds * 1000;
    return new Promise((resolve) => {
      this.#running = {
        invocation,
        startedMs: clock.monotonicMs(),
        initMs: this.#initMs,
        deadline: setTimeout(() => this.#onDeadline(), timeoutMs),
        settle: resolve,
      };
      this.#initMs = undefined;
      runtime.send(eventHeaders(invocation, clock.now() + timeoutMs), invocation.payload);
    });
  }

  /** Every 50 ms: lets paused output flow again and looks at the memory. `children` is what the rest of its group uses, if looked at. */
  tick(group: { processes: number; residentBytes: number } | undefined): void {
    const pid = this.processGroup;
    if (pid === undefined) return;
    this.#output.tick();
    const used = Math.max(group?.residentBytes ?? 0, residentBytes(pid) ?? 0);
    if (used > this.maxMemoryBytes) this.maxMemoryBytes = used;
    const isOver = used > this.spec.version.memoryMb * megabyte;
    if (!isOver && (group?.processes ?? 0) <= maxProcesses) return;
    this.#isOutOfMemory = isOver;
    killGroup(pid);
  }

  /** Resolves when what the function printed so far has reached its log: two turns of the event loop, each of which reads the pipes. */
  async outputRead(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    this.#unreported?.();
  }

  /** Kills the process group, whatever it is doing, and removes what it leaves. */
  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<void> {
    this.#hasEnded = true;
    this.#runtime = undefined;
    this.#unreported?.();
    const [child, api] = [this.#child, this.#api];
    const running = this.#running;
    if (running !== undefined) this.#settle(running, runtimeExited(running.invocation.requestId, 'signal: killed'));
    this.#init?.reject(new InitFailure((id) => runtimeExited(id, 'signal: killed')));
    this.#events.onEnd(this);
    if (child !== undefined && api !== undefined) await this.#destroy(child, api);
    await rm(this.#folder, { recursive: true, force: true }).catch(() => {});
  }

  async #destroy(child: ChildProcess, api: RuntimeApi): Promise<void> {
    const hasExited = child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
    const exited = hasExited ? undefined : new Promise((resolve) => child.once('exit', resolve));
    if (child.pid !== undefined) killGroup(child.pid);
    await exited;
    api.close();
    for (const pipe of [child.stdout, child.stderr]) pipe?.destroy();
    if (child.pid !== undefined) this.#around.reaper.unwatch(child.pid);
    await this.#around.reaper.sweep(`127.0.0.1:${api.port}`);
  }

  #onNext(runtime: WaitingRuntime): void {
    if (this.#hasEnded) return;
    // Asking twice does not make it free twice: one invocation at a time, whatever the function does with its connections.
    const askedBefore = this.#runtime !== undefined;
    this.#runtime = runtime;
    this.lastUsedMs = this.#around.clock.monotonicMs();
    const init = this.#init;
    if (init !== undefined) init.resolve();
    else if (!askedBefore && this.#running === undefined) this.#events.onFree(this);
  }

  #onStream(requestId: string, goOn: () => void): PieceTaker | undefined {
    const running = this.#running;
    return running?.invocation.requestId === requestId ? running.invocation.stream?.open(goOn) : undefined;
  }

  #onResponse(requestId: string, outcome: InvocationOutcome): boolean {
    const running = this.#running;
    if (running?.invocation.requestId !== requestId) return false;
    this.#settle(running, outcome);
    // Asked for the next event before it answered this one, over another connection.
    if (this.#runtime !== undefined) this.#events.onFree(this);
    return true;
  }

  #onDeadline(): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#settle(running, timedOut(running.invocation.requestId, this.spec.version.timeoutSeconds, this.#now()));
    void this.end();
  }

  #onExit(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null, problem?: string): void {
    if (this.#child !== child) return;
    // An answer sent just before the exit may still be in the socket: read that first.
    setImmediate(() => setImmediate(() => this.#afterExit(child, code, signal, problem)));
  }

  #afterExit(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null, problem?: string): void {
    if (this.#child !== child || this.#hasEnded) return;
    const reason = problem ?? exitReason(code, signal);
    const isOutOfMemory = this.#isOutOfMemory;
    const report = this.#initReport;
    const running = this.#running;
    if (running !== undefined) {
      const { requestId } = running.invocation;
      this.#settle(running, isOutOfMemory ? outOfMemory(requestId) : runtimeExited(requestId, reason));
    }
    this.#init?.reject(
      new InitFailure((id) => {
        if (report !== undefined) return reportedByRuntime(report.errorType, report.body);
        return isOutOfMemory ? outOfMemory(id) : runtimeExited(id, reason);
      }),
    );
    void this.end();
  }

  #settle(running: Running, outcome: InvocationOutcome): void {
    clearTimeout(running.deadline);
    this.#running = undefined;
    const durationMs = this.#around.clock.monotonicMs() - running.startedMs;
    this.lastDurationMs = durationMs;
    // END and REPORT come after what the function printed, which is still in its pipes; the next START must come after them.
    const report = (): void => {
      if (this.#unreported !== report) return;
      this.#unreported = undefined;
      this.#report(running, outcome, durationMs);
    };
    this.#unreported = report;
    setImmediate(report);
    running.settle(outcome);
  }

  #report(running: Running, outcome: InvocationOutcome, durationMs: number): void {
    if (this.maxMemoryBytes === 0) this.maxMemoryBytes = residentBytes(this.#child?.pid ?? 0) ?? 0;
    const { memoryMb } = this.spec.version;
    if (outcome.logText !== undefined) this.#log(outcome.logText);
    const lines = reportLines(this.#format, this.#lineTime(), {
      requestId: running.invocation.requestId,
      durationMs,
      initMs: running.initMs,
      memoryMb,
      maxMemoryUsedMb: Math.min(memoryMb, Math.ceil(this.maxMemoryBytes / megabyte)),
      outcome,
    });
    for (const line of lines) this.#platformLog(line);
  }

  #log(message: string): void {
    this.spec.log.append({ timestampMs: this.#around.clock.now(), stream: this.#logStream, message });
  }

  /** Lines of the service itself are INFO: `SystemLogLevel: WARN` leaves them out. */
  #platformLog(message: string): void {
    if (this.spec.version.systemLogLevel !== 'WARN') this.#log(message);
  }

  /** Lines of text have none; writing one costs a microsecond, and an invocation has three lines. */
  #lineTime(): string {
    return this.#format === 'JSON' ? this.#now() : '';
  }

  #now(): string {
    return new Date(this.#around.clock.now()).toISOString();
  }
}

const success = (payload: Buffer): InvocationOutcome => ({ payload, status: 'success' });
