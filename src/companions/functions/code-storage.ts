/** The code of functions as files: zips are unpacked once into a folder named for their content, developers' folders are used in place. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Zippable } from 'fflate';
import type { Store } from '../../ports/store.ts';
import { badParameter } from './function-errors.ts';
import { layerBlob } from './layers.ts';
import { type Code, codeBlob, type LayerRef } from './records.ts';
import { readZip } from './zip.ts';

export interface CodeStorage {
  /** The folder a version runs in. */
  taskRootOf(code: Code): Promise<string>;
  /** A folder with what the layers hold, one over the other; undefined for none. */
  layersRootOf(layers: readonly LayerRef[]): Promise<string | undefined>;
  /** The code as a zip, for `GetFunction`'s download link. */
  zipOf(code: Code): Promise<Uint8Array | undefined>;
  /** Changes whenever a file of a developer's folder does; always the same for a zip. */
  fingerprintOf(code: Code, nowMs: number): string;
}

/** Looking through a folder costs about 5 µs per file, so it is done at most so often. */
const fingerprintEveryMs = 100;
const maxFingerprintFiles = 5000;

/**
 * Code below `folder`; blobs come from the store. Folders of zips that no function has any more (`isUsed` says which are) are removed
 * now, before anything runs: while environments live, a deleted function's last invocation may still be reading its files.
 */
export function createCodeStorage(store: Store, folder: string, isUsed: (sha256: string) => boolean): CodeStorage {
  const unpacking = new Map<string, Promise<string>>();
  removeUnused(folder, isUsed);
  const fingerprints = new Map<string, { atMs: number; text: string }>();

  /** Unpacks zips over each other into the folder of that name, once. */
  async function unpack(name: string, blobs: readonly string[]): Promise<string> {
    const target = join(folder, name);
    if (await isFolder(target)) return target;
    await mkdir(folder, { recursive: true });
    // Unpacked beside, then renamed: a folder with the right name is always complete, even after a crash.
    const unfinished = await mkdtemp(join(folder, 'unpacking-'));
    try {
      for (const blob of blobs) {
        const bytes = await store.read((tx) => tx.getBlob(blob));
        if (bytes === undefined) throw new Error(`Cannot unpack function code: blob ${blob} is missing`);
        await unpackInto(unfinished, bytes);
      }
      await chmod(unfinished, 0o755);
      await rename(unfinished, target);
    } catch (error) {
      await rm(unfinished, { recursive: true, force: true });
      // Another process on the same folder may have been faster.
      if (!(await isFolder(target))) throw error;
    }
    return target;
  }

  function unpackedOnce(name: string, blobs: readonly string[]): Promise<string> {
    const known = unpacking.get(name);
    if (known !== undefined) return known;
    const unpacked = unpack(name, blobs).finally(() => unpacking.delete(name));
    unpacking.set(name, unpacked);
    return unpacked;
  }

  return {
    taskRootOf(code) {
      if (code.kind === 'folder') return Promise.resolve(code.path);
      return unpackedOnce(code.sha256, [codeBlob(code.sha256)]);
    },
    async layersRootOf(layers) {
      if (layers.length === 0) return undefined;
      const { hex } = codeHash(layers.map(({ sha256 }) => sha256).join('\n'));
      return unpackedOnce(
        `layers-${hex}`,
        layers.map(({ sha256 }) => layerBlob(sha256)),
      );
    },
    async zipOf(code) {
      if (code.kind === 'zip') return store.read((tx) => tx.getBlob(codeBlob(code.sha256)));
      return zipFolder(code.path);
    },
    fingerprintOf(code, nowMs) {
      if (code.kind === 'zip') return code.sha256;
      const known = fingerprints.get(code.path);
      if (known !== undefined && nowMs - known.atMs < fingerprintEveryMs) return known.text;
      const text = fingerprintOfFolder(code.path);
      fingerprints.set(code.path, { atMs: nowMs, text });
      return text;
    },
  };
}

async function unpackInto(folder: string, zip: Uint8Array): Promise<void> {
  for (const entry of readZip(zip)) {
    const path = join(folder, entry.path);
    await mkdir(entry.kind === 'folder' ? path : dirname(path), { recursive: true });
    if (entry.kind === 'folder') continue;
    // Of an earlier layer.
    await rm(path, { recursive: true, force: true });
    if (entry.kind === 'file') {
      await writeFile(path, entry.bytes);
      // Read-only as /var/task is.
      await chmod(path, entry.isExecutable ? 0o555 : 0o444);
    } else await symlink(Buffer.from(entry.bytes).toString('utf8'), path);
  }
}

function removeUnused(folder: string, isUsed: (sha256: string) => boolean): void {
  for (const name of existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : []) {
    if (name.isDirectory() && !isUsed(name.name)) rmSync(join(folder, name.name), { recursive: true, force: true });
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

/** Checks that a developer's folder is there, as CreateFunction must before it says yes. */
export async function assertFolder(path: string): Promise<void> {
  if (!(await isFolder(path))) throw badParameter(`Cannot read function code: ${path} is not a folder`);
}

/** Newest change and number of files; installed packages are left out, they change only with a restart's worth of other things. */
function fingerprintOfFolder(root: string): string {
  let files = 0;
  let newestMs = 0;
  let totalBytes = 0;
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined && files < maxFingerprintFiles; folder = folders.pop()) {
    let entries: import('node:fs').Dirent[];
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch {
      continue;
    }
    for (const entry of entries) {
      if (entry.name === 'node_modules' || entry.name === '__pycache__' || entry.name.startsWith('.')) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else {
        const found = statSync(path, { throwIfNoEntry: false });
        if (found === undefined) continue;
        files++;
        totalBytes += found.size;
        newestMs = Math.max(newestMs, found.mtimeMs, found.ctimeMs);
      }
    }
  }
  return `${files} files, ${totalBytes} bytes, ${newestMs}`;
}

async function zipFolder(root: string): Promise<Uint8Array> {
  const files: Zippable = {};
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const { mode } = await stat(path);
    files[relative(root, path)] = [await readFile(path), { os: 3, attrs: mode << 16 }];
  }
  // Loaded by whoever downloads the code of a folder, which is rare.
  const { zip } = await import('fflate');
  return new Promise((resolve, reject) => {
    zip(files, (error, bytes) => (error === null ? resolve(bytes) : reject(error)));
  });
}

/** Hex for names, base64 for `CodeSha256`. */
export function codeHash(bytes: Uint8Array | string): { hex: string; base64: string } {
  const digest = createHash('sha256').update(bytes).digest();
  return { hex: digest.toString('hex'), base64: digest.toString('base64') };
}
