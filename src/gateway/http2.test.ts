import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, type IncomingHttpHeaders } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { programPath, skipWithout } from '../../test/support/programs.ts';
import { PieceQueue } from '../base/body-stream.ts';
import { systemClock } from '../base/clock.ts';
import type { Reply } from '../plan/exchange.ts';
import { awsStreamLimits, StreamedBody } from '../plan/streamed-body.ts';
import { type FakeGateway, type FakeGatewayOptions, startFakeGateway } from './fake-gateway.ts';

const authority = 'abc.execute-api.localhost';

interface Answer {
  readonly headers: IncomingHttpHeaders & { ':status'?: number };
  readonly body: string;
}

async function answerOf(stream: ClientHttp2Stream): Promise<Answer> {
  const [headers] = (await once(stream, 'response')) as [Answer['headers']];
  stream.setEncoding('utf8');
  let body = '';
  for await (const piece of stream) body += piece;
  return { headers, body };
}

interface Connected {
  readonly gateway: FakeGateway;
  readonly session: ClientHttp2Session;
  call(headers: Record<string, string | string[]>, body?: string | Buffer): Promise<Answer>;
}

/** A gateway and one connection to it, both of which end with `run`. */
async function connected(
  scheme: 'http' | 'https',
  run: (it: Connected) => Promise<void>,
  options: FakeGatewayOptions = {},
): Promise<void> {
  const gateway = await startFakeGateway(options);
  const session = connect(`${scheme}://127.0.0.1:${gateway.port}`, { rejectUnauthorized: false });
  session.on('error', () => {});
  try {
    await run({
      gateway,
      session,
      call(headers, body) {
        const stream = session.request(
          { ':authority': authority, ':path': '/prod/pets', ...headers },
          { endStream: body === undefined },
        );
        if (body !== undefined) stream.end(body);
        return answerOf(stream);
      },
    });
  } finally {
    session.destroy();
    await gateway.close({ drainMs: 0 });
  }
}

const reply = (changes: Partial<Reply>): Reply => ({
  status: 200,
  headers: [],
  body: '',
  problem: undefined,
  ...changes,
});

