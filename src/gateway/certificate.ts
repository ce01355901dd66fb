/** The certificate of the local https endpoint: made on this machine, signed by itself, kept and used again until it nears its end. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { makeSelfSigned } from '../base/self-signed.ts';

export interface Certificate {
  /** PEM, PKCS #8. */
  readonly key: string;
  /** PEM. */
  readonly cert: string;
}

/** Names by which local clients reach the gateway. A wildcard stands for one label only (RFC 6125 §6.4.3), hence the repetitions. */
export const localNames: readonly string[] = [
  'localhost',
  '*.localhost',
  '*.execute-api.localhost',
  'localhost.localstack.cloud',
  '*.localhost.localstack.cloud',
  '*.execute-api.localhost.localstack.cloud',
];

const localAddresses: readonly string[] = ['127.0.0.1', '::1'];
const validDays = 397;
const renewDaysBefore = 30;
const dayMs = 86_400_000;

/**
 * Gives the local certificate, making it at most once. With `folder` it is kept there as `local-tls.json` (readable by the owner
 * only); without, in memory.
 */
export function localCertificate(options: {
  readonly folder?: string;
  readonly clock: Clock;
}): () => Promise<Certificate> {
  let pending: Promise<Certificate> | undefined;
  return function certificate() {
    pending ??= loadOrMake(options.folder, options.clock).catch((error) => {
      pending = undefined;
      throw error;
    });
    return pending;
  };
}

interface KeptCertificate extends Certificate {
  readonly notAfterMs: number;
  readonly names: readonly string[];
}

async function loadOrMake(folder: string | undefined, clock: Clock): Promise<Certificate> {
  if (folder === undefined) return makeCertificate(clock.now());
  const file = join(folder, 'local-tls.json');
  const kept = await readKept(file);
  if (kept !== undefined && isUsable(kept, clock.now())) return kept;
  const made = await makeCertificate(clock.now());
  await mkdir(folder, { recursive: true });
  // Written beside and renamed, so that a start in the same moment reads a whole file or none.
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, JSON.stringify(made), { mode: 0o600 });
  await rename(draft, file);
  return made;
}

function isUsable(kept: KeptCertificate, nowMs: number): boolean {
  return kept.notAfterMs - nowMs > renewDaysBefore * dayMs && localNames.every((name) => kept.names.includes(name));
}

async function readKept(file: string): Promise<KeptCertificate | undefined> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as Partial<KeptCertificate>;
    const { key, cert, notAfterMs, names } = kept;
    if (typeof key !== 'string' || typeof cert !== 'string') return undefined;
    if (typeof notAfterMs !== 'number' || !Array.isArray(names)) return undefined;
    return { key, cert, notAfterMs, names };
  } catch {
    // Absent or damaged: a new one is as good.
    return undefined;
  }
}

async function makeCertificate(nowMs: number): Promise<KeptCertificate> {
  const notAfterMs = nowMs + validDays * dayMs;
  const names = [
    ...localNames.map((value) => ({ type: 'dns' as const, value })),
    ...localAddresses.map((value) => ({ type: 'ip' as const, value })),
  ];
  const { certificate, privateKey } = await makeSelfSigned({
    algorithm: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
    name: 'CN=localhost, O=Gatewright local',
    // A day back: the clocks of a container and its host may differ.
    notBeforeMs: nowMs - dayMs,
    notAfterMs,
    extensions: (x509) => [
      new x509.SubjectAlternativeNameExtension(names),
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    ],
  });
  return { key: privateKey, cert: certificate, notAfterMs, names: localNames };
}
