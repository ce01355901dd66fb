/** A certificate that the operator brought, for connections that no custom domain asks for. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Certificate } from './certificate.ts';

/** Reads PEM files; the certificate's may go on with those that vouch for it. Rejects with one sentence when they cannot be read or do not belong together. */
export async function givenCertificate(certificateFile: string, keyFile: string): Promise<Certificate> {
  const [cert, key] = await Promise.all([certificateFile, keyFile].map((file) => readFile(file, 'utf8'))).catch(
    (error: Error) => {
      throw new Error(`Cannot read the TLS certificate: ${error.message}`);
    },
  );
  let belongs: boolean;
  try {
    belongs = new X509Certificate(cert!).checkPrivateKey(createPrivateKey(key!));
  } catch (error) {
    throw new Error(`Cannot read the TLS certificate ${certificateFile} with ${keyFile}: ${(error as Error).message}`);
  }
  if (!belongs) throw new Error(`Cannot use the TLS certificate ${certificateFile}: ${keyFile} is the key of another`);
  return { cert: cert!, key: key! };
}
