import { strict as assert } from 'node:assert';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createSocketServer, type Server } from 'node:net';
import { after, test } from 'node:test';
import { systemClock } from '../base/clock.ts';
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

test('what is not HTTP is INTEGRATION_FAILURE', async () => {
  const port = await listening(createSocketServer((socket) => void socket.end('SSH-2.0-OpenSSH_9.9\r\n')));
  await assert.rejects(upstream.send(get(`http://127.0.0.1:${port}`)), isProblem('INTEGRATION_FAILURE', /failed: /));
});

test('an answer over the limit is INTEGRATION_FAILURE', async () => {
  const small = createUpstream({ maxAnswerBytes: 1_000 });
  const origin = await backend((_, response) => void response.end('x'.repeat(1_001)));
  try {
    await assert.rejects(small.send(get(origin)), isProblem('INTEGRATION_FAILURE', /larger than/));
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
