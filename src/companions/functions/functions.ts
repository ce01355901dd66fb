/** The Lambda companion, put together: the API's handlers, the port the request line invokes through, downloads and logs. */
import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import type { HttpReply, HttpRequest } from '../../base/http.ts';
import type { Functions } from '../../ports/functions.ts';
import type { Sessions } from '../../ports/sessions.ts';
import type { Key, Store } from '../../ports/store.ts';
import type { StoredObjects } from '../../ports/stored-objects.ts';
import type { StreamedFunctions } from '../../ports/streaming.ts';
import type { Log } from '../../ports/telemetry.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/lambda.ts';
import { createCodeStorage } from './code-storage.ts';
import { createEnvironmentPool, type EnvironmentSummary } from './environment-pool.ts';
import { badParameter, eventTooLarge, requestTooLarge } from './function-errors.ts';
import { withinAccount } from './handlers/account-guard.ts';
import { concurrencyHandlers } from './handlers/concurrency.ts';
import { eventInvokeHandlers } from './handlers/event-invokes.ts';
import { functionHandlers } from './handlers/functions.ts';
import { invokeHandlers, maxEventBytes, maxRequestBytes } from './handlers/invoke.ts';
import { layerHandlers } from './handlers/layers.ts';
import { notSetHandlers } from './handlers/not-set.ts';
import { createHandlerParts } from './handlers/parts.ts';
import { permissionHandlers } from './handlers/permissions.ts';
import { tagHandlers } from './handlers/tags.ts';
import { urlHandlers } from './handlers/urls.ts';
import { versionHandlers } from './handlers/versions.ts';
import { createInvoker } from './invoker.ts';
import { type LayerVersionRecord, layerBlob, layerKey, layerVersions, resolvedLayers } from './layers.ts';
import { createFunctionLog, type FunctionLog, type LogLine } from './logs.ts';
import { type FunctionId, type FunctionReference, functionArn, parseFunctionReference } from './names.ts';
import { allowsInvoke, policyOf } from './permissions.ts';
import { createReaper } from './reaper.ts';
import type { FunctionRecord, FunctionVersion } from './records.ts';
import { createRegistry } from './registry.ts';
import { defaultFunctionSettings, type FunctionSettings } from './settings.ts';
import { trustFiles } from './trust-files.ts';
import { type UrlTarget, urlTargets } from './urls.ts';
import { zipsInBuckets } from './zip-in-bucket.ts';

export interface FunctionsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Unpacked code is kept below it from run to run; without it everything lives in a temporary folder that goes with us. */
  readonly dataDir?: string;
  /** `http://localhost:4566`: what functions get as `AWS_ENDPOINT_URL`. Asked when an environment starts. */
  endpointUrl(): string;
  /** The certificate our endpoint shows (PEM), for functions to trust. Asked when the first environment starts. */
  certificate?(): Promise<string>;
  /** Only `dev` takes code from folders of this machine. */
  readonly mode: 'dev' | 'secure';
  readonly settings?: Partial<FunctionSettings>;
  /** Gives functions the credentials of their roles; without it they get a key that names their account and no more. */
  readonly sessions?: Pick<Sessions, 'forService'>;
  /** Where code in buckets is read; without it there is no bucket. */
  readonly objects?: StoredObjects;
  /** Gets every line of every function beside the tail kept here; must neither throw nor wait. */
  keepLine?(id: FunctionId, line: LogLine): void;
}

/** Longer than an environment is likely to be busy without a pause; AWS replaces its own within hours. */
const environmentSessionSeconds = 7 * 24 * 3600;

export interface FunctionsCompanion {
  readonly handlers: Handlers<Operations>;
  readonly functions: Functions & StreamedFunctions;
  /** Answers `GET /_/functions/{region}/{account}/{name}/{version}.zip?token=…`, the links of GetFunction. */
  codeDownload(request: HttpRequest): Promise<HttpReply>;
  /** The function that a URL's id leads to, and what its policy says of callers. */
  urlTarget(id: string): Promise<UrlTarget | undefined>;
  /** What a function logged, oldest first; a name, or an ARN. Empty for a function that never ran. */
  logs(functionName: string): readonly LogLine[];
  environments(): EnvironmentSummary[];
  /** Ends all environments and forgets the functions, after the store was emptied. */
  reset(): void;
  /** Another node changed these functions, by key of their records; all of them when it is not known which. */
  changedElsewhere(keys?: readonly Key[]): Promise<void>;
  /** Ends every environment; nothing of a function runs afterwards. */
  close(): Promise<void>;
}

/** Parsed references of integration URIs; they are few, but whoever invokes by name through the API could make many. */
const maxRememberedReferences = 1000;

