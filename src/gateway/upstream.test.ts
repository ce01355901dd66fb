import { strict as assert } from 'node:assert';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createSocketServer, type Server } from 'node:net';
import { after, test } from 'node:test';
import { wholeBody } from '../base/body-stream.ts';
import { ManualClock, systemClock } from '../base/clock.ts';
import { Problem } from '../base/problem.ts';
import type { UpstreamRequest } from '../ports/upstream.ts';
import { localCertificate } from './certificate.ts';
import { createUpstream } from './upstream.ts';

const upstream = createUpstream();
const servers: Server[] = [];

after(async () => {
  await upstream.close();
  for (const server of servers) server.close();
});

async function listening(server: Server, host = '127.0.0.1'): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

const backend = async (answer: RequestListener): Promise<string> =>
  `http://127.0.0.1:${await listening(createServer(answer))}`;

const get = (origin: string, more: Partial<UpstreamRequest> = {}): UpstreamRequest => ({
  origin,
  target: '/',
  method: 'GET',
  headers: [],
  body: undefined,
  timeoutMs: 5_000,
  ...more,
});

const isProblem = (kind: string, why: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Problem);
  assert.equal(error.kind, kind);
  assert.match(error.why, why);
  return true;
};

test('method, target, headers and body arrive as given; status, headers and body come back', async () => {
  const origin = await backend((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      response.writeHead(201, ['X-Two', 'a', 'X-Two', 'b']);
      response.end(`${request.method} ${request.url} ${request.rawHeaders.join(',')} ${body}`);
    });
  });
  const reply = await upstream.send(
    get(origin, { method: 'POST', target: '/a%20b?c=d', headers: ['X-Case', 'kept'], body: 'hällo' }),
  );
  assert.equal(reply.status, 201);
  assert.match(reply.body.toString(), /^POST \/a%20b\?c=d .*X-Case,kept.* hällo$/);
  assert.deepEqual(
    reply.headers.filter((_, i) => reply.headers[i - (i % 2)] === 'X-Two'),
    ['X-Two', 'a', 'X-Two', 'b'],
  );
});

test('an answer in many pieces comes back whole', async () => {
  const origin = await backend((_, response) => {
    response.write('one,');
    setImmediate(() => {
      response.write('two,');
      setImmediate(() => response.end('three'));
    });
  });
  assert.equal((await upstream.send(get(origin))).body.toString(), 'one,two,three');
});

test('[INT-14] a backend that is too slow is INTEGRATION_TIMEOUT', async () => {
  const origin = await backend(() => {});
  await assert.rejects(
    upstream.send(get(origin, { timeoutMs: 50 })),
    isProblem('INTEGRATION_TIMEOUT', /GET http:\/\/127.* did not answer within 50 ms/),
  );
});

test('[INT-14] the time is over too when the answer has begun but does not end', async () => {
  const origin = await backend((_, response) => void response.write('begun'));
  await assert.rejects(upstream.send(get(origin, { timeoutMs: 50 })), isProblem('INTEGRATION_TIMEOUT', /50 ms/));
});

test('[INT-16] a closed port and an unknown host are INTEGRATION_FAILURE', async () => {
  const server = createSocketServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  await assert.rejects(
    upstream.send(get(`http://127.0.0.1:${port}`)),
    isProblem('INTEGRATION_FAILURE', /ECONNREFUSED/),
  );
  await assert.rejects(
    upstream.send(get('http://no-such-host.invalid')),
    isProblem('INTEGRATION_FAILURE', /ENOTFOUND|EAI_AGAIN/),
  );
});

test('[INT-18] a backend that hangs up is called once', async () => {
  let calls = 0;
  const port = await listening(
    createSocketServer((socket) => {
      socket.once('data', () => {
        calls++;
        socket.destroy();
      });
    }),
  );
  await assert.rejects(
    upstream.send(get(`http://127.0.0.1:${port}`)),
    isProblem('INTEGRATION_FAILURE', /closed|RESET/i),
  );
  assert.equal(calls, 1);
});

test('a kept connection that ends without a byte of an answer: GET goes out once more, on a new connection; POST does not', async () => {
  const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
  for (const [method, seen] of [
    ['GET', 3],
    ['POST', 2],
  ] as const) {
    const backend = await rawBackend(ok, 'FIN', ok);
    assert.equal(await bodyOf(backend.origin), 'ok');
    const second = upstream.send(get(backend.origin, { method }));
    if (method === 'GET') assert.equal((await second).body.toString(), 'ok');
    else await assert.rejects(second, isProblem('INTEGRATION_FAILURE', /closed without an answer/));
    assert.equal(backend.requests(), seen, method);
  }
  const never = await rawBackend(ok, 'FIN', 'FIN', ok);
  assert.equal(await bodyOf(never.origin), 'ok');
  await assert.rejects(upstream.send(get(never.origin)), isProblem('INTEGRATION_FAILURE', /closed without an answer/));
  assert.equal(never.requests(), 3);
});

