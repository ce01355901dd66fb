import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../base/clock.ts';
import { localCertificate } from './certificate.ts';
import { givenCertificate } from './given-certificate.ts';

test('a certificate is taken with its own key; what is none, or not there, is told in one sentence', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'gatewright-certificate-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const [own, other] = await Promise.all([1, 2].map(() => localCertificate({ clock: systemClock })()));
  const cert = file('cert.pem', own!.cert);
  const key = file('key.pem', own!.key);
  assert.deepEqual(await givenCertificate(cert, key), { cert: own!.cert, key: own!.key });
  await assert.rejects(givenCertificate(cert, file('other.pem', other!.key)), {
    message: `Cannot use the TLS certificate ${cert}: ${join(folder, 'other.pem')} is the key of another`,
  });
  const text = file('text.pem', 'hello');
  await assert.rejects(givenCertificate(text, key), /^Error: Cannot read the TLS certificate .*text\.pem with /);
  await assert.rejects(givenCertificate(cert, text), /^Error: Cannot read the TLS certificate /);
  await assert.rejects(givenCertificate(cert, join(folder, 'none')), /^Error: Cannot read the TLS certificate: ENOENT/);
});
