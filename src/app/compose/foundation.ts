/** What everything of a process stands on: settings, clock, store, the way out, and what has to be closed at the end. */
import { type Clock, systemClock } from '../../base/clock.ts';
import { type Certificate, localCertificate } from '../../gateway/certificate.ts';
import { givenCertificate } from '../../gateway/given-certificate.ts';
import { createUpstream } from '../../gateway/upstream.ts';
import { noOtherNodes, type OtherNodes } from '../../ports/other-nodes.ts';
import type { Store } from '../../ports/store.ts';
import type { StreamedBackends } from '../../ports/streaming.ts';
import type { Log } from '../../ports/telemetry.ts';
import type { Upstream } from '../../ports/upstream.ts';
import { createMemoryStore } from '../../store/memory.ts';
import { openSqliteStore } from '../../store/sqlite.ts';
import { endpointUrl } from '../endpoint-url.ts';
import type { Settings } from '../settings.ts';
import { openSharedState, type SharedState } from './shared-state.ts';

export interface Foundation {
  readonly settings: Settings;
  readonly log: Log;
  readonly version: string;
  readonly clock: Clock;
  readonly store: Store;
  /** Those that share the store. */
  readonly otherNodes: OtherNodes;
  /** What nodes share beside the store. */
  readonly shared: SharedState;
  readonly upstream: Upstream & StreamedBackends;
  /** The certificate of connections that no custom domain asks for; made when first needed. */
  readonly certificate: ReturnType<typeof localCertificate>;
  /** A function without the permission to be invoked is not invoked. */
  readonly strictPermissions: boolean;
  /** Where this process is reached, `http://localhost:4566`; the port is right once `servesOn` was told. */
  endpointUrl(): string;
  servesOn(port: number): void;
  /** Called at the end, the last first. */
  whenClosing(close: () => unknown): void;
  close(): Promise<void>;
}

/** Opens the store and starts nothing else. Rejects with one clear sentence when it cannot. */
export async function layFoundation(settings: Settings, log: Log, version: string): Promise<Foundation> {
  const { host, mode, strict } = settings;
  const clock = systemClock;
  const closing: (() => unknown)[] = [];
  let { port } = settings;
  const { store, otherNodes } = await openStore(settings, log);
  closing.push(() => store.close());
  const certificate = await certificateOf(settings, clock).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  const shared = await openSharedState({ settings, store, clock, log }).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  closing.push(() => shared.close());
  const upstream = createUpstream();
  closing.push(() => upstream.close());
  return {
    settings,
    log,
    version,
    clock,
    store,
    otherNodes,
    shared,
    upstream,
    certificate,
    strictPermissions: strict || mode === 'secure',
    endpointUrl: () => endpointUrl(host, port),
    servesOn(actual) {
      port = actual;
    },
    whenClosing: (close) => void closing.push(close),
    async close() {
      for (const close of closing.reverse()) await close();
    },
  };
}

/** The operator's, read now so that a wrong one stops the start; else one signed by itself, made when somebody asks. */
async function certificateOf(settings: Settings, clock: Clock): Promise<() => Promise<Certificate>> {
  const { dataDirectory, tlsCertificateFile, tlsKeyFile } = settings;
  if (tlsCertificateFile === undefined || tlsKeyFile === undefined) {
    return localCertificate({ ...(dataDirectory !== undefined && { folder: dataDirectory }), clock });
  }
  const given = await givenCertificate(tlsCertificateFile, tlsKeyFile);
  return () => Promise.resolve(given);
}

async function openStore(settings: Settings, log: Log): Promise<{ store: Store; otherNodes: OtherNodes }> {
  const { store: url, dataDirectory: directory, durability } = settings;
  // The driver is read by those who use it.
  if (url !== undefined) return (await import('../../store/postgres.ts')).openPostgresStore({ url, log });
  const store = directory === undefined ? createMemoryStore() : openSqliteStore({ directory, durability });
  return { store, otherNodes: noOtherNodes };
}
