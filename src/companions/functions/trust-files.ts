/** Files with the certificates that functions trust: ours, which no authority knows, so that they can call the gateway by https. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';

/** Paths of PEM files. */
export interface TrustFiles {
  /** Our certificate alone, for programs that add it to those they know. */
  readonly ours: string;
  /** Beside those of the public authorities, for programs that take one list instead of another. */
  readonly withEveryones: string;
}

/** Writes them once, when first asked; gives undefined without a certificate, or where it cannot be made: https then fails in the function, with its reason. */
export function trustFiles(
  folder: () => string,
  certificate: (() => Promise<string>) | undefined,
): () => Promise<TrustFiles | undefined> {
  let written: Promise<TrustFiles | undefined> | undefined;
  async function write(): Promise<TrustFiles | undefined> {
    if (certificate === undefined) return undefined;
    const pem = await certificate();
    const files = { ours: join(folder(), 'gateway.pem'), withEveryones: join(folder(), 'trusted.pem') };
    await writeFile(files.ours, pem);
    await writeFile(files.withEveryones, `${rootCertificates.join('\n')}\n${pem}`);
    return files;
  }
  return function trusted() {
    written ??= write().catch(() => undefined);
    return written;
  };
}
