/** Runs functions: finds the version a name or alias means, keeps to the concurrency limits, and returns what the function answered. */
import type { BodyStream } from '../../base/body-stream.ts';
import type { Clock } from '../../base/clock.ts';
import { newRequestId } from '../../base/ids.ts';
import type { Log } from '../../ports/telemetry.ts';
import { AnswerStream } from './answer-stream.ts';
import { type EnvironmentSpec, InitFailure } from './environment.ts';
import type { EnvironmentPool } from './environment-pool.ts';
import { defaultMaxAgeSeconds, defaultMaxRetries, destinationRecord, eventInvokeConfigOf } from './event-invokes.ts';
import { createEventQueue } from './event-queue.ts';
import { aliasNotFound, functionNotFound, throttled } from './function-errors.ts';
import type { InvocationOutcome } from './function-failures.ts';
import type { FunctionLog } from './logs.ts';
import { type FunctionReference, functionArn, parseFunctionReference } from './names.ts';
import type { Code, FunctionRecord, FunctionVersion } from './records.ts';
import type { Registry } from './registry.ts';
import type { FunctionSettings } from './settings.ts';

export interface InvokeInput {
  readonly reference: FunctionReference;
  readonly payload: string | Uint8Array;
  readonly traceId: string;
  readonly clientContext?: string;
  /** Wait for the function's output, so that its log is complete when this resolves. */
  readonly withLog?: boolean;
}

export interface InvokeResult {
  readonly outcome: InvocationOutcome;
  readonly requestId: string;
  readonly executedVersion: string;
}

/** An answer that has begun, or is over before it did. */
export interface StreamedInvokeResult {
  readonly requestId: string;
  readonly executedVersion: string;
  /** Set when the function failed before it answered anything. */
  readonly failure: InvocationOutcome | undefined;
  /** Rejects with FailedMidway when the function fails after it began. */
  readonly body: BodyStream;
  /** How the invocation ended, which is after the body has. */
  readonly ended: Promise<InvokeResult>;
}

export interface Invoker {
  invoke(input: InvokeInput): Promise<InvokeResult>;
  /** As `invoke`, resolving with the first byte of the answer. */
  stream(input: InvokeInput): Promise<StreamedInvokeResult>;
  /** Queues the event and returns its request id. Throws as `invoke` does when the function does not exist. */
  queue(input: InvokeInput): Promise<{ requestId: string; executedVersion: string }>;
  /** The version a qualifier means now; for an alias with weights, one of them by chance. */
  versionOf(record: FunctionRecord, qualifier: string | undefined): FunctionVersion;
  close(): void;
}

interface InvokerParts {
  readonly registry: Registry;
  readonly pool: EnvironmentPool;
  readonly settings: FunctionSettings;
  readonly clock: Clock;
  readonly log: Log;
  logOf(reference: { account: string; region: string; name: string }): FunctionLog;
  /** Changes whenever code that is read in place does. */
  fingerprintOf(code: Code): string;
}

/** An environment that ended just as it was handed an event costs a second try; more would hide a function that dies when idle. */
const maxTries = 3;

/** Lambda stops what invokes itself in a circle after about so many rounds ("recursive loop detection"). */
const maxChain = 16;

