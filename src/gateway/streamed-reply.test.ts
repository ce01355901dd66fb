/** Replies that are streams, on the wire of HTTP/1.1 and 1.0. */
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { PieceQueue } from '../base/body-stream.ts';
import { systemClock } from '../base/clock.ts';
import { awsStreamLimits, StreamedBody } from '../plan/streamed-body.ts';
import { type FakeGateway, startFakeGateway } from './fake-gateway.ts';

interface Streaming {
  readonly gateway: FakeGateway;
  /** The body of the nth request to `/stream`, once it has come. */
  body(nth: number): Promise<PieceQueue>;
  open(): { readonly socket: Socket; text(): string; until(end: string): Promise<void>; closed: Promise<unknown> };
}

/** A gateway whose API answers `/stream` with a stream, as long as `length` says, and anything else with `other`. */
async function streaming(run: (it: Streaming) => Promise<void>, length?: number): Promise<void> {
  const bodies: PromiseWithResolvers<PieceQueue>[] = Array.from({ length: 5 }, () => Promise.withResolvers());
  let count = 0;
  const gateway = await startFakeGateway({
    answer({ path }) {
      const reply = { status: 200, headers: ['X-Own', 'yes'], body: 'other', problem: undefined };
      if (path !== '/stream') return reply;
      const queue = new PieceQueue({ length });
      bodies[count++]!.resolve(queue);
      const options = { idleMs: 60_000, leftMs: 60_000, limits: awsStreamLimits, clock: systemClock, label: 'test' };
      return { ...reply, body: '', stream: new StreamedBody(queue, options) };
    },
  });
  try {
    await run({
      gateway,
      body: (nth) => bodies[nth]!.promise,
      open() {
        const socket = connect(gateway.port, '127.0.0.1');
        let text = '';
        socket.setEncoding('latin1');
        socket.on('data', (piece) => (text += piece));
        socket.on('error', () => {});
        return {
          socket,
          text: () => text.replace(/^(.*\r\n)*?\r\n/, ''),
          async until(end) {
            while (!text.endsWith(end)) await once(socket, 'data');
          },
          closed: new Promise((resolve) => socket.on('close', resolve)),
        };
      },
    });
  } finally {
    await gateway.close({ drainMs: 0 });
  }
}

const get = (path: string, version = '1.1'): string =>
  `GET /_aws/execute-api/abc/prod${path} HTTP/${version}\r\nHost: x\r\n\r\n`;

describe('streamed replies', () => {
  test('a request that waits behind a stream is answered after it, on the same connection', () =>
    streaming(async ({ open, body }) => {
      const client = open();
      client.socket.write(get('/stream') + get('/other'));
      const first = await body(0);
      first.push(Buffer.from('one'));
      await client.until('3\r\none\r\n');
      first.push(Buffer.from('two'));
      first.end();
      await client.until('other');
      assert.match(client.text(), /^3\r\none\r\n3\r\ntwo\r\n0\r\n\r\nHTTP\/1\.1 200 OK\r\n[\s\S]*other$/);
      client.socket.destroy();
    }));

  test('a client of HTTP/1.0 gets no chunks: the end of the connection is that of the body', () =>
    streaming(async ({ open, body }) => {
      const client = open();
      client.socket.write(get('/stream', '1.0'));
      const only = await body(0);
      only.push(Buffer.from('one'));
      only.push(Buffer.from('two'));
      only.end();
      await client.closed;
      assert.equal(client.text(), 'onetwo');
    }));

  test('a body shorter or longer than was announced ends the connection, and no byte too many is sent', async () => {
    await streaming(async ({ open, body }) => {
      const short = open();
      short.socket.write(get('/stream'));
      const shortBody = await body(0);
      shortBody.push(Buffer.from('abc'));
      shortBody.end();
      await short.closed;
      assert.equal(short.text(), 'abc');
      const long = open();
      long.socket.write(get('/stream'));
      const longBody = await body(1);
      longBody.push(Buffer.from('abcde'));
      await long.until('abcde');
      longBody.push(Buffer.from('HTTP/1.1 200 OK'));
      await long.closed;
      assert.equal(long.text(), 'abcde');
    }, 5);
  });

  test('half an end of the client’s connection is a hang-up', () =>
    streaming(async ({ open, body }) => {
      const client = open();
      client.socket.write(get('/stream'));
      const only = await body(0);
      only.push(Buffer.from('one'));
      await client.until('3\r\none\r\n');
      client.socket.end();
      await client.closed;
      assert.equal(await only.read(), undefined);
    }));

  test('a gateway that closes lets a stream end, and waits for nothing after it', () =>
    streaming(async ({ gateway, open, body }) => {
      const client = open();
      client.socket.write(get('/stream'));
      const only = await body(0);
      only.push(Buffer.from('one'));
      await client.until('3\r\none\r\n');
      const closed = gateway.close({ drainMs: 600_000 });
      only.push(Buffer.from('two'));
      only.end();
      await client.closed;
      assert.ok(client.text().endsWith('0\r\n\r\n'));
      await closed;
    }));
});
