/** A PostgreSQL server of a test file's own, in a temporary directory, gone at its end. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.ts';
import { programPath } from './programs.ts';

export interface PostgresUnderTest {
  /** The address of a database that is new and empty. */
  newDatabase(): Promise<string>;
  /** Ends every connection, as a failing network would. */
  cutConnections(): Promise<void>;
  stop(): Promise<void>;
}

/** Debian keeps the server's programs beside PATH. */
const folder = (): string | undefined => {
  const base = '/usr/lib/postgresql';
  const versions = existsSync(base) ? readdirSync(base).sort((a, b) => Number(b) - Number(a)) : [];
  const candidates = [...versions.map((version) => join(base, version, 'bin')), '/usr/local/bin', '/usr/bin'];
  return candidates.find((each) => ['initdb', 'postgres'].every((name) => existsSync(join(each, name))));
};

/** For node:test's `skip`. The server does not run as root, so root needs a user to become. */
export function skipWithoutPostgres(): string | false {
  const isRoot = process.getuid?.() === 0;
  if (folder() !== undefined && (!isRoot || programPath('setpriv') !== undefined)) return false;
  return 'needs PostgreSQL: apt-get install postgresql';
}

export async function startPostgres(): Promise<PostgresUnderTest> {
  const programs = folder()!;
  const directory = mkdtempSync(join(tmpdir(), 'gatewright-postgres-'));
  const ids = process.getuid?.() === 0 ? userIds('postgres') : undefined;
  if (ids !== undefined) chownSync(directory, ids.uid, ids.gid);
  const command = (name: string, args: readonly string[]): [string, string[]] =>
    ids === undefined
      ? [join(programs, name), [...args]]
      : [
          programPath('setpriv')!,
          [`--reuid=${ids.uid}`, `--regid=${ids.gid}`, '--clear-groups', join(programs, name), ...args],
        ];
  const data = join(directory, 'data');
  const [initdb, initdbArgs] = command('initdb', ['-D', data, '-U', 'gatewright', '-A', 'trust', '-N', '-E', 'UTF8']);
  execFileSync(initdb, initdbArgs, { stdio: 'ignore', cwd: directory });
  const port = await freePort();
  const options = { listen_addresses: '127.0.0.1', port, unix_socket_directories: directory, fsync: 'off' };
  const settings = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [server, serverArgs] = command('postgres', ['-D', data, ...settings]);
  const running = spawn(server, serverArgs, { stdio: 'ignore', cwd: directory });
  const url = (database: string): string => `postgres://gatewright@127.0.0.1:${port}/${database}`;
  await untilReady(url('postgres'), running);
  const admin = new pg.Pool({ connectionString: url('postgres'), max: 1 });
  admin.on('error', () => {});
  let databases = 0;
  return {
    async newDatabase() {
      const name = `test_${databases++}`;
      await admin.query(`CREATE DATABASE ${name}`);
      return url(name);
    },
    async cutConnections() {
      await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()');
    },
    async stop() {
      await admin.end();
      running.kill('SIGQUIT');
      if (running.exitCode === null) await new Promise((resolve) => running.once('exit', resolve));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function userIds(name: string): { uid: number; gid: number } {
  const id = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function untilReady(url: string, running: ChildProcess): Promise<void> {
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    const failure = await client.connect().then(
      () => undefined,
      (error: Error) => error,
    );
    await client.end().catch(() => {});
    if (failure === undefined) return;
    if (running.exitCode !== null) throw new Error(`PostgreSQL ended with ${running.exitCode}`, { cause: failure });
  }
}
