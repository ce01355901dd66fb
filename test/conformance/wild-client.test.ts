/** Clients as they come: old, hasty, slow, many at once, gone before the answer. Each is served as the protocol says and harms nobody else. */
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { after, before, test } from 'node:test';
import { type ApiUnderTest, createApi, createFunction, lambdaProxy, mock } from '../support/api-under-test.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { ask, exchangeBytes, type PlainReply, type PlainRequest } from '../support/plain-http.ts';

let gatewright: TestGatewright;
let api: ApiUnderTest;
let base: string;
/** Told by the function behind /telling when it begins and when it has ended. */
const listener = createServer((incoming, outgoing) => {
  heard.push(incoming.url!);
  outgoing.end();
});
const heard: string[] = [];

before(async () => {
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  gatewright = await startTestGatewright();
  const echo = await createFunction(
    gatewright,
    'echo',
    `exports.handler = async (event) => ({
       statusCode: 200,
       body: JSON.stringify({
         method: event.httpMethod,
         n: event.queryStringParameters?.n,
         body: event.body,
         protocol: event.requestContext.protocol,
         path: event.path,
       }),
     });`,
  );
  const telling = await createFunction(
    gatewright,
    'telling',
    `exports.handler = async () => {
       await fetch('http://127.0.0.1:${port}/begun');
       await new Promise((done) => setTimeout(done, 150));
       await fetch('http://127.0.0.1:${port}/ended');
       return { statusCode: 200, body: String(process.pid) };
     };`,
  );
  const large = await createFunction(
    gatewright,
    'large',
    `exports.handler = async () => ({ statusCode: 200, body: 'x'.repeat(5_000_000) });`,
  );
  api = await createApi(gatewright, {
    'ANY /echo': lambdaProxy(echo),
    'GET /get-only': mock('got'),
    'PUT /put-only': lambdaProxy(echo),
    'GET /telling': lambdaProxy(telling),
    'GET /large': lambdaProxy(large),
  });
  await api.deploy('s');
  base = `/_aws/execute-api/${api.id}/s`;
});

after(async () => {
  await gatewright.close();
  listener.close();
  listener.closeAllConnections();
});

const call = (path: string, more: Partial<PlainRequest> = {}): Promise<PlainReply> =>
  ask({ port: gatewright.port, path: `${base}${path}`, ...more });