test('what is not HTTP is INTEGRATION_FAILURE', async () => {
  const port = await listening(createSocketServer((socket) => void socket.end('SSH-2.0-OpenSSH_9.9\r\n')));
  await assert.rejects(upstream.send(get(`http://127.0.0.1:${port}`)), isProblem('INTEGRATION_FAILURE', /failed: /));
});

test('an answer over the limit is API_CONFIGURATION_ERROR', async () => {
  const small = createUpstream({ maxAnswerBytes: 1_000 });
  const origin = await backend((_, response) => void response.end('x'.repeat(1_001)));
  try {
    await assert.rejects(small.send(get(origin)), isProblem('API_CONFIGURATION_ERROR', /larger than/));
  } finally {
    await small.close();
  }
});

test('a request that cannot be sent is a Problem, not a crash', async () => {
  const origin = await backend((_, response) => void response.end());
  const unsendable = [{ target: '/a b' }, { headers: ['bad name', 'x'] }, { headers: ['x', 'a\r\nb: c'] }];
  for (const request of unsendable) {
    await assert.rejects(upstream.send(get(origin, request)), isProblem('INTEGRATION_FAILURE', /invalid/));
  }
});

test('[INT-21] a self-signed certificate is refused; insecureSkipVerification accepts it, but not for another name', async () => {
  const { key, cert } = await localCertificate({ clock: systemClock })();
  const port = await listening(
    createTlsServer({ key, cert }, (_, response) => void response.end('over tls')),
    '0.0.0.0',
  );
  await assert.rejects(
    upstream.send(get(`https://127.0.0.1:${port}`)),
    isProblem('INTEGRATION_FAILURE', /SELF_SIGNED/),
  );
  const reply = await upstream.send(get(`https://localhost:${port}`, { skipCertificateAuthority: true }));
  assert.equal(reply.body.toString(), 'over tls');
  await assert.rejects(
    upstream.send(get(`https://127.0.0.2:${port}`, { skipCertificateAuthority: true })),
    isProblem('INTEGRATION_FAILURE', /127\.0\.0\.2 is not in the cert/),
  );
});

test('[INT-21] insecureSkipVerification does not accept an expired certificate', async () => {
  const { key, cert } = await localCertificate({ clock: new ManualClock(Date.UTC(2020, 0, 1)) })();
  const port = await listening(createTlsServer({ key, cert }, (_, response) => void response.end('over tls')));
  await assert.rejects(
    upstream.send(get(`https://127.0.0.1:${port}`, { skipCertificateAuthority: true })),
    isProblem('INTEGRATION_FAILURE', /expired/),
  );
});

test('more origins than may be kept still answer', async () => {
  const few = createUpstream({ maxOrigins: 1 });
  const first = await backend((_, response) => void response.end('first'));
  const second = await backend((_, response) => void response.end('second'));
  try {
    const replies = await Promise.all([first, second, first].map((origin) => few.send(get(origin))));
    assert.deepEqual(
      replies.map((reply) => reply.body.toString()),
      ['first', 'second', 'first'],
    );
  } finally {
    await few.close();
  }
});

/** A backend that answers every request on a connection with the next of some raw texts; counts connections. */
async function rawBackend(
  ...answers: string[]
): Promise<{ origin: string; connections: () => number; requests: () => number }> {
  let connections = 0;
  let next = 0;
  const port = await listening(
    createSocketServer((socket) => {
      connections++;
      socket.on('error', () => {});
      socket.on('data', () => {
        const answer = answers[next++] ?? '';
        if (answer.endsWith('FIN')) socket.end(answer.slice(0, -3), 'latin1');
        else socket.write(answer, 'latin1');
      });
    }),
  );
  return { origin: `http://127.0.0.1:${port}`, connections: () => connections, requests: () => next };
}

const bodyOf = async (origin: string, more?: Partial<UpstreamRequest>): Promise<string> =>
  (await upstream.send(get(origin, more))).body.toString('latin1');

