import { strict as assert } from 'node:assert';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { ManualClock } from '../base/clock.ts';
import { localCertificate } from './certificate.ts';

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gatewright-'));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('the certificate is good for every local name of an API and fits its key', async () => {
  const { key, cert } = await localCertificate({ clock: new ManualClock() })();
  const parsed = new X509Certificate(cert);
  const names = ['localhost', 'abc.execute-api.localhost', 'abc.execute-api.localhost.localstack.cloud'];
  for (const name of [...names, 'localhost.localstack.cloud']) assert.ok(parsed.checkHost(name), name);
  for (const address of ['127.0.0.1', '::1']) assert.ok(parsed.checkIP(address), address);
  assert.equal(parsed.checkHost('example.com'), undefined);
  assert.equal(parsed.ca, false);
  createSecureContext({ key, cert });
});

test('it is made once for all who ask', async () => {
  const certificate = localCertificate({ clock: new ManualClock() });
  const [first, second] = await Promise.all([certificate(), certificate()]);
  assert.equal(first, second);
});

test('it is kept, readable by its owner only, and used again by the next start', async () => {
  await inFolder(async (folder) => {
    const clock = new ManualClock();
    const first = await localCertificate({ folder, clock })();
    assert.equal(statSync(join(folder, 'local-tls.json')).mode & 0o777, 0o600);
    const second = await localCertificate({ folder, clock })();
    assert.equal(second.cert, first.cert);
  });
});

test('it is made anew a month before it ends, and when the kept one is damaged', async () => {
  await inFolder(async (folder) => {
    const clock = new ManualClock();
    const first = await localCertificate({ folder, clock })();
    clock.advance(366 * 86_400_000);
    assert.equal((await localCertificate({ folder, clock })()).cert, first.cert);
    clock.advance(2 * 86_400_000);
    const second = await localCertificate({ folder, clock })();
    assert.notEqual(second.cert, first.cert);
    writeFileSync(join(folder, 'local-tls.json'), readFileSync(join(folder, 'local-tls.json')).subarray(0, 100));
    assert.notEqual((await localCertificate({ folder, clock })()).cert, second.cert);
  });
});
