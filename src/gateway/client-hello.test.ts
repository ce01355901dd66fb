import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { type ConnectionOptions, connect } from 'node:tls';
import { serverNameIn } from './client-hello.ts';

/** The first bytes a real client sends. */
async function helloOf(options: ConnectionOptions): Promise<Buffer> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect({ port: (server.address() as { port: number }).port, host: '127.0.0.1', ...options });
  client.on('error', () => {});
  const [socket] = (await once(server, 'connection')) as [import('node:net').Socket];
  const pieces: Buffer[] = [];
  while (serverNameIn(Buffer.concat(pieces)) === undefined) pieces.push(...((await once(socket, 'data')) as [Buffer]));
  socket.destroy();
  client.destroy();
  server.close();
  return Buffer.concat(pieces);
}

test('the name is read from the greeting of a real client, of any version', async () => {
  assert.equal(serverNameIn(await helloOf({ servername: 'Api.Example.com' })), 'api.example.com');
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.2', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  assert.equal(serverNameIn(await helloOf({ servername: 'old.example.com', ...old })), 'old.example.com');
  assert.equal(serverNameIn(await helloOf({})), '');
});

test('a greeting in pieces is waited for, whole it is read, in more than one record too', async () => {
  const hello = await helloOf({ servername: 'api.example.com' });
  for (let length = 0; length < hello.length; length++) {
    assert.equal(serverNameIn(hello.subarray(0, length)), undefined, `${length} bytes`);
  }
  const body = hello.subarray(5);
  const records = [body.subarray(0, 3), body.subarray(3, 60), body.subarray(60)].map((piece) =>
    Buffer.concat([Buffer.from([22, 3, 1, piece.length >> 8, piece.length & 255]), piece]),
  );
  assert.equal(serverNameIn(Buffer.concat(records)), 'api.example.com');
});

test('what is no greeting has no name, and nothing makes it wait for ever or fail', async () => {
  assert.equal(serverNameIn(Buffer.from([22, 3, 1, 0, 5, 2, 0, 0, 1, 0])), '');
  assert.equal(serverNameIn(Buffer.from([22, 3, 1, 0, 0])), '');
  assert.equal(serverNameIn(Buffer.from([22, 3, 1, 0, 4, 1, 255, 255, 255])), '');
  assert.equal(serverNameIn(Buffer.concat([Buffer.from([22, 3, 1, 255, 255]), Buffer.alloc(32_764)])), '');
  const hello = await helloOf({ servername: 'api.example.com' });
  let seed = 1;
  for (let round = 0; round < 5_000; round++) {
    const broken = Buffer.from(hello);
    for (let i = 0; i < 3; i++) {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      broken[9 + (seed % (broken.length - 9))] = seed >> 8;
    }
    assert.equal(typeof serverNameIn(broken), 'string');
  }
});