test('a connection is used again; what came beyond an answer is never the next answer', async () => {
  const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
  const kept = await rawBackend(ok, ok, ok);
  for (let i = 0; i < 3; i++) assert.equal(await bodyOf(kept.origin), 'ok');
  assert.equal(kept.connections(), 1);
  const extra = await rawBackend(`${ok}HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong`, ok);
  for (let i = 0; i < 2; i++) assert.equal(await bodyOf(extra.origin), 'ok');
  assert.equal(extra.connections(), 2);
});

test('a connection that says close, or HTTP/1.0, is not used again', async () => {
  const close = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: Close\r\n\r\nok';
  const old = 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok';
  const backend = await rawBackend(close, old, old);
  for (let i = 0; i < 3; i++) assert.equal(await bodyOf(backend.origin), 'ok');
  assert.equal(backend.connections(), 3);
});

test('a body ends with its length, its last chunk, the connection, or is not there at all', async () => {
  const head = 'HTTP/1.1 200 OK\r\n';
  const backend = await rawBackend(
    `${head}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: t\r\n\r\n`,
    'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n',
    'HTTP/1.1 304\r\n\r\n',
    'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nz',
    `${head}\r\nuntil the endFIN`,
  );
  for (const expected of ['abcde', '', '', 'z', 'until the end']) assert.equal(await bodyOf(backend.origin), expected);
  assert.equal(backend.connections(), 1);
  const headless = await rawBackend(`${head}Content-Length: 99\r\n\r\n`, `${head}Content-Length: 1\r\n\r\nx`);
  assert.equal(await bodyOf(headless.origin, { method: 'HEAD' }), '');
  assert.equal(await bodyOf(headless.origin), 'x');
  assert.equal(headless.connections(), 1);
});

