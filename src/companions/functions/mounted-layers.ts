/**
 * Layers at `/opt`, where functions expect them: each process has a mount namespace of its own, in which the folder with its layers stands there. Where the machine
 * lets nobody make one (no Linux, a container without the right), layers are found by the variables that name their folders, and not below `/opt`.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

/** Said once per function. */
export const notMounted =
  'Layers cannot be mounted at /opt on this machine: they are found through NODE_PATH, PYTHONPATH, PATH and LD_LIBRARY_PATH.';

const mountThenRun = 'mount --bind "$1" /opt && shift && exec "$@"';
/** As the user there is; as root of a user namespace, whose files are the user's own all the same. */
const ways: readonly (readonly string[])[] = [
  ['unshare', '--mount'],
  ['unshare', '--user', '--map-root-user', '--mount'],
];

let found: Promise<readonly string[] | undefined> | undefined;

/** The words that go before a program's own, so that it finds `folder` at `/opt`; undefined where that cannot be had. */
export async function mountOfLayers(folder: string): Promise<readonly string[] | undefined> {
  found ??= firstThatWorks(folder);
  const way = await found;
  return way && [...way, 'sh', '-c', mountThenRun, 'sh', folder];
}

async function firstThatWorks(folder: string): Promise<readonly string[] | undefined> {
  if (process.platform !== 'linux' || !existsSync('/opt')) return undefined;
  for (const way of ways) {
    const [program = '', ...args] = [...way, 'sh', '-c', mountThenRun, 'sh', folder, 'true'];
    const works = await promisify(execFile)(program, args).then(
      () => true,
      () => false,
    );
    if (works) return way;
  }
  return undefined;
}
