import { strict as assert } from 'node:assert';
import { connect, Socket } from 'node:net';
import { test } from 'node:test';
import { ManualClock } from '../base/clock.ts';
import type { HttpRequest } from '../base/http.ts';
import { silentLog } from '../ports/telemetry.ts';
import { defaultListenerLimits, type HttpHandler, type ListenerLimits, type RequestReply } from './http-handler.ts';
import { createHttp1, type Http1, type Http1Options } from './http1.ts';
import { type Listener, listen } from './listener.ts';
import { Rests } from './rests.ts';

interface TestServer {
  readonly requests: HttpRequest[];
  readonly refusals: string[];
  readonly http: Http1;
  readonly listener: Listener;
  readonly clock: ManualClock;
  /** Sends bytes and reads until the server closes. */
  talk(...pieces: (string | Uint8Array)[]): Promise<string>;
  open(): Promise<Client>;
}

interface Client {
  readonly socket: Socket;
  /** Resolves with all that was received once it contains `text`. */
  until(text: string): Promise<string>;
  /** Resolves with all that was received once the server has closed. */
  readonly closed: Promise<string>;
}

type Answer = (request: HttpRequest) => RequestReply | Promise<RequestReply>;

const echo: Answer = (request) => ({
  status: 200,
  headers: ['X-Path', request.path],
  body: request.body.length > 100 ? String(request.body.length) : request.body.toString('latin1'),
});

async function withServer(
  use: (server: TestServer) => Promise<void>,
  options: {
    answer?: Answer;
    limits?: Partial<ListenerLimits>;
    maxBodyBytes?: number;
    streamsBody?: boolean;
  } & Http1Options = {},
): Promise<void> {
  const requests: HttpRequest[] = [];
  const refusals: string[] = [];
  const clock = new ManualClock();
  const handler: HttpHandler = {
    maxBodyBytes: () => options.maxBodyBytes ?? 1_000_000,
    streamsBody: () => options.streamsBody ?? false,
    handle(request) {
      requests.push(request);
      return (options.answer ?? echo)(request);
    },
    refuse({ status, why }) {
      refusals.push(`${status} ${why}`);
      return { status, headers: ['Content-Type', 'application/json'], body: '{"message":"refused"}' };
    },
  };
  const http = createHttp1(handler, { ...defaultListenerLimits, ...options.limits }, clock, options);
  const listener = await listen({
    host: '127.0.0.1',
    port: 0,
    serve: http.serve,
    serveHttp2: (socket) => socket.destroy(),
    certificate: () => Promise.reject(new Error('no certificate here')),
    firstByteTimeoutMs: 5_000,
    log: silentLog,
  });
  const open = () => openClient(listener.port);
  try {
    await use({
      requests,
      refusals,
      http,
      listener,
      clock,
      open,
      async talk(...pieces) {
        const client = await open();
        for (const piece of pieces) client.socket.write(piece);
        return client.closed;
      },
    });
  } finally {
    listener.stopAccepting();
    listener.destroyAll();
    await listener.closed;
    http.stop();
  }
}

function openClient(port: number): Promise<Client> {
  return new Promise((resolve, reject) => {
    let received = '';
    const waiting = new Set<() => void>();
    const closed = Promise.withResolvers<string>();
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      received += chunk;
      for (const look of waiting) look();
    });
    socket.on('error', reject);
    socket.on('close', () => closed.resolve(received));
    socket.on('connect', () =>
      resolve({
        socket,
        closed: closed.promise,
        until: (text) =>
          new Promise((found) => {
            function look(): void {
              if (!received.includes(text)) return;
              waiting.delete(look);
              found(received);
            }
            waiting.add(look);
            look();
          }),
      }),
    );
  });
}

/** Lets the event loop go round, so that what was sent arrives. */
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

