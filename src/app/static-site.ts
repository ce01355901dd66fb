/**
 * A static site on a port of its own, deployed anew whenever a file of its folder is saved: what a push to a repository does on AWS Amplify, where saving
 * stands for pushing.
 */
import { type FSWatcher, watch } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nodeHttp } from '../base/node-http.ts';
import { createSite, foldersOf, type Site, type SiteOptions } from './site-deployments.ts';

export interface StaticSite {
  readonly origin: string;
  close(): Promise<void>;
}

/** Programs save in several steps; what comes within so long of each other is one change. */
const settleMs = 150;

/** Serves the folder; rejects when its first deployment is refused. */
export async function startStaticSite(options: SiteOptions): Promise<StaticSite> {
  const site = createSite(options);
  const changes = settled(() => {
    site.deploy();
    watched.renew();
  }, settleMs);
  const watched = watchFolders(options.folder, changes.changed);
  const server = nodeHttp.createServer((request, response) => answer(site, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    close() {
      watched.close();
      changes.cancel();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function answer(site: Site, { method, url = '/' }: IncomingMessage, response: ServerResponse): void {
  const isRead = method === 'GET' || method === 'HEAD';
  const file = isRead ? site.files().get(url.split('?')[0]!) : undefined;
  response.setHeader('Cache-Control', 'no-cache').setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Deployment', site.deployment());
  if (file !== undefined) response.writeHead(200, { 'Content-Type': file.type }).end(file.body);
  else response.writeHead(isRead ? 404 : 405, { 'Content-Type': 'text/plain' }).end(isRead ? 'Not Found\n' : '');
}

/** A timer that can be put off; setTimeout and clearTimeout unless a test holds time in its hand. */
export interface Timers {
  start(then: () => void, ms: number): unknown;
  stop(timer: unknown): void;
}

const systemTimers: Timers = {
  start: (then, ms) => setTimeout(then, ms),
  stop: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** Calls `act` once when nothing has changed for `quietMs`. */
export function settled(act: () => void, quietMs: number, timers = systemTimers) {
  let waiting: unknown;
  const cancel = (): void => {
    if (waiting !== undefined) timers.stop(waiting);
    waiting = undefined;
  };
  return {
    cancel,
    changed(): void {
      cancel();
      waiting = timers.start(() => {
        waiting = undefined;
        act();
      }, quietMs);
    },
  };
}

/** Each folder by itself: a file that is replaced, as many editors save, goes on being seen. `renew` finds folders that have come or gone. */
function watchFolders(folder: string, changed: () => void): { renew(): void; close(): void } {
  const watchers = new Map<string, FSWatcher>();
  function renew(): void {
    let folders: string[] = [];
    try {
      folders = foldersOf(folder);
    } catch {
      // The folder is gone: the deployment that is served stays.
    }
    for (const [path, watcher] of watchers) {
      if (folders.includes(path)) continue;
      watcher.close();
      watchers.delete(path);
    }
    for (const path of folders) {
      if (watchers.has(path)) continue;
      const watcher = watch(path, changed);
      watcher.on('error', () => {
        watcher.close();
        watchers.delete(path);
      });
      watchers.set(path, watcher);
    }
  }
  renew();
  return {
    renew,
    close() {
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}