test('an answer that is ambiguous, broken off or no answer is INTEGRATION_FAILURE', async () => {
  const head = 'HTTP/1.1 200 OK\r\n';
  for (const [answer, why] of [
    [`${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\nok`, /two different/],
    [`${head}Content-Length: +2\r\n\r\nok`, /not a number/],
    [`${head}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, /Transfer-Encoding/],
    [`${head}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`, /bad chunk/],
    [`${head}X : y\r\n\r\n`, /header name/],
    [`${head}X: a\0b\r\n\r\n`, /control character/],
    [`${head}no colon\r\n\r\n`, /colon/],
    ['HTTP/2 200\r\n\r\n', /not HTTP\/1\.1/],
    ['HTTP/1.1 101 Switching Protocols\r\n\r\n', /switched/],
    ['HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(30), /interim answers/],
    [`${head}X: ${'x'.repeat(70_000)}`, /head of the answer is over/],
    [`${head}Content-Length: 5\r\n\r\nhalFIN`, /middle of the answer/],
    [`${head}Content-FIN`, /without an answer/],
    ['FIN', /without an answer/],
  ] as const) {
    const backend = await rawBackend(answer);
    await assert.rejects(
      upstream.send(get(backend.origin)),
      isProblem('INTEGRATION_FAILURE', why),
      answer.slice(0, 80),
    );
  }
});

test('an answer cut at any byte is read the same', async () => {
  const answer = 'HTTP/1.1 200 OK\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n';
  let cut = 0;
  const port = await listening(
    createSocketServer({ noDelay: true }, (socket) => {
      socket.on('data', () => {
        const at = cut++;
        socket.write(answer.slice(0, at));
        setImmediate(() => socket.write(answer.slice(at)));
      });
    }),
  );
  for (let i = 0; i <= answer.length; i++) {
    const reply = await upstream.send(get(`http://127.0.0.1:${port}`));
    assert.equal(`${reply.headers[1]} ${reply.body}`, 'b ok', `cut at ${i}`);
  }
});

test('requests beyond the connections of an origin wait their turn, within their time', async () => {
  const few = createUpstream({ maxConnectionsPerOrigin: 2 });
  const release = Promise.withResolvers<void>();
  let calls = 0;
  const origin = await backend(async (_, response) => {
    calls++;
    await release.promise;
    response.end('done');
  });
  try {
    const first = [1, 2, 3].map(() => few.send(get(origin)));
    await assert.rejects(few.send(get(origin, { timeoutMs: 50 })), isProblem('INTEGRATION_TIMEOUT', /50 ms/));
    assert.equal(calls, 2);
    release.resolve();
    for (const reply of await Promise.all(first)) assert.equal(reply.body.toString(), 'done');
    assert.equal(calls, 3);
  } finally {
    await few.close();
  }
});

test('[NEW-01] answers that stream keep nobody from their turn, and their connections serve on after them', async () => {
  const one = createUpstream({ maxConnectionsPerOrigin: 1 });
  const release = Promise.withResolvers<void>();
  const sockets = new Set<unknown>();
  const origin = await backend(async (request, response) => {
    sockets.add(request.socket);
    response.write('begun ');
    if (request.url === '/slow') await release.promise;
    response.end('done');
  });
  try {
    const slow = [
      await one.stream(get(origin, { target: '/slow' })),
      await one.stream(get(origin, { target: '/slow' })),
    ];
    assert.equal((await one.send(get(origin))).body.toString(), 'begun done');
    assert.equal(sockets.size, 3);
    release.resolve();
    for (const { status, body } of slow) assert.deepEqual([status, String(await wholeBody(body))], [200, 'begun done']);
    assert.equal(String(await wholeBody((await one.stream(get(origin))).body)), 'begun done');
    assert.equal(sockets.size, 3);
  } finally {
    await one.close();
  }
});

test('[NEW-01] a body that breaks off rejects its reader as a failure of the backend does; one that is given up ends its connection', async () => {
  const left = Promise.withResolvers<void>();
  const origin = await backend((request, response) => {
    response.write('part');
    if (request.url === '/cut') setImmediate(() => request.socket.destroy());
    else request.socket.on('close', () => left.resolve());
  });
  const { body } = await upstream.stream(get(origin, { target: '/cut' }));
  assert.equal(String(await body.read()), 'part');
  await assert.rejects(body.read(), isProblem('INTEGRATION_FAILURE', /closed in the middle of the answer|ECONNRESET/));
  const endless = await upstream.stream(get(origin));
  endless.body.cancel();
  await left.promise;
});

test('closing fails what is under way at once', async () => {
  const closing = createUpstream({ maxConnectionsPerOrigin: 1 });
  const reached = Promise.withResolvers<void>();
  const origin = await backend(() => reached.resolve());
  const isClosing = isProblem('INTEGRATION_FAILURE', /closing/);
  const failing = [1, 2].map(() => assert.rejects(closing.send(get(origin)), isClosing));
  await reached.promise;
  await closing.close();
  await Promise.all(failing);
});

test('a body of many megabytes goes out and comes back', async () => {
  const origin = await backend((request, response) => void request.pipe(response));
  const body = Buffer.alloc(9_000_000, 'abc');
  const reply = await upstream.send(get(origin, { method: 'PUT', body, timeoutMs: 20_000 }));
  assert.ok(reply.body.equals(body));
});

test('localhost is reached when the backend listens on one of its addresses only', async () => {
  const origin = await backend((request, response) => void response.end(request.headers.host));
  const port = new URL(origin).port;
  assert.equal(await bodyOf(`http://localhost:${port}`), `localhost:${port}`);
  assert.equal(await bodyOf(`http://localhost:${port}`, { headers: ['host', 'own.example'] }), 'own.example');
});

test('headers that frame the message are the sender’s own', async () => {
  const origin = await backend((request, response) => void response.end(request.rawHeaders.join('|')));
  const headers = ['Content-Length', '99', 'Transfer-Encoding', 'chunked', 'Connection', 'close', 'X-Kept', 'y'];
  const seen = await bodyOf(origin, { method: 'POST', headers });
  assert.equal(seen, `Host|${origin.slice(7)}|X-Kept|y|Content-Length|0|Connection|keep-alive`);
});

test('[INT-19] the connection goes to the target, while Host and the name verified over TLS are the origin’s', async () => {
  const { key, cert } = await localCertificate({ clock: systemClock })();
  const names: unknown[] = [];
  const secure = createTlsServer({ key, cert }, (request, response) => void response.end(request.headers.host));
  secure.on('secureConnection', (socket) => names.push(socket.servername));
  const port = await listening(secure);
  const connectTo = { host: '127.0.0.1', port, isTls: undefined };
  const more = { connectTo, skipCertificateAuthority: true };
  assert.equal(await bodyOf('https://orders.localhost.localstack.cloud', more), 'orders.localhost.localstack.cloud');
  assert.deepEqual(names, ['orders.localhost.localstack.cloud']);
  await assert.rejects(
    upstream.send(get('https://orders.example', more)),
    isProblem('INTEGRATION_FAILURE', /orders\.example/),
  );
  const plain = await backend((request, response) => void response.end(`plain ${request.headers.host}`));
  const plainTarget = { host: '127.0.0.1', port: Number(new URL(plain).port), isTls: false };
  assert.equal(await bodyOf('https://orders.example', { connectTo: plainTarget }), 'plain orders.example');
});