const request = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
const post = (body: string) => `POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const last = request('/last', 'Connection: close\r\n');
const paths = (answer: string) => [...answer.matchAll(/X-Path: (\S+)/g)].map((match) => match[1]);

test('pipelined requests are answered in order, also when the first takes longer', async () => {
  const gate = Promise.withResolvers<void>();
  await withServer(
    async ({ open }) => {
      const client = await open();
      client.socket.write(request('/slow') + request('/1') + post('body') + request('/2') + last);
      await turns(20);
      gate.resolve();
      const answer = await client.closed;
      assert.deepEqual(paths(answer), ['/slow', '/1', '/p', '/2', '/last']);
      assert.match(answer, /\r\n\r\nbodyHTTP\/1\.1 200 OK/);
    },
    {
      answer(request) {
        if (request.path !== '/slow') return echo(request);
        return gate.promise.then(() => echo(request));
      },
    },
  );
});

test('requests cut at every byte are read as if they came whole', async () => {
  const text = `${post('hello')}POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`;
  const head = 'GET /first HTTP/1.1\r\nHost: a\r\n\r\n';
  for (let cut = 1; cut < text.length; cut++) {
    const seen: string[] = [];
    const http = createHttp1(
      {
        maxBodyBytes: () => 1_000,
        handle(request) {
          seen.push(`${request.path} ${request.body.toString()}`);
          return { status: 200, headers: [], body: '' };
        },
        refuse: ({ status, why }) => {
          seen.push(why);
          return { status, headers: [], body: '' };
        },
      },
      defaultListenerLimits,
      new ManualClock(),
    );
    const receive = http.serve(fakeSocket());
    // One buffer for all reads, as the listener has it: what is not copied in time is overwritten here.
    const shared = Buffer.alloc(1_000);
    for (const piece of [head, text.slice(0, cut), text.slice(cut)]) {
      receive(shared.fill(0), shared.write(piece));
    }
    http.stop();
    assert.deepEqual(seen, ['/first ', '/p hello', '/c abc'], `cut at ${cut}`);
  }
});

test('a request that comes byte by byte is read', async () => {
  await withServer(async ({ talk, requests }) => {
    const answer = await talk(...post('drip').split(''), ...last.split(''));
    assert.deepEqual(paths(answer), ['/p', '/last']);
    assert.equal(requests[0]!.body.toString(), 'drip');
  });
});

test('a smuggled second request is not seen: the ambiguous one is refused and the connection closed', async () => {
  const smuggled = request('/smuggled');
  const attempts = [
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`,
    `POST / HTTP/1.1\r\nHost: a\r\nX: y\nContent-Length: 0\r\n\r\n${smuggled}`,
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\n\n${smuggled}`,
  ];
  for (const attempt of attempts) {
    await withServer(async ({ talk, requests }) => {
      const answer = await talk(attempt);
      assert.match(answer, /^HTTP\/1\.1 (400|501) /, attempt);
      assert.match(answer, /Connection: close\r\n/);
      assert.deepEqual(requests, [], attempt);
    });
  }
});

test('a body over the limit is refused, and the client that sends on gets to read why', async () => {
  await withServer(
    async ({ open, refusals }) => {
      const client = await open();
      client.socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n');
      client.socket.end(Buffer.alloc(3_000_000));
      assert.match(await client.closed, /^HTTP\/1\.1 413 .*\{"message":"refused"\}$/s);
      assert.equal(refusals.length, 1);
    },
    { maxBodyBytes: 1_000_000 },
  );
  await withServer(
    async ({ talk }) => {
      const answer = await talk('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nFFFFF\r\n');
      assert.match(answer, /^HTTP\/1\.1 413 /);
    },
    { maxBodyBytes: 1_000_000 },
  );
});

test('a body as large as the limit arrives whole, with a length or in chunks', async () => {
  await withServer(
    async ({ talk, requests }) => {
      const body = Buffer.alloc(1_000_000, 'ab');
      await talk('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n', body, last);
      assert.ok(requests[0]!.body.equals(body));
      await talk(
        'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nF4240\r\n',
        body,
        '\r\n0\r\n\r\n',
        last,
      );
      assert.ok(requests[2]!.body.equals(body));
    },
    { maxBodyBytes: 1_000_000 },
  );
});

test('Expect: 100-continue is answered before the body, and not at all when the body is refused', async () => {
  await withServer(
    async ({ open, talk }) => {
      const client = await open();
      const head = 'POST /e HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\n';
      client.socket.write(`${head}Content-Length: 4\r\n\r\n`);
      await client.until('HTTP/1.1 100 Continue\r\n\r\n');
      client.socket.write('body');
      assert.match(await client.closed, /Continue\r\n\r\nHTTP\/1\.1 200 OK.*body$/s);
      assert.match(await talk(`${head}Content-Length: 11\r\n\r\n`), /^HTTP\/1\.1 413 /);
    },
    { maxBodyBytes: 10 },
  );
});

test('HEAD, 204 and 304 answers have no body and do not disturb the next', async () => {
  await withServer(
    async ({ talk }) => {
      const answer = await talk(`HEAD /200 HTTP/1.1\r\nHost: a\r\n\r\n${request('/204')}${request('/304')}${last}`);
      const answers = answer.split(/(?=HTTP\/1\.1 )/);
      assert.equal(answers.length, 4);
      assert.match(answers[0]!, /Content-Length: 4\r\n.*\r\n\r\n$/s);
      for (const bodiless of answers.slice(1, 3)) assert.doesNotMatch(bodiless, /Content-Length|body/);
      assert.match(answers[3]!, /body$/);
    },
    { answer: ({ path }) => ({ status: Number(path.slice(1)) || 200, headers: [], body: 'body' }) },
  );
});

test('a HEAD that is refused has no body either, even when its head cannot be read', async () => {
  await withServer(
    async ({ talk }) => {
      for (const refused of [
        'HEAD /% HTTP/1.1\r\nHost: a\r\n\r\n',
        'HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n',
      ]) {
        assert.match(
          await talk(refused),
          /^HTTP\/1\.1 4\d\d [\s\S]*Content-Length: [1-9]\d*\r\n[\s\S]*\r\n\r\n$/,
          refused,
        );
      }
      assert.match(await talk('GET /% HTTP/1.1\r\nHost: a\r\n\r\n'), /\r\n\r\n./);
    },
    { maxBodyBytes: 10 },
  );
});

test('HTTP/1.0 gets its answer and the end of the connection', async () => {
  await withServer(async ({ talk }) => {
    assert.match(await talk('GET /old HTTP/1.0\r\n\r\n'), /Connection: close\r\nX-Path: \/old/);
  });
});

test('a client that closes its half still gets its answer; one that stops in the middle gets 400', async () => {
  await withServer(async ({ open, refusals }) => {
    const whole = await open();
    whole.socket.end(request('/half'));
    assert.deepEqual(paths(await whole.closed), ['/half']);
    for (const begun of [
      'GET / HT',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc',
      'GET / HTTP/1.0\n\n',
    ]) {
      const cut = await open();
      cut.socket.end(begun);
      assert.match(await cut.closed, /^HTTP\/1\.1 400 /);
    }
    assert.equal(refusals.length, 3);
  });
});

test('a client that resets in the middle leaves nothing behind', async () => {
  await withServer(async ({ open, listener, requests }) => {
    const client = await open();
    client.socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc');
    client.socket.resetAndDestroy();
    await client.closed;
    while (listener.connections() > 0) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(requests, []);
  });
});

test('a head or body that does not come in time is 408, an idle connection is closed without a word', async () => {
  const limits = { headTimeoutMs: 1_000, requestTimeoutMs: 4_990, keepAliveTimeoutMs: 20_000 };
  await withServer(
    async ({ open, http, clock }) => {
      const head = await open();
      head.socket.write(`${request('/1')}GET / HTTP/1.1\r\n`);
      const body = await open();
      body.socket.write(`${request('/1')}POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc`);
      const idle = await open();
      idle.socket.write(request('/1'));
      for (const client of [head, body, idle]) await client.until('/1');
      clock.advance(1_001);
      http.sweep();
      assert.match(await head.closed, /HTTP\/1\.1 408 /);
      clock.advance(4_000);
      http.sweep();
      assert.match(await body.closed, /HTTP\/1\.1 408 /);
      clock.advance(16_000);
      http.sweep();
      assert.doesNotMatch(await idle.closed, /408/);
    },
    { limits },
  );
});

test('a slow drip of bytes does not lengthen the time for a head', async () => {
  await withServer(
    async ({ open, http, clock }) => {
      const client = await open();
      client.socket.write(`${request('/1')}GET`);
      await client.until('/1');
      for (let i = 0; i < 3; i++) {
        client.socket.write('x');
        clock.advance(400);
        http.sweep();
      }
      assert.match(await client.closed, /HTTP\/1\.1 408 /);
    },
    { limits: { headTimeoutMs: 1_000 } },
  );
});

test('a client that does not read its answers is not read either, and is dropped in the end', async () => {
  await withServer(
    async ({ open, http, clock, requests }) => {
      const client = await open();
      client.socket.pause();
      client.socket.write(request('/big').repeat(50));
      const until = Date.now() + 5_000;
      let before = -1;
      // The kernel's buffers take the first answers; then it stops.
      while (before !== requests.length && Date.now() < until) {
        before = requests.length;
        await turns(50);
      }
      assert.ok(requests.length < 50, `${requests.length} answered`);
      http.sweep();
      clock.advance(300_000);
      http.sweep();
      client.socket.on('error', () => {});
      client.socket.resume();
      await client.closed;
    },
    { answer: () => ({ status: 200, headers: [], body: Buffer.alloc(1_000_000) }) },
  );
});

test('thousands of requests sent ahead while one is being answered are all answered in turn', async () => {
  const gate = Promise.withResolvers<void>();
  await withServer(
    async ({ open }) => {
      const client = await open();
      client.socket.write(request('/held'));
      const many = request('/ahead').repeat(10_000);
      client.socket.write(many);
      await turns(50);
      gate.resolve();
      client.socket.write(last);
      const answer = await client.closed;
      assert.equal(paths(answer).length, 10_002);
    },
    {
      answer(request) {
        if (request.path !== '/held') return echo(request);
        return gate.promise.then(() => echo(request));
      },
    },
  );
});

test('a large body may take longer than the time for a request as long as it keeps coming', async () => {
  await withServer(
    async ({ open, http, clock, requests }) => {
      const client = await open();
      client.socket.write('POST /p HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5000\r\n\r\n');
      for (let second = 0; second < 5; second++) {
        client.socket.write('x'.repeat(1_000));
        await turns(20);
        clock.advance(900);
        http.sweep();
      }
      assert.match(await client.closed, /^HTTP\/1\.1 200 /);
      assert.equal(requests.length, 1);
    },
    { limits: { requestTimeoutMs: 1_000, minBytesPerSecond: 1_000 } },
  );
});

test('a fault behind the listener and a reply that cannot be written are 500; the server lives on', async () => {
  const faults: Answer[] = [
    () => {
      throw new Error('thrown');
    },
    () => Promise.reject(new Error('rejected')),
    () => ({ status: 101, headers: [], body: '' }),
    () => ({ status: Number.NaN, headers: [], body: '' }),
    async () => ({ status: 200, headers: ['X-No-Value'], body: '' }),
  ];
  let fault: Answer = echo;
  await withServer(
    async ({ talk, refusals }) => {
      for (fault of faults) assert.match(await talk(request('/')), /^HTTP\/1\.1 500 .*Connection: close/s);
      assert.equal(refusals.length, faults.length);
      fault = echo;
      assert.match(await talk(last), /^HTTP\/1\.1 200 /);
    },
    { answer: (request) => fault(request) },
  );
});

test('a backend cannot put headers or answers of its own into the reply', async () => {
  await withServer(
    async ({ talk }) => {
      const answer = await talk(last);
      assert.equal(answer.match(/HTTP\/1\.1/g)!.length, 1);
      assert.doesNotMatch(answer, /^Injected/m);
      assert.doesNotMatch(answer, /Transfer-Encoding|Content-Length: 99|keep-alive/i);
      assert.match(answer, /X-Split: a {2}Injected: b\r\n/);
      assert.match(answer, /X-Unicode: \xe2\x82\xac\r\n/);
      assert.match(answer, /Content-Length: 4\r\n/);
    },
    {
      answer: () => ({
        status: 200,
        headers: [
          'X-Split',
          'a\r\nInjected: b',
          'Bad\r\nInjected: x',
          'y',
          'Transfer-Encoding',
          'chunked',
          'content-length',
          '99',
          'Connection',
          'keep-alive',
          'X-Unicode',
          '€',
        ],
        body: 'body',
      }),
    },
  );
});

test('text beyond ASCII is counted and sent as UTF-8, bytes are sent as they are', async () => {
  await withServer(
    async ({ talk }) => {
      const answer = await talk(request('/text') + request('/bytes') + last);
      assert.match(answer, /Content-Length: 6\r\n[\s\S]*?\r\n\r\n\xe2\x82\xac\xc3\xa4xHTTP/);
      assert.match(answer, /Content-Length: 3\r\n[\s\S]*?\r\n\r\n\x00\xff\x80HTTP/);
    },
    {
      answer: ({ path }) => ({
        status: 200,
        headers: [],
        body: path === '/bytes' ? Buffer.from([0, 255, 128]) : '€äx',
      }),
    },
  );
});

/** Refuses what asks for `/limited`; rests end when told to. */
function limiting() {
  const ticks: (() => void)[] = [];
  const rests = new Rests({ restMs: 2, schedule: (then) => ticks.push(then) });
  const answer: Answer = (request) =>
    request.path === '/limited'
      ? { status: 429, headers: ['X-Path', request.path], body: '', isOverLimit: true }
      : echo(request);
  return { answer, rests, ticks };
}

test('after a refusal by a limit a connection is read on at the next tick, what came ahead as well; others are read at once', async () => {
  const { answer, rests, ticks } = limiting();
  await withServer(
    async ({ open, requests }) => {
      const flood = await open();
      flood.socket.write(request('/limited').repeat(2) + request('/other'));
      await flood.until('/limited');
      const neighbour = await open();
      neighbour.socket.write(request('/other'));
      await neighbour.until('/other');
      assert.deepEqual(
        requests.map(({ path }) => path),
        ['/limited', '/other'],
      );
      ticks.shift()!();
      assert.deepEqual(
        requests.slice(2).map(({ path }) => path),
        ['/limited'],
      );
      ticks.shift()!();
      assert.equal(requests[3]?.path, '/other');
      assert.equal(ticks.length, 0);
      flood.socket.write(last);
      assert.deepEqual(paths(await flood.closed), ['/limited', '/limited', '/other', '/last']);
    },
    { answer, rests },
  );
});

test('the connection of a trusted proxy does not rest: what its next client asks is another matter', async () => {
  const { answer, rests, ticks } = limiting();
  await withServer(
    async ({ talk }) => {
      assert.deepEqual(paths(await talk(request('/limited') + last)), ['/limited', '/last']);
      assert.equal(ticks.length, 0);
    },
    { answer, rests, isShared: (ip) => ip === '127.0.0.1' },
  );
});

test('resting connections: one that its client ends is ended, one that is reset is forgotten, and a stop ends all', async () => {
  const { answer, rests, ticks } = limiting();
  await withServer(
    async ({ open, http, listener }) => {
      const [ended, reset, silent, asking] = await Promise.all([open(), open(), open(), open()]);
      for (const client of [ended, reset, silent, asking]) {
        client.socket.write(request('/limited'));
        await client.until('/limited');
      }
      ended.socket.end();
      reset.socket.resetAndDestroy();
      await reset.closed;
      asking.socket.write(request('/asked'));
      await turns(20);
      listener.stopAccepting();
      http.startClosing();
      assert.deepEqual(paths(await ended.closed), ['/limited']);
      assert.deepEqual(paths(await silent.closed), ['/limited']);
      const answered = await asking.closed;
      assert.deepEqual(paths(answered), ['/limited', '/asked']);
      assert.match(answered, /Connection: close\r\nX-Path: \/asked/);
      await listener.closed;
      for (const tick of ticks) tick();
    },
    { answer, rests },
  );
});

test('of many requests sent at once sixteen are answered in one turn of the loop; then others have theirs', async () => {
  const seen: string[] = [];
  const http = createHttp1(
    {
      maxBodyBytes: () => 0,
      handle({ path }) {
        seen.push(path);
        return { status: 200, headers: [], body: '' };
      },
      refuse: ({ status }) => ({ status, headers: [], body: '' }),
    },
    defaultListenerLimits,
    new ManualClock(),
  );
  const [greedy, modest] = [http.serve(fakeSocket()), http.serve(fakeSocket())];
  const many = Buffer.from(request('/many').repeat(40));
  greedy(many, many.length);
  const one = Buffer.from(request('/one'));
  modest(one, one.length);
  assert.deepEqual([seen.length, seen.indexOf('/one')], [17, 16]);
  await turns(5);
  http.stop();
  assert.equal(seen.length, 41);
});

/** A socket without a connection: data is given by hand, what is written goes nowhere. */
function fakeSocket(): Socket {
  const socket = new Socket();
  socket.write = () => true;
  return socket;
}

/** Reads what is handed on, and answers with how much it was. */
const countStreamed: Answer = async ({ bodyStream }) => {
  let count = 0;
  for (let piece = await bodyStream!.read(); piece !== undefined; piece = await bodyStream!.read())
    count += piece.length;
  return { status: 200, headers: [], body: `${count} bytes` };
};

test('a body that is handed on is read as it comes, and the next request follows on the same connection', () =>
  withServer(
    async ({ open }) => {
      const client = await open();
      client.socket.write('PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n01234');
      client.socket.write('56789PUT /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
      client.socket.write(
        '2\r\nde\r\n0\r\n\r\nPUT /c HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nConnection: close\r\n\r\n!',
      );
      const all = await client.closed;
      assert.deepEqual(all.match(/\d+ bytes/g), ['10 bytes', '5 bytes', '1 bytes']);
    },
    { answer: countStreamed, streamsBody: true },
  ));

test('a body that is handed on waits for its reader', () =>
  withServer(
    async ({ open }) => {
      const client = await open();
      const bytes = Buffer.alloc(8 * 1024 * 1024);
      client.socket.write(`PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: ${bytes.length}\r\n\r\n`);
      client.socket.write(bytes);
      assert.match(await client.until('bytes'), new RegExp(`${bytes.length} bytes`));
    },
    {
      maxBodyBytes: 10_000_000,
      streamsBody: true,
      async answer(request) {
        // Nobody reads for a few turns: what comes meanwhile fills the queue.
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
        return countStreamed(request);
      },
    },
  ));

test('the answer may come before the body: it is the last on its connection, and nothing was waited for', () =>
  withServer(
    async ({ talk }) => {
      const all = await talk('PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\nExpect: 100-continue\r\n\r\n');
      assert.match(all, /^HTTP\/1\.1 403 /);
      assert.match(all, /Connection: close/i);
    },
    { streamsBody: true, answer: () => ({ status: 403, headers: [], body: 'no' }) },
  ));

test('a client that waits for 100 Continue gets it when somebody begins to read', () =>
  withServer(
    async ({ open }) => {
      const client = await open();
      client.socket.write('PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n');
      await client.until('100 Continue');
      client.socket.write('abc');
      assert.match(await client.until('bytes'), /3 bytes/);
    },
    { streamsBody: true, answer: countStreamed },
  ));

test('a body that is handed on and breaks off is no whole one', () =>
  withServer(
    async ({ open }) => {
      const client = await open();
      client.socket.end('PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nonly this');
      assert.match(await client.closed, /it broke off/);
    },
    {
      streamsBody: true,
      answer: (request) =>
        (countStreamed(request) as Promise<RequestReply>).catch(() => ({
          status: 400,
          headers: [],
          body: 'it broke off',
        })),
    },
  ));
