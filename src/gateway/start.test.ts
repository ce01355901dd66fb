import { strict as assert } from 'node:assert';
import { request as httpsRequest } from 'node:https';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { startFakeGateway } from './fake-gateway.ts';

test('[EP-01] an API answers by Host and by path', async () => {
  const gateway = await startFakeGateway();
  try {
    const byPath = await fetch(`${gateway.url}/_aws/execute-api/abc/prod/pets?x=1`);
    assert.equal(byPath.status, 200);
    assert.deepEqual(await byPath.json(), { apiId: 'abc', stage: 'prod', path: '/pets', query: 'x=1', body: '' });
    const answer = await gateway.raw(
      'GET /prod/pets HTTP/1.1\r\nHost: abc.execute-api.localhost:4566\r\nConnection: close\r\n\r\n',
    );
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
    assert.match(answer, /"path":"\/pets"/);
  } finally {
    await gateway.close();
  }
});

test('[EP-09] an unknown stage answers 403 Forbidden with the headers in the recorded order', async () => {
  const gateway = await startFakeGateway();
  try {
    const answer = await gateway.raw(
      'GET /prdo/pets HTTP/1.1\r\nHost: abc.execute-api.localhost\r\nConnection: close\r\n\r\n',
    );
    const [head, body] = answer.split('\r\n\r\n');
    assert.equal(body, '{"message":"Forbidden"}');
    const [status, ...lines] = head!.split('\r\n');
    assert.equal(status, 'HTTP/1.1 403 Forbidden');
    assert.deepEqual(
      lines.map((line) => line.slice(0, line.indexOf(':'))),
      [
        'Date',
        'Content-Type',
        'Content-Length',
        'Connection',
        'x-amzn-RequestId',
        'x-amzn-ErrorType',
        'x-amz-apigw-id',
      ],
    );
    assert.ok(lines.includes('x-amzn-ErrorType: ForbiddenException'));
    assert.match(gateway.logged.join('\n'), /no stage 'prdo' in API abc; stages: prod/);
  } finally {
    await gateway.close();
  }
});

test('https answers on the same port as http', async () => {
  const gateway = await startFakeGateway();
  try {
    const body = await new Promise<string>((resolve, reject) => {
      const request = httpsRequest(
        { port: gateway.port, path: '/execute-api/abc/prod/over-tls', rejectUnauthorized: false, agent: false },
        (response) => response.setEncoding('utf8').on('data', resolve),
      );
      request.on('error', reject).end();
    });
    assert.match(body, /over-tls/);
    assert.equal((await fetch(`${gateway.url}/execute-api/abc/prod/plain`)).status, 200);
  } finally {
    await gateway.close();
  }
});

test('a port in use is refused in one sentence', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => blocker.once('listening', resolve));
  const { port } = blocker.address() as { port: number };
  try {
    await assert.rejects(startFakeGateway({ port }), {
      message: `Cannot listen on 127.0.0.1:${port}: another program already uses this port`,
    });
  } finally {
    blocker.close();
  }
});

test('closing lets the request in flight finish and takes no new one', async () => {
  const gateway = await startFakeGateway();
  const slow = fetch(`${gateway.url}/execute-api/abc/prod/held`);
  await gateway.heldRequest();
  const closed = gateway.close();
  await assert.rejects(fetch(`${gateway.url}/execute-api/abc/prod/late`));
  gateway.release();
  assert.equal((await slow).status, 200);
  await closed;
});
