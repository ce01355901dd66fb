/** Bytes of objects in files: `objects/ab/abcdef…` below the data directory. */
import { mkdir, open, readdir, rename, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { RawData } from './object-data.ts';

const readBytes = 256 * 1024;
const unfinished = '.part';

export function dataInFolder(folder: string): RawData {
  const directoryOf = (id: string): string => join(folder, id.slice(0, 2));
  const fileOf = (id: string): string => join(directoryOf(id), id);
  let swept: Promise<void> | undefined;

  /** What a process left that died in the middle of an upload. */
  async function sweep(): Promise<void> {
    const names = await readdir(folder, { recursive: true }).catch(() => [] as string[]);
    for (const name of names) if (name.endsWith(unfinished)) await rm(join(folder, name), { force: true });
  }

  return {
    async begin(id) {
      swept ??= sweep();
      await swept;
      await mkdir(directoryOf(id), { recursive: true, mode: 0o700 });
      const draft = `${fileOf(id)}${unfinished}`;
      const file = await open(draft, 'wx', 0o600);
      let isOpen = true;
      const close = async (): Promise<void> => {
        if (isOpen) await file.close();
        isOpen = false;
      };
      return {
        async write(piece) {
          for (let at = 0; at < piece.length; ) at += (await file.write(piece, at, piece.length - at)).bytesWritten;
        },
        async done() {
          await close();
          await rename(draft, fileOf(id));
        },
        async undo() {
          await close();
          await rm(draft, { force: true });
        },
      };
    },

    async *read({ id }, start, end) {
      const file = await open(fileOf(id), 'r');
      try {
        for (let at = start; at < end; ) {
          const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(Math.min(readBytes, end - at)), 0, null, at);
          if (bytesRead === 0) throw new Error(`${fileOf(id)} ends at ${at} of ${end} bytes`);
          at += bytesRead;
          yield buffer.subarray(0, bytesRead);
        }
      } finally {
        await file.close();
      }
    },

    delete: ({ id }) => unlink(fileOf(id)),
    clear: () => rm(folder, { recursive: true, force: true }),
  };
}
