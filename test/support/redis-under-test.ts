/** A redis-server of a test file's own, in a temporary directory, gone at its end. Never the machine's own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connectRedis, type Redis } from '../../src/store/redis/connection.ts';
import { type RedisAddress, readRedisAddress } from '../../src/store/redis/redis-address.ts';
import { freePort } from './free-port.ts';
import { programPath, skipWithout } from './programs.ts';

export interface RedisUnderTest {
  readonly port: number;
  /** An address under which nothing is stored yet. */
  newAddress(): string;
  /** A connection of a test's own; closed with the server. */
  connect(address: string): Promise<Redis>;
  /** Ends it without a chance to say or save anything. */
  kill(): Promise<void>;
  /** Starts it again, empty, on the same port. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** For node:test's `skip`. */
export const skipWithoutRedis = (): string | false => skipWithout('redis-server');

export async function startRedis(options: readonly string[] = []): Promise<RedisUnderTest> {
  const directory = mkdtempSync(join(tmpdir(), 'gatewright-redis-'));
  const port = await freePort();
  const connections: Redis[] = [];
  let prefixes = 0;
  let server: ChildProcess | undefined;

  async function start(): Promise<void> {
    const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', directory, ...options];
    const child = spawn(programPath('redis-server')!, flags, { stdio: ['ignore', 'pipe', 'ignore'] });
    server = child;
    let said = '';
    for await (const line of createInterface({ input: child.stdout! })) {
      said += `${line}\n`;
      if (/Ready to accept connections/.test(line)) {
        child.stdout!.resume();
        return;
      }
    }
    throw new Error(`redis-server ended: ${said}`);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const child = server;
    server = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  await start();
  return {
    port,
    newAddress: () => `redis://127.0.0.1:${port}?prefix=test-${prefixes++}`,
    async connect(address) {
      const connection = await connectRedis(readRedisAddress(address) as RedisAddress);
      connections.push(connection);
      return connection;
    },
    kill: () => end('SIGKILL'),
    start,
    async stop() {
      for (const connection of connections) await connection.close();
      await end('SIGTERM');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
