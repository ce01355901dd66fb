/**
 * One tiny shell that outlives us: it holds the other end of a pipe, and when the pipe closes, because we ended in whatever way
 * (`kill -9` too), it kills the process groups still registered. A function in a busy loop could not notice our end by itself.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { killEscaped, killGroup } from './process-group.ts';

export interface Reaper {
  watch(leader: number): void;
  unwatch(leader: number): void;
  /** Kills what left the process group of an ended environment, known by its Runtime API address. */
  sweep(runtimeApi: string): Promise<void>;
  close(): Promise<void>;
}

/** `kill -KILL -1` without `--` or `-s`: the one form that dash, bash and busybox all take as a process group. */
const script = `
groups=' '
while read -r sign group; do
  case "$sign" in
    +) groups="$groups$group ";;
    -) groups="\${groups%% $group *} \${groups#* $group }";;
  esac
done
for group in $groups; do kill -KILL "-$group" 2>/dev/null; done
`;

/** Starts the shell at the first environment, so that a gateway without functions has no extra process. */
export function createReaper(): Reaper {
  const watched = new Set<number>();
  let shell: ChildProcess | undefined;
  /** Addresses for the next look through all processes: environments that end together share one. */
  let toSweep: string[] = [];
  let nextSweep: Promise<void> | undefined;

  function tell(line: string): void {
    shell?.stdin?.write(line);
  }

  return {
    watch(leader) {
      watched.add(leader);
      if (shell === undefined) {
        // Its own session: Ctrl-C at the terminal must end us, not the reaper before it has done its work.
        shell = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, env: {} });
        shell.on('error', () => {});
        shell.stdin?.on('error', () => {});
        shell.unref();
        (shell.stdin as unknown as { unref?: () => void }).unref?.();
      }
      tell(`+ ${leader}\n`);
    },
    unwatch(leader) {
      if (watched.delete(leader)) tell(`- ${leader}\n`);
    },
    sweep(runtimeApi) {
      toSweep.push(runtimeApi);
      nextSweep ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        const addresses = toSweep;
        toSweep = [];
        nextSweep = undefined;
        return killEscaped(addresses);
      });
      return nextSweep;
    },
    async close() {
      for (const leader of watched) killGroup(leader);
      watched.clear();
      const ending = shell;
      shell = undefined;
      if (ending === undefined || ending.exitCode !== null) return;
      ending.ref();
      await new Promise<void>((resolve) => {
        ending.once('exit', () => resolve());
        ending.once('error', () => resolve());
        ending.stdin?.end();
      });
    },
  };
}
