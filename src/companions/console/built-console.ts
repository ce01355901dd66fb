/** The console as it was built: the files of a folder, read when the first browser asks and held compressed from then on. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

export interface BuiltFile {
  readonly type: string;
  readonly gzipped: Uint8Array;
  /** In quotes, as it stands in an ETag. */
  readonly tag: string;
}

export interface BuiltConsole {
  /** The page itself, as text: every answer puts a nonce of its own into it. */
  readonly index: string;
  /** The file by its path below the folder, `assets/app-1a2b3c.js`; undefined when there is none such. */
  file(path: string): Promise<BuiltFile> | undefined;
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** Finds the built console in the folder; undefined while it is not built. One that was built anew takes the place of the old. */
export function findBuiltConsole(folder: string): () => Promise<BuiltConsole | undefined> {
  let held: { readonly builtAtMs: number; readonly files: BuiltConsole } | undefined;
  return async function builtConsole() {
    const builtAtMs = await modifiedAt(join(folder, 'index.html'));
    if (builtAtMs === undefined) return undefined;
    if (held?.builtAtMs !== builtAtMs) held = { builtAtMs, files: await readConsole(folder) };
    return held.files;
  };
}

async function modifiedAt(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return undefined;
  }
}

async function readConsole(folder: string): Promise<BuiltConsole> {
  const index = await readFile(join(folder, 'index.html'), 'utf8');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  // Only names that are there are read, so no path a browser sends can lead out of the folder.
  const names = new Set(
    entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/')),
  );
  const read = new Map<string, Promise<BuiltFile>>();
  return {
    index,
    file(path) {
      if (!names.has(path)) return undefined;
      const kept = read.get(path);
      if (kept !== undefined) return kept;
      const file = readBuiltFile(folder, path);
      read.set(path, file);
      file.catch(() => read.delete(path));
      return file;
    },
  };
}

const gzipped = promisify(gzip);

async function readBuiltFile(folder: string, path: string): Promise<BuiltFile> {
  const bytes = await readFile(join(folder, path));
  const tag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  return { type: types[extname(path)] ?? 'application/octet-stream', gzipped: await gzipped(bytes), tag };
}