/** The invoker over a registry and a pool. */
export function createInvoker(parts: InvokerParts): Invoker {
  const { registry, pool, settings } = parts;
  /** Invocations under way per function and, of functions without reserved concurrency, per account and region. */
  const running = new Map<string, number>();
  const events = createEventQueue(settings, parts.clock, parts.log);
  const specs = new WeakMap<FunctionVersion, EnvironmentSpec>();

  function specOf(record: FunctionRecord, version: FunctionVersion): EnvironmentSpec {
    const isFolder = version.code.kind === 'folder';
    const known = specs.get(version);
    if (known !== undefined && !isFolder) return known;
    const fingerprint = isFolder ? parts.fingerprintOf(version.code) : '';
    const key = `${functionArn(record)}:${version.version}:${version.revisionId}:${fingerprint}`;
    if (known?.key === key) return known;
    // Files of a developer's folder changed: what runs the old ones ends.
    if (known !== undefined) pool.retire(known.key);
    const spec: EnvironmentSpec = {
      key,
      account: record.account,
      region: record.region,
      functionName: record.name,
      version,
      log: parts.logOf(record),
    };
    specs.set(version, spec);
    return spec;
  }

  function find(reference: FunctionReference): FunctionRecord {
    const record = registry.find(reference);
    if (record === undefined) throw functionNotFound(functionArn(reference, reference.qualifier));
    return record;
  }

  function versionOf(record: FunctionRecord, qualifier: string | undefined): FunctionVersion {
    if (qualifier === undefined || qualifier === '$LATEST') return record.latest;
    const alias = record.aliases.find((each) => each.name === qualifier);
    if (alias === undefined && !/^\d+$/.test(qualifier)) {
      if (record.versions.length > 0 || record.aliases.length > 0) throw aliasNotFound(functionArn(record, qualifier));
      throw functionNotFound(functionArn(record, qualifier));
    }
    const number =
      alias === undefined ? qualifier : weightedVersion(alias.functionVersion, alias.additionalVersionWeights);
    if (number === '$LATEST') return record.latest;
    const version = record.versions.find((each) => each.version === number);
    if (version === undefined) throw functionNotFound(functionArn(record, number));
    return version;
  }

  /** Counts one more invocation, or refuses; returns what counts it out again. */
  function enter(record: FunctionRecord): () => void {
    const own = functionArn(record);
    const isReserved = record.reservedConcurrency !== undefined;
    const name = isReserved ? own : `${record.account}/${record.region}`;
    const limit = record.reservedConcurrency ?? unreservedConcurrency(record.account, record.region);
    const now = running.get(name) ?? 0;
    if (now >= limit) {
      throw isReserved
        ? throttled(
            'ReservedFunctionConcurrentInvocationLimitExceeded',
            `${own} has reserved concurrency ${limit}, all in use`,
          )
        : throttled(
            'ConcurrentInvocationLimitExceeded',
            `Account ${record.account} has ${limit} concurrent executions, all in use`,
          );
    }
    running.set(name, now + 1);
    return () => {
      const left = (running.get(name) ?? 1) - 1;
      if (left === 0) running.delete(name);
      else running.set(name, left);
    };
  }

  /** Adding up every function's reservation per invoke would cost more than the rest: kept until a function changes. */
  const unreserved = new Map<string, number>();
  registry.onChange(() => unreserved.clear());

  function unreservedConcurrency(account: string, region: string): number {
    const name = `${account}/${region}`;
    let left = unreserved.get(name);
    if (left === undefined) {
      left = unreservedOf(settings.accountConcurrency, registry.list(account, region));
      unreserved.set(name, left);
    }
    return left;
  }

  async function run(input: InvokeInput, requestId: string): Promise<InvokeResult> {
    const record = find(input.reference);
    const version = versionOf(record, input.reference.qualifier);
    return runVersion(record, version, input, requestId, undefined);
  }

  async function runVersion(
    record: FunctionRecord,
    version: FunctionVersion,
    input: InvokeInput,
    requestId: string,
    stream: AnswerStream | undefined,
  ): Promise<InvokeResult> {
    const leave = enter(record);
    try {
      const outcome = await runOnce(specOf(record, version), input, requestId, stream);
      return { outcome, requestId, executedVersion: version.version };
    } finally {
      leave();
    }
  }

  async function runOnce(
    spec: EnvironmentSpec,
    input: InvokeInput,
    requestId: string,
    stream: AnswerStream | undefined,
  ): Promise<InvocationOutcome> {
    const invocation = {
      requestId,
      payload: input.payload.length === 0 ? '{}' : input.payload,
      invokedArn: functionArn(input.reference, input.reference.qualifier),
      traceId: input.traceId,
      clientContext: input.clientContext,
      stream,
    };
    for (let tries = 0; tries < maxTries; tries++) {
      try {
        const acquired = pool.acquire(spec);
        const environment = acquired instanceof Promise ? await acquired : acquired;
        const answered = environment.invoke(invocation);
        if (answered === undefined) continue;
        const outcome = await answered;
        if (input.withLog === true) await environment.outputRead();
        return outcome;
      } catch (error) {
        if (error instanceof InitFailure) return error.outcomeFor(requestId);
        throw error;
      }
    }
    throw throttled(
      'ConcurrentInvocationLimitExceeded',
      `Environments of ${spec.functionName} end before they can be used`,
    );
  }

  async function queue(input: InvokeInput, cause = 0): Promise<{ requestId: string; executedVersion: string }> {
    const loading = registry.loading();
    if (loading !== undefined) await loading;
    const record = find(input.reference);
    const { version: executedVersion } = versionOf(record, input.reference.qualifier);
    const requestId = newRequestId();
    const config = eventInvokeConfigOf(record, input.reference.qualifier);
    let last: InvokeResult | undefined;
    events.add({
      functionArn: functionArn(input.reference, input.reference.qualifier),
      maxRetries: config?.maxRetries ?? defaultMaxRetries,
      maxAgeMs: (config?.maxAgeSeconds ?? defaultMaxAgeSeconds) * 1000,
      // AWS keeps the request id over all tries of an event.
      async run() {
        last = await run(input, requestId);
        return last.outcome.functionError === undefined;
      },
      ended(condition, attempts) {
        const destination = condition === 'Success' ? config?.onSuccess : config?.onFailure;
        if (destination === undefined) return;
        tell(destination, cause, input.traceId, {
          ...{ nowMs: parts.clock.now(), requestId, condition, attempts, requestPayload: input.payload },
          functionArn: functionArn(record, input.reference.qualifier ?? '$LATEST'),
          last: last && { ...last.outcome, executedVersion: last.executedVersion },
        });
      },
    });
    return { requestId, executedVersion };
  }

  /** Destinations are told as events themselves; those that lead in a circle end where Lambda would end them. */
  function tell(
    destination: string,
    cause: number,
    traceId: string,
    told: Parameters<typeof destinationRecord>[0],
  ): void {
    const dropped = (why: string): void =>
      parts.log.warn('A destination is not told how an invocation ended', {
        function: told.functionArn,
        destination,
        why,
      });
    if (cause >= maxChain) {
      dropped(`${maxChain} destinations one after the other: a circle`);
      return;
    }
    const reference = parseFunctionReference(destination, settings);
    if (reference === undefined) dropped('it is no function');
    else
      queue({ reference, payload: destinationRecord(told), traceId }, cause + 1).catch((error: unknown) =>
        dropped(String(error)),
      );
  }

  return {
    versionOf,
    async invoke(input) {
      const loading = registry.loading();
      if (loading !== undefined) await loading;
      return run(input, newRequestId());
    },
    async stream(input) {
      const loading = registry.loading();
      if (loading !== undefined) await loading;
      const record = find(input.reference);
      const version = versionOf(record, input.reference.qualifier);
      const requestId = newRequestId();
      const stream = new AnswerStream();
      const ended = runVersion(record, version, input, requestId, stream);
      ended.then(
        ({ outcome }) => stream.settle(outcome),
        (error: Error) => stream.fail(error),
      );
      const over = await Promise.race([stream.begun, ended]);
      const { version: executedVersion } = version;
      const failure = over?.outcome.functionError === undefined ? undefined : over.outcome;
      return { requestId, executedVersion, failure, body: stream.body, ended };
    },
    queue,
    close: () => events.close(),
  };
}

/** What functions without reserved concurrency share. */
export function unreservedOf(accountConcurrency: number, records: readonly FunctionRecord[]): number {
  let left = accountConcurrency;
  for (const record of records) left -= record.reservedConcurrency ?? 0;
  return left;
}

function weightedVersion(main: string, weights: Readonly<Record<string, number>> | undefined): string {
  if (weights === undefined) return main;
  let chance = Math.random();
  for (const [version, weight] of Object.entries(weights)) {
    if (chance < weight) return version;
    chance -= weight;
  }
  return main;
}