async function becomesTrue(question: () => boolean): Promise<boolean> {
  for (let i = 0; i < 400 && !question(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  return question();
}

test('one connection serves request after request, functions, mocks and refusals alike', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ports = new Set<number>();
  const statuses: number[] = [];
  for (const path of ['/echo', '/get-only', '/nowhere', '/echo', '/get-only']) {
    const outgoing = request({ host: '127.0.0.1', port: gatewright.port, path: `${base}${path}`, agent }).end();
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    ports.add(incoming.socket.localPort!);
    statuses.push(incoming.statusCode!);
    incoming.resume();
    await once(incoming, 'end');
  }
  agent.destroy();
  assert.deepEqual(statuses, [200, 200, 403, 200, 200]);
  assert.equal(ports.size, 1);
});

test('a connection is closed when the client asks for it', async () => {
  const answer = await exchangeBytes(
    gatewright.port,
    `GET ${base}/get-only HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
  );
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(answer, /\r\nConnection: close\r\n/);
  assert.ok(answer.endsWith('\r\n\r\ngot'));
});

test('an HTTP/1.0 client needs no Host, gets a length, and the connection closes; kept alive when it asks for that', async () => {
  const { port } = gatewright;
  const once10 = await exchangeBytes(port, `GET ${base}/echo HTTP/1.0\r\n\r\n`);
  assert.match(once10, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(once10, /\r\nContent-Length: \d+\r\n/);
  assert.doesNotMatch(once10, /transfer-encoding/i);
  assert.match(once10, /"protocol":"HTTP\/1\.0"/);
  const kept = `GET ${base}/get-only HTTP/1.0\r\nConnection: keep-alive\r\n\r\n`;
  const twice = await exchangeBytes(port, `${kept}${kept}`, /got[\s\S]*got/);
  assert.equal(twice.match(/HTTP\/1\.1 200 OK/g)?.length, 2);
});

test('Expect: 100-continue gets its go-ahead before the body is sent', async () => {
  const outgoing = request({
    host: '127.0.0.1',
    port: gatewright.port,
    path: `${base}/echo`,
    method: 'POST',
    agent: false as const,
    headers: { Expect: '100-continue', 'Content-Length': 4, 'Content-Type': 'text/plain' },
  });
  outgoing.flushHeaders();
  await once(outgoing, 'continue');
  outgoing.end('body');
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of incoming.setEncoding('utf8')) text += chunk;
  assert.equal((JSON.parse(text) as { body: string }).body, 'body');
});

test('a body in chunks, with extensions and trailers, is one body', async () => {
  const head = `POST ${base}/echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n`;
  const answer = await exchangeBytes(
    gatewright.port,
    `${head}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n3;ext=1\r\none\r\n4\r\n,two\r\n0\r\nX-Trailer: x\r\n\r\n`,
  );
  assert.match(answer, /"body":"one,two"/);
});

test('[RT-11] HEAD needs HEAD or ANY: the function’s answer without its body, else 403', async () => {
  const any = await call('/echo', { method: 'HEAD' });
  assert.equal(any.status, 200);
  assert.equal(any.text, '');
  assert.ok(Number(any.all('content-length')[0]) > 50, 'the length of what GET would have got');
  const refused = await call('/get-only', { method: 'HEAD' });
  assert.equal(`${refused.status} ${refused.text}`, '403 ');
});

test('OPTIONS is a verb like any other: 403 without a method for it', async () => {
  const refused = await call('/get-only', { method: 'OPTIONS', headers: ['Origin', 'https://a.example'] });
  assert.equal(`${refused.status} ${refused.text}`, '403 {"message":"Missing Authentication Token"}');
  assert.equal(((await call('/echo', { method: 'OPTIONS' })).json as { method: string }).method, 'OPTIONS');
});

test('[EP-15] X-HTTP-Method-Override chooses the method', async () => {
  const headers = ['X-HTTP-Method-Override', 'PUT'];
  const reply = await call('/put-only', { method: 'POST', body: 'x', headers });
  assert.equal(reply.status, 200);
  assert.equal((reply.json as { method: string }).method, 'PUT');
  assert.equal((await call('/put-only', { method: 'POST', body: 'x' })).status, 403);
});

test('a hundred requests at once each get their own answer', async () => {
  const numbers = Array.from({ length: 100 }, (_, n) => n);
  const answers = await Promise.all(
    numbers.map(async (n) => {
      const reply = await fetch(api.url('s', `/echo?n=${n}`), { method: 'POST', body: `body ${n}` });
      return [reply.status, (await reply.json()) as { n: string; body: string }] as const;
    }),
  );
  for (const [n, [status, { n: echoed, body }]] of answers.entries()) {
    assert.deepEqual([status, echoed, body], [200, String(n), `body ${n}`]);
  }
});

test('requests sent without waiting are answered in their order', async () => {
  const numbers = Array.from({ length: 20 }, (_, n) => n);
  const bytes = numbers.map((n) => `GET ${base}/echo?n=${n} HTTP/1.1\r\nHost: localhost\r\n\r\n`).join('');
  const answer = await exchangeBytes(gatewright.port, bytes, /"n":"19"[^}]*\}/);
  assert.deepEqual(
    [...answer.matchAll(/"n":"(\d+)"/g)].map(([, n]) => Number(n)),
    numbers,
  );
});

test('a slow reader gets its 5 MB whole while others are served', async () => {
  const socket = connect(gatewright.port, '127.0.0.1');
  socket.write(`GET ${base}/large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  await once(socket, 'readable');
  let received = 0;
  let others = 0;
  const ended = once(socket, 'end').then(() => 'ended');
  socket.on('readable', () => {});
  for (;;) {
    const chunk: Buffer | null = socket.read(Math.min(400_000, socket.readableLength || 1));
    if (chunk !== null) received += chunk.length;
    if ((await call('/get-only')).status === 200) others++;
    if ((await Promise.race([ended, Promise.resolve('')])) === 'ended') break;
    // What is buffered in this process is little beside 5 MB: the gateway has to wait for us.
  }
  socket.destroy();
  assert.ok(received > 5_000_000 && received < 5_001_000, `${received} bytes`);
  assert.ok(others > 5);
});

const openSockets = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;

test('a client that leaves while its function runs: the function finishes, its environment serves the next, nothing stays open', async () => {
  const pid = (await call('/telling')).text;
  const complaintsBefore = [...gatewright.complaints];
  heard.length = 0;
  const before = openSockets();
  const socket = connect(gatewright.port, '127.0.0.1');
  socket.write(`GET ${base}/telling HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  assert.ok(await becomesTrue(() => heard.includes('/begun')));
  socket.resetAndDestroy();
  assert.ok(await becomesTrue(() => heard.includes('/ended')), 'the function is not ended with its client');
  assert.ok(await becomesTrue(() => openSockets() <= before), `${openSockets()} sockets, ${before} before`);
  assert.equal((await call('/telling')).text, pid);
  assert.deepEqual(gatewright.complaints, complaintsBefore);
});

test('many clients that leave in the middle of a request or an answer leave nothing behind', async () => {
  const before = openSockets();
  for (let i = 0; i < 50; i++) {
    const half = connect(gatewright.port, '127.0.0.1');
    half.on('error', () => {});
    half.write(`POST ${base}/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf`);
    const unread = connect(gatewright.port, '127.0.0.1');
    unread.on('error', () => {});
    unread.write(`GET ${base}/echo?n=${i} HTTP/1.1\r\nHost: localhost\r\n\r\n`, () => unread.resetAndDestroy());
    half.write('more', () => half.resetAndDestroy());
  }
  assert.ok(await becomesTrue(() => openSockets() <= before), `${openSockets()} sockets, ${before} before`);
  assert.equal((await call('/echo')).status, 200);
});

test('the gateway closes at once although a client keeps its connection open', async () => {
  const other = await startTestGatewright({ drainMs: 60_000 });
  const idle = connect(other.port, '127.0.0.1');
  await once(idle, 'connect');
  idle.write('GET /_/health HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(idle, 'data');
  const startedMs = performance.now();
  await other.close();
  assert.ok(performance.now() - startedMs < 30_000);
  idle.destroy();
});
