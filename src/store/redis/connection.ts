/**
 * The connection to Redis or Valkey: scripts, and messages on channels. Nothing waits for a Redis that is away: commands fail at once then, and whoever asked
 * falls back on what this node knows. The connection comes back by itself.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  ConnectionTimeoutError,
  createClient,
  createCluster,
  RESP_TYPES,
  type RedisClientOptions,
  SocketTimeoutError,
} from 'redis';
import type { RedisAddress } from './redis-address.ts';

export interface Script {
  readonly text: string;
  readonly sha: string;
  /** It must not be overtaken by what is sent after it. */
  readonly isOrdered: boolean;
}

/** A Lua script; all its keys have the same hash tag, so that a cluster can run it. */
export const script = (text: string, { isOrdered = false } = {}): Script => ({
  text,
  sha: createHash('sha1').update(text).digest('hex'),
  isOrdered,
});

export type Argument = string | number | Buffer;

export interface Redis {
  /** Before every key and channel of this Gatewright. */
  readonly prefix: string;
  /** Whether commands have a chance now. */
  readonly isReady: boolean;
  /** Runs a script. Texts come back as bytes, numbers as numbers. Rejects when Redis is away, and after a second. */
  run(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<unknown>;
  /** Resolves to the number of those who listen on the channel. */
  publish(channel: string, message: Buffer): Promise<number>;
  /** Listens from here on, also after Redis was away. */
  subscribe(channel: string, listener: (message: Buffer) => void): Promise<void>;
  /** Told `false` when the connection breaks, `true` when it is back. */
  onReady(listener: (isReady: boolean) => void): void;
  close(): Promise<void>;
}

const connectTimeoutMs = 5_000;
const commandTimeoutMs = 1_000;
const pingEveryMs = 2_000;
/** A connection from which nothing came for so long is broken. */
const defaultSilentMs = 6_000;
/** Waits before connecting again double up to this. */
const longestWaitMs = 500;

const asBytes = { [RESP_TYPES.BLOB_STRING]: Buffer } as const;

/** Rejects with one sentence, without the password, when Redis cannot be reached or does not let us in. */
export async function connectRedis(
  address: RedisAddress,
  { silentAfterMs = defaultSilentMs }: { readonly silentAfterMs?: number } = {},
): Promise<Redis> {
  try {
    return await (address.isCluster ? openCluster : openSingle)(address, silentAfterMs);
  } catch (error) {
    const where = `${address.host}:${address.port}${address.isCluster ? ' (cluster)' : ''}`;
    throw new Error(`Cannot use Redis at ${where}: ${reasonOf(error)}`);
  }
}

function optionsFor(address: RedisAddress, silentAfterMs: number, hasBeenReady: () => boolean) {
  const { host, port, isTls, caFile, username, password } = address;
  const ca = caFile === undefined ? {} : { ca: readFileSync(caFile) };
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    name: 'gatewright',
    disableOfflineQueue: true,
    commandOptions: { timeout: commandTimeoutMs, typeMapping: asBytes },
    // A peer that went without a word is found by its silence.
    pingInterval: pingEveryMs,
    socket: {
      ...{ host, port, connectTimeout: connectTimeoutMs, socketTimeout: silentAfterMs },
      ...(isTls && { tls: true as const, ...ca }),
      // At the start one attempt has to do: a wrong address is told, not waited for.
      reconnectStrategy: (retries: number) => (hasBeenReady() ? Math.min(20 * 2 ** retries, longestWaitMs) : false),
    },
  } satisfies RedisClientOptions;
}

async function openSingle(address: RedisAddress, silentAfterMs: number): Promise<Redis> {
  let wasReady = false;
  let isClosing = false;
  const listeners: ((isReady: boolean) => void)[] = [];
  let wasUp = true;
  const tell = (isUp: boolean): void => {
    if (!wasReady || isClosing || isUp === wasUp) return;
    wasUp = isUp;
    for (const listener of listeners) listener(isUp);
  };
  const options = { ...optionsFor(address, silentAfterMs, () => wasReady), database: address.database };
  const client = createClient(options);
  for (const event of ['error', 'reconnecting']) client.on(event, () => tell(client.isReady));
  /** Scripts this connection has sent whole: whatever follows may call them by name. Sent again after NOSCRIPT, one would be overtaken. */
  const known = new Set<Script>();
  client.on('ready', () => {
    known.clear();
    tell(true);
  });
  await client.connect();
  const hearing = client.duplicate();
  hearing.on('error', () => {});
  try {
    await hearing.connect();
    await checkVersion(async () => String(await client.sendCommand(['INFO', 'server'])));
  } catch (error) {
    client.destroy();
    if (hearing.isOpen) hearing.destroy();
    throw error;
  }
  wasReady = true;
  return {
    prefix: address.prefix,
    get isReady() {
      return client.isReady;
    },
    run(wanted, keys, args) {
      const isKnown = known.has(wanted);
      if (client.isReady) known.add(wanted);
      return runScript((words) => client.sendCommand(words), isKnown, wanted, keys, args);
    },
    publish: async (channel, message) => Number(await client.sendCommand(['PUBLISH', channel, message])),
    subscribe: async (channel, listener) => void (await hearing.subscribe(channel, listener, true)),
    onReady: (listener) => void listeners.push(listener),
    async close() {
      isClosing = true;
      for (const each of [hearing, client]) if (each.isOpen) each.destroy();
    },
  };
}

