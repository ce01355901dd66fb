/** Process groups of environments: how much memory they use, and their end. Linux tells through /proc; elsewhere memory is unknown. */
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';

const pageBytes = 4096;

/** Resident memory of one process in bytes; undefined when it is gone or the system does not tell. */
export function residentBytes(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/statm`, 'latin1');
    // Shared file pages (the runtime's own program text) are the machine's, not the function's: AWS does not count them either.
    const [, resident = '0', shared = '0'] = text.split(' ');
    return (Number(resident) - Number(shared)) * pageBytes;
  } catch {
    return undefined;
  }
}

/** Whether the process's main thread has child processes; true when the system does not tell. About 10 µs. */
export function mayHaveChildren(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1') !== '';
  } catch {
    return true;
  }
}

export interface GroupUse {
  processes: number;
  residentBytes: number;
}

/** Processes and memory of every process group in `groups`. Reads all of /proc once, about 25 µs per process of the machine. */
export function groupUses(groups: ReadonlySet<number>): Map<number, GroupUse> {
  const uses = new Map<number, GroupUse>();
  let entries: string[];
  try {
    entries = readdirSync('/proc');
  } catch {
    return uses;
  }
  for (const entry of entries) {
    if (!/^\d+$/.test(entry)) continue;
    const group = processGroupOf(entry);
    if (group === undefined || !groups.has(group)) continue;
    const use = uses.get(group) ?? { processes: 0, residentBytes: 0 };
    use.processes++;
    use.residentBytes += residentBytes(Number(entry)) ?? 0;
    uses.set(group, use);
  }
  return uses;
}

function processGroupOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The program name in parentheses may hold anything, so count from its end: state, parent, group.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
  } catch {
    return undefined;
  }
}

/** Kills a whole process group at once. */
export function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

/**
 * Kills what left its process group (`setsid`, a daemon): every process whose environment carries one of these Runtime API addresses,
 * which children inherit and no other environment has. Repeats, because a forking process may fork once more while we look.
 */
export async function killEscaped(runtimeApis: readonly string[]): Promise<void> {
  const markers = runtimeApis.map((address) => `\0AWS_LAMBDA_RUNTIME_API=${address}\0`);
  for (let round = 0; round < 3; round++) {
    let found = 0;
    for (const entry of await readdir('/proc').catch(() => [])) {
      if (!/^\d+$/.test(entry)) continue;
      const environment = `\0${await readFile(`/proc/${entry}/environ`, 'latin1').catch(() => '')}\0`;
      if (!markers.some((marker) => environment.includes(marker))) continue;
      found++;
      try {
        process.kill(Number(entry), 'SIGKILL');
      } catch {
        // Gone in between.
      }
    }
    if (found === 0) return;
  }
}