/** Opens the companion. It reads the store at the first call and starts no process before the first invoke. */
export function createFunctions(options: FunctionsOptions): FunctionsCompanion {
  const { store, clock, log } = options;
  const settings: FunctionSettings = { ...defaultFunctionSettings, ...options.settings };
  const registry = createRegistry(store);
  const reaper = createReaper();
  const logsByArn = new Map<string, FunctionLog>();
  const noticed = new Set<string>();
  const references = new Map<string, FunctionReference>();
  /** Download links are unguessable, and die with the process. */
  const linkKey = randomBytes(32);

  // Made when first needed: most starts never run a function.
  let temporary: string | undefined;
  const temporaryFolder = (): string => {
    temporary ??= mkdtempSync(join(tmpdir(), 'gatewright-functions-'));
    return temporary;
  };

  /** Asked with the first invoke or download, when the registry is loaded. */
  const isCodeUsed = (sha256: string): boolean =>
    registry
      .list()
      .some((record) =>
        [record.latest, ...record.versions].some(({ code }) => code.kind === 'zip' && code.sha256 === sha256),
      );

  const codeFolder = (): string =>
    options.dataDir === undefined ? join(temporaryFolder(), 'code') : join(options.dataDir, 'functions');
  let codeStorage: ReturnType<typeof createCodeStorage> | undefined;
  const storage = (): ReturnType<typeof createCodeStorage> => {
    codeStorage ??= createCodeStorage(store, codeFolder(), isCodeUsed);
    return codeStorage;
  };

  function logOf(id: FunctionId): FunctionLog {
    const arn = functionArn(id);
    let found = logsByArn.get(arn);
    if (found === undefined) {
      found = told(createFunctionLog(settings.maxLogCharacters), id);
      logsByArn.set(arn, found);
    }
    return found;
  }

  /** The log, whose lines go to whoever keeps them for longer as well. */
  function told(tail: FunctionLog, { account, region, name }: FunctionId): FunctionLog {
    const { keepLine } = options;
    if (keepLine === undefined) return tail;
    const id = { account, region, name };
    return {
      lines: tail.lines,
      append(line) {
        tail.append(line);
        keepLine(id, line);
      },
    };
  }

  const pool = createEnvironmentPool({
    settings,
    clock,
    reaper,
    temporaryFolder() {
      const folder = join(temporaryFolder(), 'environments');
      mkdirSync(folder, { recursive: true });
      return folder;
    },
    taskRootOf: (version) => storage().taskRootOf(version.code),
    layersRootOf: (version) => storage().layersRootOf(version.layers ?? []),
    endpointUrl: options.endpointUrl,
    trusted: trustFiles(temporaryFolder, options.certificate),
    async keysOf({ account, functionName, version }) {
      const { sessions } = options;
      if (sessions === undefined)
        return { accessKeyId: account, secretAccessKey: 'function', sessionToken: 'function' };
      return sessions.forService({
        account,
        roleArn: version.role,
        sessionName: functionName,
        durationSeconds: environmentSessionSeconds,
      });
    },
    notice(functionName, text) {
      const key = `${functionName}: ${text}`;
      if (noticed.has(key)) return;
      noticed.add(key);
      log.warn(text, { function: functionName });
    },
  });

  const invoker = createInvoker({
    registry,
    pool,
    fingerprintOf: (code) => storage().fingerprintOf(code, clock.now()),
    settings,
    clock,
    log,
    logOf,
  });

  let targets: ReadonlyMap<string, UrlTarget> | undefined;
  registry.onChange((before, after) => {
    references.clear();
    targets = undefined;
    if (before === undefined) return;
    // Whatever runs code or settings that are no longer those of its version ends.
    const kept = new Set(
      after === undefined ? [] : [after.latest, ...after.versions].map(({ revisionId }) => revisionId),
    );
    for (const { version, revisionId } of [before.latest, ...before.versions]) {
      if (!kept.has(revisionId)) pool.retire(`${functionArn(before)}:${version}:${revisionId}:`);
    }
    if (after === undefined) logsByArn.delete(functionArn(before));
  });

  function codePath(record: FunctionRecord, version: FunctionVersion): string {
    return `/_/functions/${record.region}/${record.account}/${record.name}/${version.version}.zip`;
  }

  const layerPath = ({ region, account, name, version }: LayerVersionRecord): string =>
    `/_/functions/layers/${region}/${account}/${name}/${version}.zip`;

  const linkTo = (path: string, { endpoint }: Pick<Call, 'endpoint'>): string =>
    `${endpoint}${encodeURI(path)}?token=${tokenOf(path)}`;

  const tokenOf = (path: string): string => createHmac('sha256', linkKey).update(path).digest('base64url');

  const parts = createHandlerParts({
    registry,
    invoker,
    clock,
    settings,
    mode: options.mode,
    zipInBucket: zipsInBuckets(options.objects),
    async layersNamed(arns, call) {
      return arns && store.read((tx) => resolvedLayers(tx, arns, call));
    },
    codeLocation: (record, version, call) => linkTo(codePath(record, version), call),
  });

  function referenceTo(text: string): FunctionReference {
    const known = references.get(text);
    if (known !== undefined) return known;
    const reference = parseFunctionReference(text, settings);
    if (reference === undefined) throw badParameter(`${text} is not a valid function name or ARN.`);
    if (references.size >= maxRememberedReferences) references.clear();
    references.set(text, reference);
    return reference;
  }

  const functions: Functions & StreamedFunctions = {
    async invoke({ functionArn: text, payload, type, traceId }) {
      const reference = referenceTo(text);
      const bytes = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length;
      if (type === 'Event') {
        if (bytes > maxEventBytes) throw eventTooLarge(bytes, maxEventBytes);
        const { requestId, executedVersion } = await invoker.queue({ reference, payload, traceId });
        return { status: 202, payload: Buffer.alloc(0), executedVersion, requestId };
      }
      if (bytes > maxRequestBytes) throw requestTooLarge(maxRequestBytes);
      const { outcome, requestId, executedVersion } = await invoker.invoke({ reference, payload, traceId });
      return {
        status: 200,
        payload: outcome.payload,
        ...(outcome.functionError === undefined ? {} : { functionError: outcome.functionError }),
        executedVersion,
        requestId,
      };
    },
    async stream({ functionArn: text, payload, traceId }) {
      const reference = referenceTo(text);
      const bytes = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length;
      if (bytes > maxRequestBytes) throw requestTooLarge(maxRequestBytes);
      const { failure, requestId, executedVersion, body } = await invoker.stream({ reference, payload, traceId });
      return {
        status: 200,
        payload: failure?.payload ?? Buffer.alloc(0),
        ...(failure?.functionError !== undefined && { functionError: failure.functionError }),
        executedVersion,
        requestId,
        body,
      };
    },
    mayInvoke(permission) {
      const answer = (): boolean => {
        const reference = parseFunctionReference(permission.functionArn, settings);
        const record = reference === undefined ? undefined : registry.find(reference);
        if (reference === undefined || record === undefined) return false;
        const { qualifier } = reference;
        // `$LATEST` spelled out has no policy of its own: the unqualified function's counts.
        const name = qualifier === '$LATEST' ? undefined : qualifier;
        return allowsInvoke(policyOf(record, name), permission, functionArn(reference, name));
      };
      return registry.loading()?.then(answer) ?? answer();
    },
  };

  const handlers: Handlers<Operations> = {
    ...functionHandlers(parts),
    ...versionHandlers(parts),
    ...permissionHandlers(parts),
    ...concurrencyHandlers(parts),
    ...tagHandlers(parts),
    ...notSetHandlers(parts),
    ...urlHandlers(parts),
    ...eventInvokeHandlers(parts),
    ...layerHandlers({ ...parts, store, layerLocation: (record, call) => linkTo(layerPath(record), call) }),
    ...invokeHandlers(parts, logOf),
  };

  return {
    // Without keys that prove something an account is only a word of the caller's.
    handlers: options.mode === 'secure' ? withinAccount(handlers, registry) : handlers,
    functions,
    async codeDownload({ method, path, query }) {
      const layer = /^\/_\/functions\/layers\/([^/]+)\/(\d{12})\/([^/]+)\/(\d{1,10})\.zip$/.exec(decodedPath(path));
      if (layer !== null) {
        if (method !== 'GET' || new URLSearchParams(query).get('token') !== tokenOf(layer[0]))
          return plainReply(403, 'Forbidden\n');
        const [, region, account, name, version] = layer as unknown as [string, string, string, string, string];
        const bytes = await store.read(async (tx) => {
          const found = await tx.get(layerVersions, layerKey({ region, account, name, version: Number(version) }));
          return found && tx.getBlob(layerBlob(found.sha256));
        });
        if (bytes === undefined) return plainReply(404, 'Not Found\n');
        return { status: 200, headers: ['Content-Type', 'application/zip'], body: bytes };
      }
      const wanted = /^\/_\/functions\/([^/]+)\/([^/]+)\/([^/]+)\/([^/]+)\.zip$/.exec(decodedPath(path));
      const token = new URLSearchParams(query).get('token');
      if (wanted === null || method !== 'GET' || token !== tokenOf(wanted[0])) return plainReply(403, 'Forbidden\n');
      await registry.loading();
      const record = registry.find({ region: wanted[1]!, account: wanted[2]!, name: wanted[3]! });
      const version = [record?.latest, ...(record?.versions ?? [])].find((each) => each?.version === wanted[4]);
      const bytes = version === undefined ? undefined : await storage().zipOf(version.code);
      if (bytes === undefined) return plainReply(404, 'Not Found\n');
      return { status: 200, headers: ['Content-Type', 'application/zip'], body: bytes };
    },
    async urlTarget(id) {
      await registry.loading();
      targets ??= urlTargets(registry.list());
      return targets.get(id);
    },
    logs(functionName) {
      const reference = parseFunctionReference(functionName, settings);
      return reference === undefined ? [] : (logsByArn.get(functionArn(reference))?.lines() ?? []);
    },
    environments: () => pool.summary(),
    changedElsewhere: (keys) => registry.readAgain(keys),
    reset() {
      registry.reset();
      targets = undefined;
      logsByArn.clear();
    },
    async close() {
      invoker.close();
      await pool.close();
      await reaper.close();
      if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
    },
  };
}

function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}

const plainReply = (status: number, text: string): HttpReply => ({
  status,
  headers: ['Content-Type', 'text/plain'],
  body: text,
});
