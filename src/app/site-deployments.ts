/**
 * Deployments of a static site: all files of a folder as they were at one moment. A deployment that cannot be made leaves the one before it in place, so
 * that a visitor never sees half a change.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Log } from '../ports/telemetry.ts';

export interface SiteFile {
  /** `text/html; charset=utf-8` */
  readonly type: string;
  readonly body: Buffer;
}

/** By path as a browser asks for it: `/js/config.js`; `/` is `index.html`. */
export type SiteFiles = ReadonlyMap<string, SiteFile>;

export interface SiteOptions {
  /** What log lines call it. */
  readonly name: string;
  readonly folder: string;
  /** What is wrong with these files, in one sentence; undefined when they may be served. */
  readonly complaint: (files: SiteFiles) => string | undefined;
  readonly log: Log;
}

export interface Site {
  /** What is served now. */
  files(): SiteFiles;
  /** Counted from 1. */
  deployment(): number;
  /** Serves the folder as it is now, or tells the log why not; nothing when no file has changed. */
  deploy(): void;
}

/** Rejects the first deployment with an Error, later ones with a line of the log. */
export function createSite({ name, folder, complaint, log }: SiteOptions): Site {
  let deployment = 1;
  let files = checked(folder, complaint);
  return {
    files: () => files,
    deployment: () => deployment,
    deploy() {
      try {
        const now = checked(folder, complaint);
        const changed = changedPaths(files, now);
        if (changed.length === 0) return;
        files = now;
        deployment++;
        log.info(`${name}: ${changed.join(', ')} changed; deployment ${deployment} is served`);
      } catch (error) {
        log.warn(`${name}: a change was not deployed, deployment ${deployment} stays: ${(error as Error).message}`);
      }
    },
  };
}

function checked(folder: string, complaint: SiteOptions['complaint']): SiteFiles {
  const files = filesOf(folder);
  const wrong = files.has('/') ? complaint(files) : 'there is no index.html';
  if (wrong !== undefined) throw new Error(wrong);
  return files;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
};

/** All of it is held in memory, twice while a deployment is made. */
const maxFiles = 1_000;
const maxBytes = 20 * 1024 * 1024;

/** What editors leave beside a file while they save it, and what is hidden. */
const isPassing = (name: string): boolean => name.startsWith('.') || name.endsWith('~');

function filesOf(folder: string): SiteFiles {
  const files = new Map<string, SiteFile>();
  let bytes = 0;
  // Links are not followed: they may lead out of the folder.
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || isPassing(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const body = readFileSync(path);
    bytes += body.length;
    if (files.size === maxFiles || bytes > maxBytes)
      throw new Error(`more than ${maxFiles} files or ${maxBytes} bytes`);
    const file = { type: types[extname(entry.name)] ?? 'application/octet-stream', body };
    const shown = path.slice(folder.length).replaceAll('\\', '/');
    files.set(shown, file);
    if (shown === '/index.html') files.set('/', file);
  }
  return files;
}

/** The folders that hold a site's files, each to be watched. */
export function foldersOf(folder: string): string[] {
  const inner = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isDirectory());
  return [folder, ...inner.map((entry) => join(entry.parentPath, entry.name))];
}

function changedPaths(before: SiteFiles, now: SiteFiles): string[] {
  const paths = new Set([...before.keys(), ...now.keys()].filter((path) => path !== '/'));
  const isSame = (path: string): boolean => {
    const [old, fresh] = [before.get(path)?.body, now.get(path)?.body];
    return old !== undefined && fresh !== undefined && old.equals(fresh);
  };
  return [...paths].filter((path) => !isSame(path)).map((path) => path.slice(1));
}