describe('HTTP/2', () => {
  for (const scheme of ['https', 'http'] as const) {
    test(`[EP-11] requests over ${scheme} are answered as those of HTTP/1.1, many on one connection`, () =>
      connected(scheme, async ({ session, call }) => {
        const answers = await Promise.all(
          Array.from({ length: 20 }, (_, i) =>
            call({ ':method': 'POST', ':path': `/prod/pets?n=${i}`, 'content-type': 'text/plain' }, `body ${i}`),
          ),
        );
        answers.forEach(({ headers, body }, i) => {
          assert.equal(headers[':status'], 200);
          assert.equal(headers['content-type'], 'application/json');
          assert.match(String(headers['x-amzn-requestid']), /^[0-9a-f-]{36}$/);
          assert.equal(headers['content-length'], String(Buffer.byteLength(body)));
          assert.deepEqual(JSON.parse(body), {
            ...{ apiId: 'abc', stage: 'prod', path: '/pets', query: `n=${i}`, body: `body ${i}` },
          });
        });
        assert.equal(session.alpnProtocol, scheme === 'https' ? 'h2' : 'h2c');
        assert.equal((await call({ ':method': 'HEAD' })).body, '');
        assert.equal(
          (await call({ ':method': 'POST' }, Buffer.alloc(3_000_000, 'x'))).body.includes('3000000 bytes'),
          true,
        );
      }));
  }

  test('[EP-11] plans see HTTP/1.1, one cookie header and the authority; replies keep repeated headers and lose those of HTTP/1.1', () =>
    connected(
      'https',
      async ({ call }) => {
        const { headers, body } = await call({ cookie: ['a=1', 'b=2'] });
        const seen = JSON.parse(body);
        assert.equal(seen.protocol, 'HTTP/1.1');
        assert.equal(seen.secure, true);
        assert.deepEqual(seen.headers, ['Host', authority, 'cookie', 'a=1; b=2']);
        assert.deepEqual(headers['set-cookie'], ['x=1', 'y=2']);
        assert.equal(headers['x-text'], 'tidy  up');
        assert.equal(headers['connection'], undefined);
      },
      {
        answer: ({ request: { protocol, secure, headers } }) =>
          reply({
            headers: [
              ...['Content-Type', 'application/json', 'Set-Cookie', 'x=1', 'Set-Cookie', 'y=2', 'Connection', 'close'],
              ...['X-Text', 'tidy\r\nup', 'ETag', '"1"', 'ETag', '"2"', 'Transfer-Encoding', 'chunked'],
            ],
            body: JSON.stringify({ protocol, secure, headers }),
          }),
      },
    ));

  test('[EP-11] what is malformed or too large is refused in the same words as over HTTP/1.1', () =>
    connected(
      'https',
      async ({ call }) => {
        const status = async (headers: Record<string, string>, body?: Buffer) =>
          (await call(headers, body)).headers[':status'];
        assert.equal(await status({ ':path': '/prod/%zz' }), 400);
        assert.equal(await status({ host: 'other.example' }), 400);
        assert.equal(await status({ 'x-long': 'v'.repeat(10_300) }), 431);
        assert.equal(await status({ ':path': `/prod/${'p'.repeat(10_300)}` }), 414);
        assert.equal(await status({ ':method': 'POST', 'content-length': '2000' }, Buffer.alloc(2_000)), 413);
        assert.equal(await status({ ':method': 'POST' }, Buffer.alloc(200_000)), 413);
        assert.equal(await status({}), 200);
      },
      { limits: { maxInvokeBodyBytes: 1_000 } },
    ));

  test('[EP-11] [NEW-01] a streamed answer comes piece by piece; a client that gives the request up ends it', async () => {
    const left = Promise.withResolvers<void>();
    const queues: PieceQueue[] = [];
    const answer = (): Reply => {
      const queue = new PieceQueue({ onCancel: () => left.resolve() });
      queues.push(queue);
      const clock = systemClock;
      const options = { idleMs: 60_000, leftMs: 60_000, limits: awsStreamLimits, clock, label: 'test' };
      return reply({ stream: new StreamedBody(queue, options) });
    };
    await connected(
      'https',
      async ({ session }) => {
        const open = () => session.request({ ':authority': authority, ':path': '/prod/events' });
        const stream = open();
        await once(stream, 'response');
        queues[0]!.push(Buffer.from('one'));
        assert.equal(String((await once(stream, 'data'))[0]), 'one');
        queues[0]!.push(Buffer.from('two'));
        assert.equal(String((await once(stream, 'data'))[0]), 'two');
        queues[0]!.end();
        await once(stream, 'end');

        const broken = open();
        const failed = Promise.withResolvers<Error>();
        broken.on('error', failed.resolve);
        await once(broken, 'response');
        queues[1]!.fail(new Error('gone'));
        assert.match(String(await failed.promise), /INTERNAL_ERROR/);

        const given = open();
        given.on('error', () => {});
        await once(given, 'response');
        given.close(8);
        await left.promise;
      },
      { answer },
    );
  });

  test('[EP-11] a client that begins requests and resets them at once is sent away', () =>
    connected('https', async ({ session }) => {
      const over = new Promise((resolve) => session.on('close', resolve));
      for (let i = 0; i < 2_000 && !session.destroyed; i++) {
        const stream = session.request({ ':authority': authority, ':path': '/prod/pets' });
        stream.on('error', () => {});
        stream.close(8);
        if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await over;
    }));

  for (const [what, frame] of [
    ['pings', [0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]],
    ['settings', [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100]],
  ] as const) {
    test(`[EP-11] a client that sends ${what} without end and reads no acknowledgement is sent away`, async () => {
      const gateway = await startFakeGateway();
      try {
        const socket = connectSocket(gateway.port, '127.0.0.1');
        socket.on('error', () => {});
        const over = new Promise((resolve) => socket.on('close', resolve));
        socket.pause();
        socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
        socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
        const many = Buffer.concat(Array.from({ length: 10_000 }, () => Buffer.from(frame)));
        const writeOn = (): void => {
          while (!socket.destroyed && socket.write(many));
        };
        socket.on('drain', writeOn);
        writeOn();
        await over;
      } finally {
        await gateway.close({ drainMs: 0 });
      }
    });
  }

  test('[EP-11] a gateway that closes says so, answers what is in flight and takes no more', () =>
    connected('https', async ({ gateway, session, call }) => {
      const held = call({ ':path': '/prod/held' });
      await gateway.heldRequest();
      const goneAway = once(session, 'goaway');
      const closed = gateway.close({ drainMs: 60_000 });
      await goneAway;
      gateway.release();
      assert.equal((await held).headers[':status'], 200);
      await closed;
      assert.equal(session.closed, true);
    }));

  test('[EP-11] HTTP/1.1 stays on the same ports, and half a preface is no request', async () => {
    const gateway = await startFakeGateway();
    try {
      assert.equal((await fetch(`${gateway.url}/_aws/execute-api/abc/prod/pets`)).status, 200);
      const socket = connectSocket(gateway.port, '127.0.0.1');
      socket.end('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nthis is no frame at all');
      socket.resume();
      socket.on('error', () => {});
      await once(socket, 'close');
    } finally {
      await gateway.close({ drainMs: 0 });
    }
  });

  test('[EP-11] curl speaks HTTP/2 to us, over TLS and in plain text', { skip: skipWithout('curl') }, async () => {
    const gateway = await startFakeGateway();
    try {
      const curl = async (...args: string[]): Promise<string> => {
        const { stdout } = await promisify(execFile)(programPath('curl')!, [
          '-sk',
          '-w',
          ' %{http_version} %{http_code}',
          ...args,
        ]);
        return stdout;
      };
      const path = `127.0.0.1:${gateway.port}/_aws/execute-api/abc/prod/pets`;
      assert.match(await curl('--http2', `https://${path}`), /"path":"\/pets".* 2 200$/);
      assert.match(await curl('--http2-prior-knowledge', '-d', 'hello', `http://${path}`), /"body":"hello".* 2 200$/);
      assert.match(await curl('--http1.1', `https://${path}`), / 1\.1 200$/);
    } finally {
      await gateway.close({ drainMs: 0 });
    }
  });
});