/** Channels are sharded (Redis 7), so that who publishes knows how many listen wherever in the cluster they are. */
async function openCluster(address: RedisAddress, silentAfterMs: number): Promise<Redis> {
  let wasReady = false;
  let isReady = true;
  let isClosing = false;
  const listeners: ((isReady: boolean) => void)[] = [];
  const defaults = optionsFor(address, silentAfterMs, () => wasReady);
  const { host, port } = address;
  const cluster = createCluster({
    rootNodes: [{ ...defaults, socket: { ...defaults.socket, host, port } }],
    defaults: { ...defaults, socket: { ...defaults.socket, host: undefined, port: undefined } } as never,
    commandOptions: defaults.commandOptions,
  });
  // One node of many: commands to the others go on, and those to it fail by themselves.
  let lastFault: unknown;
  cluster.on('error', (error) => {
    lastFault = error;
  });
  const settled = (now: boolean): void => {
    if (now === isReady || isClosing) return;
    isReady = now;
    for (const listener of listeners) listener(now);
  };
  cluster.on('node-error', () => {});
  cluster.on('node-ready', () => wasReady && settled(true));
  try {
    await cluster.connect();
    await checkVersion(async () => String(await cluster.sendCommand(undefined, true, ['INFO', 'server'])));
  } catch (error) {
    cluster.destroy();
    throw lastFault ?? error;
  }
  wasReady = true;
  return {
    prefix: address.prefix,
    get isReady() {
      return isReady;
    },
    async run(wanted, keys, args) {
      try {
        const reply = await runScript(
          (words) => cluster.sendCommand(keys[0], false, words as string[], defaults.commandOptions),
          // Which of the cluster's nodes knows a script is not known: one that must not be overtaken is sent whole.
          ...([!wanted.isOrdered, wanted, keys, args] as const),
        );
        settled(true);
        return reply;
      } catch (error) {
        // What Redis itself answers says that it is there.
        if (!isRefusal(error)) settled(false);
        throw error;
      }
    },
    publish: async (channel, message) =>
      Number(await cluster.sendCommand(channel, false, ['SPUBLISH', channel, message] as unknown as string[])),
    subscribe: async (channel, listener) => void (await cluster.sSubscribe(channel, listener, true)),
    onReady: (listener) => void listeners.push(listener),
    async close() {
      isClosing = true;
      cluster.destroy();
    },
  };
}

async function runScript(
  send: (words: (string | Buffer)[]) => Promise<unknown>,
  isKnown: boolean,
  { sha, text }: Script,
  keys: readonly string[],
  args: readonly Argument[],
): Promise<unknown> {
  const rest = [String(keys.length), ...keys, ...args.map((each) => (typeof each === 'number' ? String(each) : each))];
  if (!isKnown) return send(['EVAL', text, ...rest]);
  try {
    return await send(['EVALSHA', sha, ...rest]);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
    return send(['EVAL', text, ...rest]);
  }
}

/** An answer of Redis, as opposed to none. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof Error &&
  /^[A-Z]+ /.test(error.message) &&
  !/^(CLUSTERDOWN|LOADING|MASTERDOWN|TRYAGAIN) /.test(error.message);

const oldest = 6;

async function checkVersion(info: () => Promise<string>): Promise<void> {
  const version = /(?:redis|valkey)_version:(\d+)/.exec(await info())?.[1];
  if (Number(version ?? oldest) < oldest)
    throw new Error(`it is version ${version}, and ${oldest} is the oldest that will do`);
}

export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  if (error instanceof SocketTimeoutError || error instanceof ConnectionTimeoutError) return 'it does not answer';
  const { originalError, cause } = error as { originalError?: unknown; cause?: unknown };
  if (error.message === '' || error.message.startsWith('Root nodes'))
    return reasonOf(originalError ?? cause ?? error.name);
  return error.message;
}
