/** Answers handed on as they come: HTTP and Lambda proxies with responseTransferMode STREAM, through the whole product. */
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import {
  TestInvokeMethodCommand,
  UpdateAccountCommand,
  UpdateIntegrationCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { InvokeWithResponseStreamCommand } from '@aws-sdk/client-lambda';
import {
  type ApiUnderTest,
  createApi,
  createFunction,
  lambdaProxy,
  type MethodUnderTest,
} from '../support/api-under-test.ts';
import { type Backend, httpBackend, socketBackend } from '../support/backends.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';

/** An HTTP_PROXY integration that streams. */
const streamed = (uri: string, more: Partial<MethodUnderTest> = {}): MethodUnderTest => ({
  type: 'HTTP_PROXY',
  verb: 'ANY',
  uri,
  responseTransferMode: 'STREAM',
  ...more,
});

/** An AWS_PROXY integration that streams. */
const streamedLambda = (functionArn: string): MethodUnderTest =>
  lambdaProxy(functionArn, {
    responseTransferMode: 'STREAM',
    uri: `arn:aws:apigateway:us-east-1:lambda:path/2021-11-15/functions/${functionArn}/response-streaming-invocations`,
  });

/** The head of an answer, its body unread. */
async function begin(url: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const sent = request(url, { headers });
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.on('error', () => {});
  return answer;
}

async function nextPiece(answer: IncomingMessage): Promise<string> {
  const [piece] = (await once(answer, 'data')) as [Buffer];
  answer.pause();
  return piece.toString();
}

async function whole(answer: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

describe('response streaming', () => {
  let gatewright: TestGatewright;
  const backends: Backend[] = [];
  before(async () => {
    gatewright = await startTestGatewright();
  });
  after(async () => {
    for (const backend of backends) await backend.close();
    await gatewright.close();
  });

  async function backendOf(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
    const backend = await httpBackend(answer);
    backends.push(backend);
    return backend.origin;
  }

  /** An address where nobody listens. */
  async function nowhere(): Promise<string> {
    const backend = await httpBackend(() => {});
    await backend.close();
    return backend.origin;
  }

  async function deployed(methods: Record<string, MethodUnderTest>): Promise<ApiUnderTest> {
    const api = await createApi(gatewright, methods, { endpointConfiguration: { types: ['REGIONAL'] } });
    await api.deploy('dev');
    return api;
  }

  test('[NEW-01] a client reads events while the backend is still at work, and the connection serves on afterwards', async () => {
    const goOn = Promise.withResolvers<void>();
    const origin = await backendOf(async (_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Content-Encoding': 'identity', 'X-Own': 'yes' });
      response.write('data: one\n\n');
      await goOn.promise;
      response.end('data: two\n\n');
    });
    const api = await deployed({ 'GET /events': streamed(origin) });
    const answer = await begin(api.url('dev', '/events'));
    assert.deepEqual(
      [answer.statusCode, answer.headers['content-type'], answer.headers['transfer-encoding'], answer.headers['x-own']],
      [200, 'text/event-stream', 'chunked', 'yes'],
    );
    assert.match(String(answer.headers['x-amzn-requestid']), /^[0-9a-f-]{36}$/);
    assert.equal(await nextPiece(answer), 'data: one\n\n');
    goOn.resolve();
    assert.equal(String(await whole(answer)), 'data: two\n\n');
    assert.equal(await (await fetch(api.url('dev', '/events'))).text(), 'data: one\n\ndata: two\n\n');
  });

  test('[NEW-01] a body may be larger than 10 MB, keeps its length where it has one, and arrives whole', async () => {
    const body = Buffer.alloc(10.5 * 1024 * 1024, 'abcdefghij');
    const origin = await backendOf((request, response) => {
      if (request.url === '/sized') response.setHeader('Content-Length', body.length);
      response.writeHead(200, { 'Content-Type': 'application/octet-stream' });
      if (request.url === '/sized') response.end(body);
      else for (let at = 0; at <= body.length; at += 1_000_000) response.write(body.subarray(at, at + 1_000_000));
      response.end();
    });
    const api = await deployed({
      'GET /sized': streamed(`${origin}/sized`),
      'GET /chunks': streamed(`${origin}/chunks`),
    });
    const sized = await begin(api.url('dev', '/sized'));
    assert.equal(sized.headers['content-length'], String(body.length));
    assert.ok(body.equals(await whole(sized)));
    assert.ok(body.equals(await whole(await begin(api.url('dev', '/chunks')))));
  });

  test('[NEW-01] a client that hangs up ends the call of the backend', async () => {
    const left = Promise.withResolvers<void>();
    const origin = await backendOf((request, response) => {
      request.socket.on('close', () => left.resolve());
      response.write('first');
    });
    const api = await deployed({ 'GET /': streamed(origin) });
    const answer = await begin(api.url('dev', '/'));
    assert.equal(await nextPiece(answer), 'first');
    answer.destroy();
    await left.promise;
  });

  test('[NEW-01] a client that does not read keeps the backend from writing', async () => {
    const total = 100 * 1024 * 1024;
    let written = 0;
    const origin = await backendOf((request, response) => {
      if (request.url === '/other') {
        response.end('other');
        return;
      }
      const writeOn = (): void => {
        while (written < total) {
          written += 65_536;
          if (!response.write(Buffer.alloc(65_536))) break;
        }
      };
      response.on('drain', writeOn);
      writeOn();
    });
    const api = await deployed({ 'GET /all': streamed(origin), 'GET /other': streamed(`${origin}/other`) });
    const answer = await begin(api.url('dev', '/all'));
    answer.pause();
    // Whoever else is served meanwhile is the clock.
    for (let i = 0; i < 200; i++) await (await fetch(api.url('dev', '/other'))).text();
    assert.ok(written < total / 2, `${written} bytes written`);
    answer.destroy();
  });

  test('[NEW-01] a backend that dies midway ends the client’s connection without the end mark', async () => {
    const backend = await socketBackend((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n');
      socket.end();
    });
    backends.push(backend);
    const api = await deployed({ 'GET /': streamed(backend.origin) });
    const { hostname, port, pathname } = new URL(api.url('dev', '/'));
    const socket = connect(Number(port), hostname);
    socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
    let received = '';
    socket.on('data', (bytes) => (received += bytes));
    socket.on('error', () => {});
    await once(socket, 'close');
    assert.match(received, /5\r\nfirst\r\n/);
    assert.ok(!received.includes('0\r\n\r\n'));
    await assert.rejects(whole(await begin(api.url('dev', '/'))));
  });

  test('[NEW-01] backends that refuse, and those that are not there, are answered as without streaming; HEAD and 204 have no body', async () => {
    const origin = await backendOf((request, response) => {
      response.writeHead(request.url === '/none' ? 204 : 418, { 'Content-Type': 'text/plain' });
      response.end(request.method === 'HEAD' || request.url === '/none' ? undefined : 'teapot');
    });
    const api = await deployed({
      'ANY /tea': streamed(origin),
      'GET /none': streamed(`${origin}/none`),
      'GET /gone': streamed(await nowhere()),
    });
    const tea = await fetch(api.url('dev', '/tea'));
    assert.deepEqual([tea.status, await tea.text()], [418, 'teapot']);
    assert.equal((await fetch(api.url('dev', '/tea'), { method: 'HEAD' })).status, 418);
    assert.equal((await fetch(api.url('dev', '/none'))).status, 204);
    const gone = await fetch(api.url('dev', '/gone'));
    assert.deepEqual([gone.status, await gone.json()], [504, { message: 'Network error communicating with endpoint' }]);
  });

  test('[NEW-02] a function streams: metadata, eight NUL bytes, then the body as it is written', async () => {
    const goOn = Promise.withResolvers<void>();
    const gate = await backendOf(async (_, response) => {
      await goOn.promise;
      response.end('go');
    });
    const functionArn = await createFunction(
      gatewright,
      'streams',
      `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
        const metadata = { statusCode: 201, headers: { 'Content-Type': 'text/plain', 'X-Path': event.path },
          multiValueHeaders: { 'X-Many': ['1', '2'] }, cookies: ['a=1', 'b=2'] };
        stream = awslambda.HttpResponseStream.from(stream, metadata);
        stream.write('first ');
        await fetch('${gate}');
        stream.write('second');
        stream.end();
      });`,
      { Timeout: 30 },
    );
    const api = await deployed({ 'GET /stream': streamedLambda(functionArn) });
    const answer = await begin(api.url('dev', '/stream'));
    assert.equal(answer.statusCode, 201);
    assert.deepEqual(
      ['content-type', 'x-path', 'x-many', 'set-cookie', 'transfer-encoding'].map((name) => answer.headers[name]),
      ['text/plain', '/stream', '1, 2', ['a=1', 'b=2'], 'chunked'],
    );
    assert.equal(await nextPiece(answer), 'first ');
    goOn.resolve();
    assert.equal(String(await whole(answer)), 'second');
  });

  test('[NEW-02] functions that do not keep to the form, that throw before they begin, and that fail midway', async () => {
    const make = (name: string, body: string) =>
      createFunction(
        gatewright,
        name,
        `exports.handler = awslambda.streamifyResponse(async (event, stream) => { ${body} });`,
      );
    const api = await deployed({
      'GET /formless': streamedLambda(await make('formless', `stream.write('hello'); stream.end();`)),
      'GET /long': streamedLambda(await make('long', `stream.write('x'.repeat(20000)); stream.end();`)),
      'GET /unknown': streamedLambda(
        await make('unknown', `stream.write('{"body":"x"}' + '\\0'.repeat(8)); stream.end();`),
      ),
      'GET /throws': streamedLambda(await make('throws', `throw new Error('no');`)),
      'GET /midway': streamedLambda(
        await make(
          'midway',
          `stream.write('{}' + '\\0'.repeat(8) + 'part'); await new Promise((r) => setTimeout(r, 50)); throw new Error('no');`,
        ),
      ),
      'GET /plain': streamedLambda(
        await createFunction(
          gatewright,
          'plain',
          `exports.handler = async () => ({ statusCode: 200, body: 'whole' });`,
        ),
      ),
    });
    for (const [path, status] of [
      ['formless', 500],
      ['long', 500],
      ['unknown', 500],
      ['plain', 500],
      ['throws', 502],
    ] as const) {
      const reply = await fetch(api.url('dev', `/${path}`));
      assert.deepEqual([path, reply.status, await reply.json()], [path, status, { message: 'Internal server error' }]);
    }
    const midway = await begin(api.url('dev', '/midway'));
    assert.equal(midway.statusCode, 200);
    await assert.rejects(whole(midway));
  });

  test('[NEW-02] InvokeWithResponseStream gives pieces as events, then how it ended', async () => {
    const source = (end: string) => `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
      for (const word of event.words) stream.write(word);
      ${end}
    });`;
    await createFunction(gatewright, 'events', source(`console.log('said'); stream.end();`));
    await createFunction(
      gatewright,
      'breaks',
      source(`await new Promise((r) => setTimeout(r, 50)); throw new TypeError('no');`),
    );
    const events = async (FunctionName: string, LogType?: 'Tail') => {
      const { EventStream, StatusCode, ExecutedVersion } = await gatewright.lambda.send(
        new InvokeWithResponseStreamCommand({
          FunctionName,
          Payload: Buffer.from('{"words":["a","b"]}'),
          ...(LogType && { LogType }),
        }),
      );
      let text = '';
      let complete: Record<string, string> | undefined;
      for await (const event of EventStream!) {
        if (event.PayloadChunk) text += Buffer.from(event.PayloadChunk.Payload!);
        if (event.InvokeComplete) complete = event.InvokeComplete as Record<string, string>;
      }
      return { StatusCode, ExecutedVersion, text, complete };
    };
    const fine = await events('events', 'Tail');
    assert.deepEqual([fine.StatusCode, fine.ExecutedVersion, fine.text], [200, '$LATEST', 'ab']);
    assert.match(Buffer.from(fine.complete!['LogResult']!, 'base64').toString(), /said/);
    const broken = await events('breaks');
    assert.equal(broken.text, 'ab');
    assert.equal(broken.complete!['ErrorCode'], 'Unhandled');
    assert.equal(JSON.parse(broken.complete!['ErrorDetails']!).errorType, 'TypeError');
    await assert.rejects(events('nobody'), { name: 'ResourceNotFoundException' });
  });

  test('[NEW-01] [NEW-02] what cannot stream is refused at deployment', async () => {
    const functionArn = await createFunction(gatewright, 'any', 'exports.handler = async () => ({})');
    const buffered = await createApi(gatewright, {
      'GET /': { ...streamedLambda(functionArn), responseTransferMode: 'BUFFERED' },
    });
    await assert.rejects(buffered.deploy('dev'), { name: 'BadRequestException' });
    const wrongUri = await createApi(gatewright, {
      'GET /': lambdaProxy(functionArn, { responseTransferMode: 'STREAM' }),
    });
    await assert.rejects(wrongUri.deploy('dev'), /response-streaming-invocations/);
    await assert.rejects(
      createApi(gatewright, {
        'GET /': { type: 'HTTP', verb: 'GET', uri: 'http://backend', responseTransferMode: 'STREAM' },
      }),
      { name: 'BadRequestException' },
    );
    const api = await createApi(gatewright, {
      'GET /': streamed('http://127.0.0.1:8080', { timeoutInMillis: 900_000 }),
    });
    await assert.rejects(
      gatewright.apigateway.send(
        new UpdateIntegrationCommand({
          ...api.method('GET /'),
          patchOperations: [{ op: 'replace', path: '/timeoutInMillis', value: '900001' }],
        }),
      ),
      /Timeout should be between 50 ms and 900000 ms/,
    );
  });

  test('[NEW-01] access logs tell how the answer was transferred and when it came', async () => {
    const origin = await backendOf((request, response) =>
      response.end(request.url === '/plain' ? 'plain' : 'streamed!'),
    );
    const api = await deployed({
      'GET /streamed': streamed(origin),
      'GET /plain': { type: 'HTTP_PROXY', verb: 'GET', uri: `${origin}/plain` },
    });
    const value = 'arn:aws:iam::000000000000:role/logs';
    await gatewright.apigateway.send(
      new UpdateAccountCommand({ patchOperations: [{ op: 'replace', path: '/cloudwatchRoleArn', value }] }),
    );
    const format =
      '$context.resourcePath $context.integration.responseTransferMode $context.status $context.responseLength ' +
      '$context.integration.timeToAllHeaders $context.integration.timeToFirstContent $context.integration.latency $context.requestId';
    const destinationArn = 'arn:aws:logs:us-east-1:000000000000:log-group:streams';
    await gatewright.apigateway.send(
      new UpdateStageCommand({
        restApiId: api.id,
        stageName: 'dev',
        patchOperations: [
          { op: 'replace', path: '/accessLogSettings/destinationArn', value: destinationArn },
          { op: 'replace', path: '/accessLogSettings/format', value: format },
        ],
      }),
    );
    for (const path of ['/streamed', '/plain']) await (await fetch(api.url('dev', path))).text();
    const logs = new CloudWatchLogsClient(clientConfig(gatewright.endpoint));
    let messages: string[] = [];
    for (let tries = 0; messages.length < 2 && tries < 200; tries++) {
      const found = await logs.send(new FilterLogEventsCommand({ logGroupName: 'streams' })).catch(() => undefined);
      messages = (found?.events ?? []).map(({ message }) => message!);
    }
    logs.destroy();
    messages.sort();
    assert.match(messages[0]!, /^\/plain BUFFERED 200 5 - - \d+ /);
    assert.match(messages[1]!, /^\/streamed STREAMED 200 9 \d+ \d+ \d+ /);
  });

  test('[NEW-01] a test of a streaming method shows what was gathered of its answer', async () => {
    const origin = await backendOf((request, response) => {
      if (request.url !== '/endless') response.end('all of it');
      else for (let i = 0; i < 20; i++) response.write(Buffer.alloc(100_000, 'x'));
    });
    const api = await createApi(gatewright, {
      'GET /whole': streamed(`${origin}/whole`),
      'GET /endless': streamed(`${origin}/endless`),
    });
    const tested = (label: string) =>
      gatewright.apigateway.send(new TestInvokeMethodCommand({ ...api.method(label), pathWithQueryString: '' }));
    assert.equal((await tested('GET /whole')).body, 'all of it');
    const endless = await tested('GET /endless');
    assert.equal(endless.status, 200);
    assert.ok(endless.body!.length > 1024 * 1024 && endless.body!.length < 2_000_000);
  });
});
