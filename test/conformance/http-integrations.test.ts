/** HTTP and HTTP_PROXY integrations on the whole product: what a real backend gets, what of its answer reaches the client, and backends that misbehave. */
import { strict as assert } from 'node:assert';
import type { ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { systemClock } from '../../src/base/clock.ts';
import { localCertificate } from '../../src/gateway/certificate.ts';
import { type ApiUnderTest, createApi, type MethodUnderTest } from '../support/api-under-test.ts';
import { type Backend, type Echo, echoOf, httpBackend, socketBackend } from '../support/backends.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { ask, type PlainReply, type PlainRequest } from '../support/plain-http.ts';

const integrationFailure = '{"message": "Network error communicating with endpoint"}';
const configurationError = '{"message": "Internal server error"}';

let gatewright: TestGatewright;
let api: ApiUnderTest;
let backend: Backend;
const others: { close(): Promise<void> | void }[] = [];

/** What the backend answers below /say, by the last segment. */
const answers: Record<string, (response: ServerResponse) => void> = {
  headers(response) {
    response.sendDate = false;
    response.writeHead(203, [
      ...['x-Own-Case', 'kept', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Content-Type', 'text/csv; charset=utf-8'],
      ...['Date', 'then', 'Server', 'backend/1', 'Via', '1.1 proxy', 'WWW-Authenticate', 'Basic', 'requestid', 'mine'],
      ...['Content-Length', '3', 'Location', '/elsewhere', 'ETag', '"tag"', 'x-amzn-RequestId', 'theirs'],
    ]);
    response.end('a,b');
  },
  chunked(response) {
    response.write('one,');
    setImmediate(() => {
      response.write('two,');
      setImmediate(() => response.end('three'));
    });
  },
  'no-content': (response) => response.writeHead(204, { 'X-A': 'b' }).end(),
  'not-modified': (response) => response.writeHead(304, { ETag: '"tag"' }).end(),
  redirect: (response) => response.writeHead(302, { Location: '/say/text' }).end('moved'),
  text: (response) => response.end('text'),
  error: (response) => response.writeHead(503, { 'Retry-After': '7' }).end('{"busy":true}'),
  missing: (response) => response.writeHead(404).end('no such thing'),
  bytes: (response) => response.writeHead(200, { 'Content-Type': 'image/png' }).end(Buffer.from([137, 80, 255, 0])),
  gzip: (response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('unpacked')),
  broken: (response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('not gzip'),
  json: (response) =>
    response
      .writeHead(200, ['Content-Type', 'application/json', 'X-Many', 'one', 'X-Many', 'two'])
      .end('{"pets":[{"name":"Rex","tags":["a"]}],"n":7}'),
  large: (response) => response.end(Buffer.alloc(10 * 1024 * 1024, 'x')),
  'too-large': (response) => response.end(Buffer.alloc(11_000_000, 'x')),
  'too-large-chunked'(response) {
    response.write(Buffer.alloc(6_000_000, 'x'));
    response.end(Buffer.alloc(5_000_000, 'x'));
  },
  hang: () => {},
};

const proxied = (uri: string, more: Partial<MethodUnderTest> = {}): MethodUnderTest => ({
  type: 'HTTP_PROXY',
  verb: 'ANY',
  uri,
  ...more,
});

before(async () => {
  gatewright = await startTestGatewright();
  backend = await httpBackend(async (request, response) => {
    const said = /^\/say\/([\w-]+)/.exec(request.url!)?.[1];
    const echo = await echoOf(request);
    if (said === undefined) response.setHeader('Content-Type', 'application/json').end(JSON.stringify(echo));
    else answers[said]!(response);
  });
  const { origin } = backend;
  const all = { requestParameters: { 'integration.request.path.proxy': 'method.request.path.proxy' } };
  api = await createApi(
    gatewright,
    {
      'ANY /proxy/{proxy+}': proxied(`${origin}/{proxy}`, all),
      'ANY /say/{proxy+}': proxied(`${origin}/say/{proxy}`, all),
      'GET /hasty/{proxy+}': proxied(`${origin}/say/{proxy}`, { ...all, timeoutInMillis: 50 }),
      'POST /as-get': proxied(`${origin}/as-get`, { verb: 'GET' }),
      'GET /items/{id}/parts/{part}': proxied(`${origin}/api/{part}/of/{id}?fixed=1&at={id}`, {
        requestParameters: {
          'integration.request.path.id': 'method.request.path.id',
          'integration.request.path.part': 'method.request.path.part',
          'integration.request.querystring.renamed': 'method.request.querystring.q',
          'integration.request.querystring.literal': "'a%20b'",
          'integration.request.header.X-Stage': 'context.stage',
          'integration.request.header.X-Query': 'method.request.querystring.q',
          'integration.request.header.X-All': 'method.request.multivalueheader.X-Many',
          'integration.request.header.Accept': "'text/mapped'",
        },
      }),
      'GET /unmapped': proxied(`${origin}/{nobody}`),
      'ANY /custom/{id}': {
        type: 'HTTP',
        verb: 'POST',
        uri: `${origin}/custom/{id}`,
        requestParameters: {
          'integration.request.path.id': 'method.request.path.id',
          'integration.request.header.X-From-Body': 'method.request.body.user.name',
          'integration.request.querystring.q': 'method.request.querystring.q',
        },
        requestTemplates: { 'application/xml': '<fixed/>' },
        responses: [{ statusCode: '200' }],
      },
      'GET /mapped/{what}': {
        type: 'HTTP',
        verb: 'GET',
        uri: `${origin}/say/{what}`,
        requestParameters: { 'integration.request.path.what': 'method.request.path.what' },
        responses: [
          {
            statusCode: '200',
            responseParameters: {
              'method.response.header.X-Name': 'integration.response.body.pets[0].name',
              'method.response.header.X-Tags': 'integration.response.body.pets[0].tags',
              'method.response.header.X-Many': 'integration.response.header.X-Many',
              'method.response.header.X-Each': 'integration.response.multivalueheader.X-Many',
              'method.response.header.X-Stage': 'stageVariables.env',
              'method.response.header.X-Fixed': "'fixed'",
              'method.response.header.X-Id': 'context.requestId',
              'method.response.header.Server': "'mapped'",
              'method.response.header.Content-Type': "'application/vnd.pets+json'",
            },
          },
          { statusCode: '404', selectionPattern: '404', responseTemplates: { 'application/json': '{"gone":true}' } },
          { statusCode: '502', selectionPattern: '5\\d{2}' },
        ],
      },
      'GET /strict/{what}': {
        type: 'HTTP',
        verb: 'GET',
        uri: `${origin}/say/{what}`,
        requestParameters: { 'integration.request.path.what': 'method.request.path.what' },
        responses: [{ statusCode: '200', selectionPattern: '2\\d{2}' }],
      },
      'GET /staged': proxied('http://${stageVariables.host}/${stageVariables.dir}/x?env=${stageVariables.env}'),
    },
    { binaryMediaTypes: ['image/png'] },
  );
  await api.deploy('s', { variables: { host: `127.0.0.1:${backend.port}`, dir: 'a/b', env: 'dev' } });
});

after(async () => {
  await gatewright.close();
  await backend.close();
  for (const other of others) await other.close();
});

const call = (path: string, more: Partial<PlainRequest> = {}): Promise<PlainReply> =>
  ask({ port: gatewright.port, path: `/_aws/execute-api/${api.id}/s${path}`, ...more });

async function echoed(path: string, more: Partial<PlainRequest> = {}): Promise<Echo> {
  const reply = await call(path, more);
  assert.equal(reply.status, 200, reply.text);
  return reply.json as Echo;
}

async function assertAnswer(reply: Promise<PlainReply>, status: number, text: string): Promise<PlainReply> {
  const got = await reply;
  assert.equal(`${got.status} ${got.text.slice(0, 200)}`, `${status} ${text}`);
  return got;
}

test('[INT-04, INT-05] ANY hands on the client’s verb, greedy path, whole query and body', async () => {
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    const hasBody = method !== 'GET' && method !== 'OPTIONS';
    const echo = await echoed('/proxy/a%20b/c%2Fd/e?x=1&x=2&empty=&flag&enc=%2B+%C3%BC', {
      method,
      ...(hasBody && { body: `of ${method}` }),
    });
    assert.equal(echo.method, method);
    assert.match(echo.url, /^\/a%20b\/c(%2F|\/)d\/e\?/);
    assert.equal(echo.url.slice(echo.url.indexOf('?')), '?x=1&x=2&empty=&flag&enc=%2B+%C3%BC');
    assert.equal(echo.body, hasBody ? `of ${method}` : '');
  }
});

test('the integration’s own verb is used, not the client’s', async () => {
  const echo = await echoed('/as-get', { method: 'POST', body: 'x' });
  assert.equal(echo.method, 'GET');
});

test('[HDR-01, HDR-02, HDR-06, INT-31] client headers go on in their case and number, but for those that end at the gateway', async () => {
  const echo = await echoed('/proxy/x', {
    method: 'POST',
    body: '{}',
    headers: [
      ...['x-Mixed-cAse', 'one', 'x-Mixed-cAse', 'two', 'Authorization', 'Bearer x', 'Cookie', 'a=1', 'Referer', 'r'],
      ...['Via', '1.1 me', 'TE', 'trailers', 'Max-Forwards', '3', 'Content-MD5', 'abc', 'X-Forwarded-For', '10.1.2.3'],
      ...[
        'Content-Type',
        'application/json',
        'Accept-Encoding',
        'gzip',
        'X-Amzn-Trace-Id',
        'Root=1-5759e988-bd862e3fe1be46a994272793',
      ],
    ],
  });
  const values = (name: string): string[] =>
    echo.rawHeaders.filter((_, i) => i % 2 === 1 && echo.rawHeaders[i - 1] === name);
  assert.deepEqual(values('x-Mixed-cAse'), ['one', 'two']);
  assert.deepEqual(values('Authorization'), ['Bearer x']);
  assert.deepEqual(values('Cookie'), ['a=1']);
  assert.deepEqual(values('Referer'), ['r']);
  assert.deepEqual(values('Content-Type'), ['application/json']);
  assert.equal(echo.headers['host'], `127.0.0.1:${backend.port}`);
  assert.equal(echo.headers['accept'], 'application/json');
  assert.equal(echo.headers['user-agent'], `AmazonAPIGateway_${api.id}`);
  assert.equal(echo.headers['x-amzn-apigateway-api-id'], api.id);
  assert.equal(echo.headers['x-forwarded-for'], '10.1.2.3, 127.0.0.1');
  assert.equal(echo.headers['x-forwarded-port'], String(gatewright.port));
  assert.equal(echo.headers['x-forwarded-proto'], 'http');
  assert.match(echo.headers['x-amzn-trace-id']!, /^Root=1-5759e988-bd862e3fe1be46a994272793/);
  for (const gone of ['via', 'te', 'max-forwards', 'content-md5']) assert.equal(echo.headers[gone], undefined, gone);
});

test('[INT-05, MAP-01, MAP-05, RT-09] mapped path, query and headers beside the client’s own', async () => {
  const echo = await echoed('/items/a%2Fb%20c/parts/..?q=x%20y&q=z&keep=1&literal=mine', {
    headers: ['X-Many', 'one', 'X-Many', 'two', 'Accept', 'text/html'],
  });
  const [path, query] = echo.url.split('?') as [string, string];
  assert.equal(path, '/api/%2E%2E/of/a%2Fb%20c');
  const parameters = query.split('&').sort();
  assert.deepEqual(parameters, [
    'at=a%2Fb%20c',
    'fixed=1',
    'keep=1',
    'literal=a%20b',
    'q=x%20y',
    'q=z',
    'renamed=x%20y%2Cz',
  ]);
  assert.equal(echo.headers['x-stage'], 's');
  assert.equal(echo.headers['x-query'], 'x y,z');
  assert.equal(echo.headers['x-all'], 'one, two');
  assert.equal(echo.headers['accept'], 'text/mapped');
});

test('[MAP-06] a path variable nobody maps is 500, and the log names it', async () => {
  await assertAnswer(call('/unmapped'), 500, configurationError);
  assert.ok(gatewright.complaints.some((line) => line.includes('nobody')));
});

test('[SV-03] stage variables stand for host, path and query value, and act at once', async () => {
  assert.equal((await echoed('/staged')).url, '/a/b/x?env=dev');
  const set = (name: string, value: string): Promise<unknown> =>
    gatewright.apigateway.send(
      new UpdateStageCommand({
        restApiId: api.id,
        stageName: 's',
        patchOperations: [{ op: 'replace', path: `/variables/${name}`, value }],
      }),
    );
  await set('dir', 'v2');
  assert.equal((await echoed('/staged')).url, '/v2/x?env=dev');
  await set('dir', 'a/b');
});

test('[INT-03, INT-31] HTTP sends its own headers and what is mapped, nothing else of the client’s', async () => {
  const echo = await echoed('/custom/7?q=1&r=2', {
    method: 'PUT',
    body: '{"user":{"name":"Ann"}}',
    headers: ['X-Client', 'yes', 'Cookie', 'a=1', 'User-Agent', 'probe/1.0', 'Content-Type', 'application/json'],
  });
  assert.equal(echo.method, 'POST');
  assert.equal(echo.url, '/custom/7?q=1');
  assert.equal(echo.body, '{"user":{"name":"Ann"}}');
  const trace = echo.headers['x-amzn-trace-id'];
  assert.match(trace!, /^Root=1-/);
  assert.deepEqual(echo.headers, {
    'content-type': 'application/json',
    accept: 'application/json',
    'user-agent': `AmazonAPIGateway_${api.id}`,
    'x-from-body': 'Ann',
    'x-amzn-apigateway-api-id': api.id,
    'x-amzn-trace-id': trace,
    host: `127.0.0.1:${backend.port}`,
    'content-length': '23',
    connection: 'keep-alive',
  });
});

test('a template for the sent type makes the body, parameters of the type aside; without one the body passes', async () => {
  const sent = (type: string): Promise<Echo> =>
    echoed('/custom/7', { method: 'POST', body: '<mine/>', headers: ['Content-Type', type] });
  assert.equal((await sent('application/xml; charset=utf-8')).body, '<fixed/>');
  assert.equal((await sent('text/xml')).body, '<mine/>');
});

test('[HDR-03, HDR-04] the proxied answer: own headers in their case, some renamed, some dropped', async () => {
  const reply = await assertAnswer(call('/say/headers'), 203, 'a,b');
  const names = reply.rawHeaders.filter((_, i) => i % 2 === 0);
  assert.ok(names.includes('x-Own-Case'));
  assert.deepEqual(reply.all('set-cookie'), ['a=1', 'b=2']);
  assert.deepEqual(reply.all('content-type'), ['text/csv; charset=utf-8']);
  assert.deepEqual(reply.all('x-amzn-remapped-date'), ['then']);
  assert.deepEqual(reply.all('x-amzn-remapped-server'), ['backend/1']);
  assert.deepEqual(reply.all('x-amzn-remapped-content-length'), ['3']);
  assert.deepEqual(reply.all('x-amzn-remapped-requestid'), ['mine']);
  assert.equal(reply.all('x-amzn-remapped-connection').length, 1);
  assert.deepEqual(reply.all('www-authenticate'), ['Basic']);
  assert.deepEqual(reply.all('location'), ['/elsewhere']);
  assert.deepEqual(reply.all('etag'), ['"tag"']);
  assert.deepEqual(reply.all('via'), []);
  assert.equal(reply.all('x-amzn-requestid').length, 1);
  assert.notEqual(reply.all('x-amzn-requestid')[0], 'theirs');
  assert.equal(reply.all('date').length, 1);
  assert.deepEqual(reply.all('content-length'), ['3']);
});

test('chunked answers, errors and redirects come back as they are; nothing is followed', async () => {
  const chunked = await assertAnswer(call('/say/chunked'), 200, 'one,two,three');
  assert.deepEqual(chunked.all('transfer-encoding'), []);
  const redirect = await assertAnswer(call('/say/redirect'), 302, 'moved');
  assert.deepEqual(redirect.all('location'), ['/say/text']);
  const error = await assertAnswer(call('/say/error'), 503, '{"busy":true}');
  assert.deepEqual(error.all('retry-after'), ['7']);
  assert.deepEqual(error.all('x-amzn-errortype'), []);
  await assertAnswer(call('/say/missing'), 404, 'no such thing');
});

test('204, 304 and HEAD have no body, and the connection serves the next request', async () => {
  const none = await assertAnswer(call('/say/no-content'), 204, '');
  assert.deepEqual(none.all('content-length'), []);
  assert.deepEqual(none.all('x-a'), ['b']);
  const same = await assertAnswer(call('/say/not-modified', { headers: ['If-None-Match', '"tag"'] }), 304, '');
  assert.deepEqual(same.all('etag'), ['"tag"']);
  const head = await assertAnswer(call('/say/headers', { method: 'HEAD' }), 203, '');
  assert.deepEqual(head.all('x-amzn-remapped-content-length'), ['3']);
  await assertAnswer(call('/say/text'), 200, 'text');
});

test('[HDR-04] a compressed answer is unpacked; one that only says so is 504', async () => {
  const gzip = await assertAnswer(call('/say/gzip', { headers: ['Accept-Encoding', 'gzip'] }), 200, 'unpacked');
  assert.deepEqual(gzip.all('content-encoding'), []);
  await assertAnswer(call('/say/broken'), 504, integrationFailure);
});

test('[BIN-05] bytes pass whole for a binary media type, in both directions; otherwise as text, an answer’s bytes as base64', async () => {
  const bytes = Buffer.from([137, 80, 255, 0]);
  assert.deepEqual((await call('/say/bytes', { headers: ['Accept', 'image/png'] })).body, bytes);
  assert.equal((await call('/say/bytes')).text, bytes.toString('base64'));
  const sent = (type: string): Promise<Echo> =>
    echoed('/proxy/x', { method: 'POST', body: bytes, headers: ['Content-Type', type] });
  assert.equal((await sent('image/png')).body, bytes.toString('latin1'));
  assert.equal((await sent('image/gif')).body, Buffer.from('\uFFFDP\uFFFD\0').toString('latin1'));
});

test('[MAP-04] response mappings read body, headers, context and stage variables', async () => {
  const reply = await call('/mapped/json');
  assert.equal(reply.status, 200);
  assert.deepEqual(reply.json, { pets: [{ name: 'Rex', tags: ['a'] }], n: 7 });
  assert.deepEqual(reply.all('x-name'), ['Rex']);
  assert.deepEqual(reply.all('x-tags'), ['["a"]']);
  assert.deepEqual(reply.all('x-many'), ['one,two']);
  assert.deepEqual(reply.all('x-each'), ['one', 'two']);
  assert.deepEqual(reply.all('x-stage'), ['dev']);
  assert.deepEqual(reply.all('x-fixed'), ['fixed']);
  assert.deepEqual(reply.all('x-id'), reply.all('x-amzn-requestid'));
  assert.deepEqual(reply.all('x-amzn-remapped-server'), ['mapped']);
  assert.deepEqual(reply.all('content-type'), ['application/vnd.pets+json']);
});

test('[INT-25] the backend’s status picks the response, the default one when none matches; without a default it is 500', async () => {
  await assertAnswer(call('/mapped/missing'), 404, '{"gone":true}');
  await assertAnswer(call('/mapped/error'), 502, '{"busy":true}');
  await assertAnswer(call('/mapped/redirect'), 200, 'moved');
  await assertAnswer(call('/strict/text'), 200, 'text');
  await assertAnswer(call('/strict/error'), 500, configurationError);
});

test('[LIM-03] an answer of 10 MB passes, a larger one is 500, however it is framed', async () => {
  const large = await call('/say/large');
  assert.equal(large.status, 200);
  assert.equal(large.body.length, 10 * 1024 * 1024);
  await assertAnswer(call('/say/too-large'), 500, configurationError);
  await assertAnswer(call('/say/too-large-chunked'), 500, configurationError);
  await assertAnswer(call('/say/text'), 200, 'text');
});

test('[LIM-03] a body of 10 MB goes on whole; a backend that answers without reading it is heard', async () => {
  const body = Buffer.alloc(10 * 1024 * 1024, 'x');
  const counting = await httpBackend(async (request, response) => {
    response.end(String((await echoOf(request)).body.length));
  });
  const refusing = await onSockets((socket) => {
    socket.pause();
    socket.end('HTTP/1.1 413 Too Large\r\nContent-Length: 6\r\nConnection: close\r\n\r\nno way');
    setTimeout(() => socket.resetAndDestroy(), 20);
  });
  others.push(counting);
  const upload = { method: 'POST', body, headers: ['Content-Type', 'text/plain'] };
  await assertAnswer((await apiOn(counting.origin))(upload), 200, String(body.length));
  await assertAnswer((await apiOn(refusing.origin))(upload), 413, 'no way');
  await assertAnswer((await apiOn(counting.origin))({ ...upload, body: Buffer.alloc(1) }), 200, '1');
});

test('[INT-14] a backend that hangs is 504 after timeoutInMillis; the next request is served', async () => {
  const reply = await assertAnswer(call('/hasty/hang'), 504, '{"message": "Endpoint request timed out"}');
  assert.deepEqual(reply.all('x-amzn-errortype'), ['InternalServerErrorException']);
  await assertAnswer(call('/say/text'), 200, 'text');
});

/** An API with one method, `GET /`, on this address. */
async function apiOn(
  uri: string,
  more: Partial<MethodUnderTest> = {},
): Promise<(request?: Partial<PlainRequest>) => Promise<PlainReply>> {
  const one = await createApi(gatewright, { 'ANY /': proxied(uri, more) });
  await one.deploy('s');
  return (request = {}) => ask({ port: gatewright.port, path: `/_aws/execute-api/${one.id}/s/`, ...request });
}

/** One that answers on its sockets what `answer` does. */
async function onSockets(answer: Parameters<typeof socketBackend>[0]): Promise<Backend> {
  const started = await socketBackend(answer);
  others.push(started);
  return started;
}

test('[INT-16] a closed port and an unknown host are 504', async () => {
  const closed = await httpBackend(() => {});
  await closed.close();
  const reply = await assertAnswer((await apiOn(closed.origin))(), 504, integrationFailure);
  assert.deepEqual(reply.all('x-amzn-errortype'), ['InternalServerErrorException']);
  assert.ok(
    gatewright.complaints.some((line) => line.includes('ECONNREFUSED')),
    'the log says why',
  );
  await assertAnswer((await apiOn('http://no-such-host.invalid'))(), 504, integrationFailure);
});

const rude: readonly (readonly [name: string, text: string])[] = [
  ['hangs up without a word', ''],
  ['drops the connection in the middle of its answer', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'],
  ['drops the connection in the middle of a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf'],
  ['never sends its last chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
  ['drops the connection in the middle of its head', 'HTTP/1.1 200 OK\r\nContent-Le'],
  ['speaks another protocol', 'SSH-2.0-OpenSSH_9.9\r\n'],
  ['sends bytes that are nothing', '\0\u0001\u0002\u00ff garbage\r\n\r\n'],
  ['sends a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n'],
  ['sends two different lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc'],
  ['sends a chunk size that is none', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n'],
  ['switches protocols unasked', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n'],
];

for (const [name, text] of rude) {
  test(`[INT-18] a backend that ${name} is 504, and is asked once`, async () => {
    let asked = 0;
    const rudeBackend = await onSockets((socket) => {
      asked++;
      socket.end(text, 'latin1');
    });
    await assertAnswer((await apiOn(rudeBackend.origin, { timeoutInMillis: 3_000 }))(), 504, integrationFailure);
    assert.equal(asked, 1);
  });
}

test('answers of older servers: HTTP/1.0 without a length, an interim answer first, a head in pieces', async () => {
  const old = await onSockets((socket) => socket.end('HTTP/1.0 200 OK\r\nX-Old: yes\r\n\r\nto the end'));
  const reply = await assertAnswer((await apiOn(old.origin))(), 200, 'to the end');
  assert.deepEqual(reply.all('x-old'), ['yes']);
  const interim = await onSockets((socket) =>
    socket.write('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
  );
  await assertAnswer((await apiOn(interim.origin))(), 200, 'ok');
  const dripping = await onSockets((socket) => {
    const pieces = [...'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'];
    const drip = (): void => {
      socket.write(pieces.shift()!);
      if (pieces.length > 0) setImmediate(drip);
    };
    drip();
  });
  await assertAnswer((await apiOn(dripping.origin))(), 200, 'ok');
});

test('a backend cannot put a header of its own making into the answer, nor split it', async () => {
  const splitting = await onSockets((socket) =>
    socket.end('HTTP/1.1 200 OK\r\nX-A: one\rX-Forged: two\r\nContent-Length: 2\r\n\r\nok', 'latin1'),
  );
  const reply = await (await apiOn(splitting.origin))();
  assert.deepEqual(reply.all('x-forged'), []);
});

test('a connection to a backend is used again, unless the backend says how short it keeps one', async () => {
  const patient = await httpBackend((_, response) => void response.end('ok'));
  const hasty = await httpBackend((_, response) => void response.end('ok'), 30);
  others.push(patient, hasty);
  const calls: [Backend, number][] = [
    [patient, 1],
    [hasty, 5],
  ];
  for (const [kept, connections] of calls) {
    const callKept = await apiOn(kept.origin);
    for (let i = 0; i < 5; i++) await assertAnswer(callKept(), 200, 'ok');
    assert.equal(kept.connections(), connections);
  }
});

test('a connection the backend closed while it was idle costs no request', async () => {
  const closing = await onSockets((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    setTimeout(() => socket.destroy(), 5);
  });
  const callClosing = await apiOn(closing.origin);
  for (let i = 0; i < 5; i++) {
    await assertAnswer(callClosing(), 200, 'ok');
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  assert.equal(closing.connections(), 5);
});

test('hundreds of requests at once to a backend that is now slow, now chunked, now gone: each gets its own answer or 504', async () => {
  const answerOf = (n: number): string => `${n},`.repeat(1 + ((n * 37) % 500));
  const moody = await onSockets((socket, received) => {
    const n = Number(/^GET \/(\d+)/.exec(received)![1]);
    const body = answerOf(n);
    const whole = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const half = Math.floor(body.length / 2);
    switch (n % 6) {
      case 0:
        socket.write(whole);
        break;
      case 1:
        setTimeout(() => socket.write(whole), n % 20);
        break;
      case 2:
        socket.write(
          `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${half.toString(16)}\r\n${body.slice(0, half)}\r\n`,
        );
        setImmediate(() => socket.write(`${(body.length - half).toString(16)}\r\n${body.slice(half)}\r\n0\r\n\r\n`));
        break;
      case 3:
        // Gone after the answer, without a word.
        socket.end(whole);
        break;
      case 4:
        socket.end(whole.slice(0, -half - 1));
        break;
      default:
        socket.resetAndDestroy();
    }
  });
  const proxy = await createApi(gatewright, {
    'GET /{n}': proxied(`${moody.origin}/{n}`, {
      requestParameters: { 'integration.request.path.n': 'method.request.path.n' },
    }),
  });
  await proxy.deploy('s');
  let next = 0;
  const wrong: string[] = [];
  const askSome = async (): Promise<void> => {
    while (next < 600) {
      const n = next++;
      const reply = await fetch(proxy.url('s', `/${n}`));
      const text = await reply.text();
      const expected = n % 6 < 4 ? `200 ${answerOf(n)}` : `504 ${integrationFailure}`;
      if (`${reply.status} ${text}` !== expected) wrong.push(`${n}: ${reply.status} ${text.slice(0, 80)}`);
    }
  };
  await Promise.all(Array.from({ length: 40 }, askSome));
  assert.deepEqual(wrong, []);
});

test('[EP-04] a REGIONAL API hands header names on as they were written, and adds its client to those a network before it has seen', async () => {
  const regional = await createApi(
    gatewright,
    { 'GET /': { type: 'HTTP_PROXY', verb: 'GET', uri: `${backend.origin}/echo` } },
    { endpointConfiguration: { types: ['REGIONAL'] } },
  );
  await regional.deploy('s');
  const headers = ['x-oDD-cAse', '1', 'X-Forwarded-For', '203.0.113.7'];
  const reply = await ask({ port: gatewright.port, path: new URL(regional.url('s', '/')).pathname, headers });
  const { rawHeaders } = reply.json as Echo;
  assert.ok(rawHeaders.includes('x-oDD-cAse'), rawHeaders.join());
  assert.equal(rawHeaders[rawHeaders.indexOf('X-Forwarded-For') + 1], '203.0.113.7, 127.0.0.1');
});

test('[INT-21] a self-signed backend is 504, with insecureSkipVerification it answers, but not under another name', async () => {
  const { key, cert } = await localCertificate({ clock: systemClock })();
  const secure = createTlsServer(
    { key, cert },
    (request, response) => void response.end(`tls ${request.headers.host}`),
  );
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
  others.push({ close: () => void secure.close().closeAllConnections() });
  const { port } = secure.address() as AddressInfo;
  const skipping = { tlsConfig: { insecureSkipVerification: true } };
  await assertAnswer((await apiOn(`https://localhost:${port}/`))(), 504, integrationFailure);
  await assertAnswer((await apiOn(`https://localhost:${port}/`, skipping))(), 200, `tls localhost:${port}`);
  await assertAnswer((await apiOn(`https://127.0.0.2:${port}/`, skipping))(), 504, integrationFailure);
});
