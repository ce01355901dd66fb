/** What a bench needs beside Gatewright itself: nginx with a generated configuration, wrk as the client, memory of a process. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { pinned, type RunningProgram, stopChild } from '../test/support/gatewright-process.ts';
import { programPath } from '../test/support/programs.ts';

/** CPU list for taskset: the server under test gets one core, the client and the backend the other. */
export const serverCore = '0';
export const clientCore = '1';

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** nginx in the foreground, one worker, keep-alive; `locations` is the inside of its server block. */
export async function startNginx(
  directory: string,
  locations: string,
  core?: string,
  upstreamBlock = '',
): Promise<RunningProgram> {
  const port = await freePort();
  const folder = join(directory, `nginx-${port}`);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'nginx.conf');
  writeFileSync(
    file,
    `worker_processes 1; daemon off; pid ${folder}/pid; error_log ${folder}/error.log;
     events { worker_connections 1024; }
     http { access_log off; keepalive_requests 1000000000; default_type application/json;
       client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
       ${upstreamBlock}
       server { listen 127.0.0.1:${port}; ${locations} } }`,
  );
  const [command, args] = pinned(core, programPath('nginx')!, ['-c', file, '-p', folder]);
  const child = spawn(command, args, { stdio: 'ignore' });
  await untilListening(port);
  return { endpoint: `http://127.0.0.1:${port}`, pid: child.pid!, stop: () => stopChild(child, 'SIGQUIT') };
}

async function untilListening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const socket = connect(port, '127.0.0.1');
    const isUp = await new Promise<boolean>((resolve) =>
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false)),
    );
    socket.destroy();
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`Nothing listens on port ${port}`);
}

/** Resident memory of a process in MB. */
export function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}

/** Processor time of a process so far, in nanoseconds, user and system together. */
export interface ProcessorTime {
  readonly main: number;
  /** Of the thread that holds the log database; 0 where there is none. */
  readonly logThread: number;
  /** Compiling, collecting garbage, disk and name look-ups. */
  readonly others: number;
}

/** Precise where the kernel keeps schedstat, and not disturbed by who else is on the machine, as requests per second are. */
export function processorTime(pid: number): ProcessorTime {
  const spent = { main: 0, logThread: 0, others: 0 };
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const folder = `/proc/${pid}/task/${thread}`;
    const nanoseconds = Number(readFileSync(`${folder}/schedstat`, 'utf8').split(' ')[0]);
    if (Number(thread) === pid) spent.main += nanoseconds;
    else if (readFileSync(`${folder}/comm`, 'utf8').startsWith('log-database')) spent.logThread += nanoseconds;
    else spent.others += nanoseconds;
  }
  return spent;
}

export interface LoadResult {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers outside 2xx and 3xx, and socket errors: anything but 0 spoils a figure. */
  readonly errors: number;
}

export interface LoadOptions {
  readonly seconds: number;
  readonly connections?: number;
  readonly core?: string;
  /** Lua for wrk, e.g. to POST a body. */
  readonly script?: string;
}

/** One wrk run. */
export function load(url: string, { seconds, connections = 32, core, script }: LoadOptions): LoadResult {
  const args = [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '--latency',
    ...(script === undefined ? [] : ['-s', script]),
    url,
  ];
  const [command, all] = pinned(core, programPath('wrk')!, args);
  const { stdout } = spawnSync(command, all, { encoding: 'utf8' });
  const number = (pattern: RegExp): number => Number(pattern.exec(stdout)?.[1] ?? 0);
  const socketErrors =
    /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(stdout)?.slice(1) ?? [];
  return {
    requests: number(/(\d+) requests in/),
    perSecond: number(/Requests\/sec:\s+([\d.]+)/),
    p50Ms: milliseconds(/50%\s+([\d.]+\w+)/.exec(stdout)?.[1]),
    p99Ms: milliseconds(/99%\s+([\d.]+\w+)/.exec(stdout)?.[1]),
    errors: number(/Non-2xx or 3xx responses: (\d+)/) + socketErrors.reduce((sum, n) => sum + Number(n), 0),
  };
}

function milliseconds(text = '0ms'): number {
  const value = Number.parseFloat(text);
  if (text.endsWith('us')) return value / 1000;
  return text.endsWith('ms') ? value : value * 1000;
}
