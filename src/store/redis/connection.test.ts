import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { makeCertificate } from '../../../test/support/certificate-chain.ts';
import { freePort } from '../../../test/support/free-port.ts';
import { type RedisUnderTest, skipWithoutRedis, startRedis } from '../../../test/support/redis-under-test.ts';
import { connectRedis, script } from './connection.ts';
import { type RedisAddress, readRedisAddress } from './redis-address.ts';

const addressOf = (text: string): RedisAddress => readRedisAddress(text) as RedisAddress;
const echo = script('return ARGV[1]');

test('a server that takes connections and says nothing is told of, not waited for', async () => {
  const silent = createServer();
  const port = await freePort();
  silent.listen(port, '127.0.0.1');
  try {
    await assert.rejects(connectRedis(addressOf(`redis://:pass@127.0.0.1:${port}`), { silentAfterMs: 50 }), {
      message: `Cannot use Redis at 127.0.0.1:${port}: it does not answer`,
    });
  } finally {
    silent.close();
  }
});

describe('a Redis with TLS and users', { skip: skipWithoutRedis() }, () => {
  let folder: string;
  let redis: RedisUnderTest;
  let tlsPort: number;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gatewright-redis-tls-'));
    const authority = await makeCertificate({ name: 'CN=authority', isAuthority: true });
    const server = await makeCertificate({ name: 'CN=localhost', dns: ['localhost'], issuer: authority });
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    tlsPort = await freePort();
    redis = await startRedis([
      ...[
        '--tls-port',
        String(tlsPort),
        '--tls-auth-clients',
        'no',
        '--tls-ca-cert-file',
        file('ca.pem', authority.certificate),
      ],
      ...[
        '--tls-cert-file',
        file('cert.pem', server.certificate),
        '--tls-key-file',
        file('key.pem', server.privateKey),
      ],
      ...['--user', ...'gate on >p@ss/word ~gatewright:* &gatewright:* +@all -@dangerous +info'.split(' ')],
    ]);
  });
  after(async () => {
    await redis.stop();
    rmSync(folder, { recursive: true });
  });

  test('a user with a password comes in over TLS, when the certificate is by a known authority and for the host', async () => {
    const ca = `ca=${join(folder, 'ca.pem')}`;
    const connection = await connectRedis(addressOf(`rediss://gate:p%40ss%2Fword@localhost:${tlsPort}?${ca}`));
    assert.equal(String(await connection.run(echo, [], ['hi'])), 'hi');
    await connection.close();
    const wrong = [
      [`rediss://gate:p%40ss%2Fword@localhost:${tlsPort}`, /certificate/],
      [`rediss://gate:p%40ss%2Fword@127.0.0.1:${tlsPort}?${ca}`, /does not match certificate/],
      [`rediss://gate:other@localhost:${tlsPort}?${ca}`, /WRONGPASS/],
      [`rediss://localhost:${tlsPort}?ca=/nowhere/ca.pem`, /no such file/],
    ] as const;
    for (const [address, why] of wrong) {
      await assert.rejects(connectRedis(addressOf(address)), (error: Error) => {
        assert.match(error.message, why);
        assert.doesNotMatch(error.message, /p@ss|p%40ss|\n/);
        return true;
      });
    }
  });

  test('scripts run after a restart that has forgotten them', async () => {
    const connection = await redis.connect(redis.newAddress());
    for (const value of ['one', 'two']) assert.equal(String(await connection.run(echo, ['k'], [value])), value);
    await redis.kill();
    await redis.start();
    while (!connection.isReady) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(String(await connection.run(echo, ['k'], ['three'])), 'three');
  });
});
