/** The files of an SDK and the archive they are handed out in. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Path within the archive → text. */
export type SdkFiles = Record<string, string>;

const runtimes = join(import.meta.dirname, '../../../../sdk-runtimes');

/** The part of a language's SDKs that is the same for every API, below `folder`; with `{{name}}` replaced where a value is given. */
export function runtimeFiles(
  language: string,
  folder: string,
  values: Readonly<Record<string, string>> = {},
): SdkFiles {
  const root = join(runtimes, language);
  const files: SdkFiles = {};
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const text = readFileSync(path, 'utf8');
    files[`${folder}${path.slice(root.length)}`] = text.replaceAll(
      /\{\{(\w+)\}\}/g,
      (whole, name: string) => values[name] ?? whole,
    );
  }
  return files;
}

/** The same files give the same bytes at the same time; `modifiedMs` is shown by whoever unpacks them. */
export async function zipped(files: SdkFiles, modifiedMs: number): Promise<Uint8Array> {
  const { strToU8, zipSync } = await import('fflate');
  const entries = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  return zipSync(Object.fromEntries(entries.map(([path, text]) => [path, strToU8(text)])), { mtime: modifiedMs });
}
