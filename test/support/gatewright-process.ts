/** Gatewright as a real process, started from source on a free port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '../..');

export interface RunningProgram {
  readonly endpoint: string;
  readonly pid: number;
  /** Asks it to end and waits until it has. */
  stop(): Promise<void>;
}

export interface RunningGatewright extends RunningProgram {
  readonly child: ChildProcess;
  /** Milliseconds from spawning the process to its ready line. */
  readonly readyMs: number;
}

/** The command line that runs a program on one core only, with taskset; on any core when `core` is undefined. */
export function pinned(core: string | undefined, command: string, args: readonly string[]): [string, string[]] {
  return core === undefined ? [command, [...args]] : ['taskset', ['-c', core, command, ...args]];
}

export async function stopChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}

/** `args` are further flags of `gatewright start`. Rejects with what it printed when it ends before it is ready. */
export async function startGatewright(args: readonly string[], core?: string): Promise<RunningGatewright> {
  const flags = ['start', '--port', '0', '--log-level', 'error', ...args];
  const [command, all] = pinned(core, process.execPath, [join(root, 'bin/gatewright.mjs'), ...flags]);
  const startedAt = performance.now();
  const child = spawn(command, all, { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaints = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-10_000);
  });
  const lines = createInterface({ input: child.stdout! });
  for await (const line of lines) {
    const endpoint = /^Gatewright ready on (\S+)/.exec(line)?.[1];
    if (endpoint === undefined) continue;
    const readyMs = performance.now() - startedAt;
    child.stdout!.resume();
    return { child, endpoint, pid: child.pid!, readyMs, stop: () => stopChild(child, 'SIGTERM') };
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  throw new Error(`Gatewright ended before it was ready, exit code ${child.exitCode}: ${complaints}`);
}
