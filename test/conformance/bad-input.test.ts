/** What callers get wrong, against the whole product: each gets a clear answer, and the next caller notices nothing. */
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, afterEach, before, describe, test } from 'node:test';
import {
  CreateDeploymentCommand,
  CreateRestApiCommand,
  PutIntegrationCommand,
  PutIntegrationResponseCommand,
  PutMethodCommand,
  PutMethodResponseCommand,
} from '@aws-sdk/client-api-gateway';
import { CreateFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';

let gatewright: TestGatewright;
let invokePath: string;

before(async () => {
  gatewright = await startTestGatewright();
  const { apigateway } = gatewright;
  const api = await apigateway.send(new CreateRestApiCommand({ name: 'target' }));
  const method = { restApiId: api.id!, resourceId: api.rootResourceId!, httpMethod: 'ANY' };
  await apigateway.send(new PutMethodCommand({ ...method, authorizationType: 'NONE' }));
  await apigateway.send(
    new PutIntegrationCommand({
      ...method,
      type: 'MOCK',
      requestTemplates: { 'application/json': '{"statusCode": 200}' },
    }),
  );
  await apigateway.send(new PutMethodResponseCommand({ ...method, statusCode: '200' }));
  await apigateway.send(
    new PutIntegrationResponseCommand({
      ...method,
      statusCode: '200',
      responseTemplates: { 'application/json': '"fine"' },
    }),
  );
  await apigateway.send(new CreateDeploymentCommand({ restApiId: api.id!, stageName: 'prod' }));
  invokePath = `/_aws/execute-api/${api.id}/prod`;
});

after(() => gatewright.close());

/** Sends bytes as they are; resolves to everything that comes back until the server closes or `until` matches. */
async function exchange(bytes: string | Buffer, until?: RegExp): Promise<string> {
  const socket = connect(gatewright.port, '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
    if (until?.test(text)) socket.destroy();
  });
  socket.on('error', () => {});
  socket.write(bytes);
  await once(socket, 'close');
  return text;
}

const statusLine = (answer: string): string => answer.slice(0, answer.indexOf('\r\n'));
const head = (...lines: string[]): string =>
  [`POST ${invokePath} HTTP/1.1`, 'Host: localhost', ...lines, '', ''].join('\r\n');

// In a suite, because a hook outside of one would follow every test of the whole run.
describe('bad input', () => {
  afterEach(async () => {
    const reply = await fetch(`${gatewright.endpoint}${invokePath}`);
    assert.equal(`${reply.status} ${await reply.text()}`, '200 "fine"', 'the next caller must notice nothing');
  });

  test('broken JSON to a control-plane call is 400 SerializationException', async () => {
    for (const body of ['{"name": ', '{"name": "x"}}', '[1', '\u0000', '{"name": "\\ud8"}']) {
      const reply = await fetch(`${gatewright.endpoint}/restapis`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      });
      assert.equal(reply.status, 400, body);
      assert.equal(reply.headers.get('x-amzn-errortype'), 'SerializationException', body);
      await reply.text();
    }
  });

  test('invalid UTF-8 and a form body to a control-plane call are 400', async () => {
    for (const body of [Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), Buffer.from('name=x&description=y')]) {
      const reply = await fetch(`${gatewright.endpoint}/restapis`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      assert.equal(reply.status, 400);
      await reply.text();
    }
  });

  test('names like __proto__ in a body are just unknown members', async () => {
    const reply = await fetch(`${gatewright.endpoint}/restapis`, {
      method: 'POST',
      body: '{"name":"p","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"tags":{"__proto__":"x"}}',
    });
    await reply.text();
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  });

  test('[LIM-03] a body over 10 MB is 413 Request Too Long', async () => {
    const answer = await exchange(
      Buffer.concat([Buffer.from(head(`Content-Length: ${11 * 1024 * 1024}`)), Buffer.alloc(11 * 1024 * 1024, 97)]),
    );
    assert.match(statusLine(answer), /^HTTP\/1\.1 413 /);
    assert.match(answer, /\{"message":"Request Too Long"\}/);
  });

  test('both Content-Length and Transfer-Encoding, or two lengths, are refused and nothing behind them is run', async () => {
    const smuggled = `GET ${invokePath}/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    for (const lines of [
      ['Content-Length: 5', 'Transfer-Encoding: chunked'],
      ['Transfer-Encoding: chunked', 'Content-Length: 5'],
      ['Content-Length: 5', 'Content-Length: 6'],
      ['Content-Length: 5', 'Content-Length: 5'],
      ['Content-Length: +5'],
      ['Content-Length: 5, 5'],
      ['Transfer-Encoding: xchunked'],
      ['Transfer-Encoding: chunked, identity'],
      ['Content-Length : 5'],
    ]) {
      const answer = await exchange(`${head(...lines)}0\r\n\r\n${smuggled}`);
      assert.match(statusLine(answer), /^HTTP\/1\.1 (400|501) /, lines.join());
      assert.equal(answer.split('HTTP/1.1 ').length, 2, `more than one answer to ${lines.join()}`);
    }
  });

  test('[HDR-05] a flood of headers is refused', async () => {
    const many = Array.from({ length: 2000 }, (_, i) => `X-H${i}: ${'v'.repeat(50)}`);
    assert.match(statusLine(await exchange(head(...many, 'Content-Length: 0'))), /^HTTP\/1\.1 (400|431) /);
    assert.match(statusLine(await exchange(head(`X-Long: ${'v'.repeat(100_000)}`))), /^HTTP\/1\.1 (400|431) /);
  });

  test('NUL bytes, bare control characters and a request line that is none are 400', async () => {
    for (const bytes of [
      head('X-A: a\u0000b', 'Content-Length: 0'),
      `GET ${invokePath}/\u0000 HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      'HELLO\r\n\r\n',
      `GET ${invokePath} HTTP/9.9\r\nHost: localhost\r\n\r\n`,
      `GET ${invokePath}\r\n\r\n`,
    ]) {
      assert.match(statusLine(await exchange(bytes)), /^HTTP\/1\.1 (400|505) /, JSON.stringify(bytes.slice(0, 60)));
    }
  });

  test('a path with %zz gets an answer, not a crash', async () => {
    const answer = await exchange(`GET ${invokePath}/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    assert.match(statusLine(answer), /^HTTP\/1\.1 (400|403) /);
    const call = await exchange('GET /restapis/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    assert.match(statusLine(call), /^HTTP\/1\.1 4\d\d /);
  });

  test('pipelined requests are answered in order', async () => {
    const one = `GET ${invokePath} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    const last = `GET ${invokePath}/none HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
    const answer = await exchange(one.repeat(20) + last);
    const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    assert.deepEqual(statuses, [...Array.from({ length: 20 }, () => '200'), '403']);
  });

  test('a request cut off in the middle harms nobody', async () => {
    for (const bytes of [
      'GE',
      `GET ${invokePath} HTTP/1.1\r\nHo`,
      `${head('Content-Length: 100')}half`,
      head('Transfer-Encoding: chunked') + '5\r\nab',
    ]) {
      const socket = connect(gatewright.port, '127.0.0.1');
      await once(socket, 'connect');
      socket.write(bytes);
      socket.resetAndDestroy();
    }
  });

  test('a function zip with .. names, or none at all, is refused', async () => {
    const role = 'arn:aws:iam::000000000000:role/r';
    for (const zip of [
      zipSync({ '../../escape.js': strToU8('x') }),
      zipSync({ '/etc/x': strToU8('x') }),
      strToU8('this is no zip'),
    ]) {
      await assert.rejects(
        gatewright.lambda.send(
          new CreateFunctionCommand({
            FunctionName: 'bad',
            Runtime: 'nodejs22.x',
            Handler: 'index.handler',
            Role: role,
            Code: { ZipFile: zip },
          }),
        ),
        { name: 'InvalidParameterValueException' },
      );
    }
  });

  test('a zip bomb is refused before it is unpacked', async () => {
    const bomb = zipSync({ 'index.js': new Uint8Array(300 * 1024 * 1024) }, { level: 1 });
    await assert.rejects(
      gatewright.lambda.send(
        new CreateFunctionCommand({
          FunctionName: 'bomb',
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Role: 'arn:aws:iam::000000000000:role/r',
          Code: { ZipFile: bomb },
        }),
      ),
      { name: 'InvalidParameterValueException' },
    );
  });

  test('a function that prints garbage and answers garbage is a function with an answer of its own', async () => {
    const code = `exports.handler = (event, context, callback) => {
    process.stdout.write(Buffer.from([0, 255, 27, 91, 50, 74, 13]));
    process.stdout.write('x'.repeat(3_000_000));
    callback(null, '\\u0000\\ud800');
  };`;
    const { lambda } = gatewright;
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'garbage',
        Runtime: 'nodejs20.x',
        Handler: 'index.handler',
        Role: 'arn:aws:iam::000000000000:role/r',
        Code: { ZipFile: zipSync({ 'index.js': strToU8(code) }) },
      }),
    );
    const { StatusCode, FunctionError } = await lambda.send(
      new InvokeCommand({ FunctionName: 'garbage', Payload: Buffer.from('{}') }),
    );
    assert.deepEqual([StatusCode, FunctionError], [200, undefined]);
  });

  test("a web page of another site cannot make AWS calls or reset through its visitor's browser", async () => {
    for (const path of ['/restapis', '/2015-03-31/functions', '/_/reset']) {
      const headers = { origin: 'https://elsewhere.example', 'content-type': 'text/plain' };
      const reply = await fetch(`${gatewright.endpoint}${path}`, { method: 'POST', headers, body: '{"name":"x"}' });
      assert.equal(reply.status, 403, path);
      await reply.text();
    }
  });
});
