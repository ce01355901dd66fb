/** Functions behind an API over their life: changed, broken, mended and deleted under traffic, in other accounts, and after a restart. */
import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { APIGatewayClient, UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  DeleteFunctionCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { type ApiUnderTest, createApi, createFunction, lambdaProxy, mock } from '../support/api-under-test.ts';
import { httpBackend } from '../support/backends.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { zipOf } from '../support/lambda-under-test.ts';
import { ask } from '../support/plain-http.ts';

const badGateway = '502 {"message": "Internal server error"}';
const configurationError = '500 {"message": "Internal server error"}';

let gatewright: TestGatewright;

before(async () => {
  gatewright = await startTestGatewright();
});

after(() => gatewright.close());

async function at(api: ApiUnderTest, path: string): Promise<string> {
  const reply = await fetch(api.url('s', path));
  return `${reply.status} ${await reply.text()}`;
}

/** An API whose `GET /` is this function, on stage `s`. */
async function apiOn(functionArn: string, on: TestGatewright = gatewright): Promise<ApiUnderTest> {
  const api = await createApi(on, { 'GET /': lambdaProxy(functionArn) });
  await api.deploy('s');
  return api;
}

const saying = (text: string): string => `exports.handler = async () => ({ statusCode: 200, body: '${text}' });`;

const updateCode = (FunctionName: string, source: string): Promise<unknown> =>
  gatewright.lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: zipOf({ 'index.js': source }) }));

test('code changed under traffic: no request fails, and whoever asks after the change gets the new code', async () => {
  const api = await apiOn(await createFunction(gatewright, 'changing', saying('v0')));
  let isOver = false;
  const callers = Array.from({ length: 4 }, async () => {
    const seen: number[] = [];
    while (!isOver) {
      const answer = await at(api, '/');
      assert.match(answer, /^200 v\d$/);
      seen.push(Number(answer.at(-1)));
    }
    return seen;
  });
  for (let version = 1; version <= 4; version++) {
    await updateCode('changing', saying(`v${version}`));
    assert.equal(await at(api, '/'), `200 v${version}`);
  }
  isOver = true;
  for (const seen of await Promise.all(callers)) {
    assert.ok(seen.length > 1);
    assert.deepEqual(seen, [...seen].sort(), 'nobody is thrown back to what was before');
  }
});

test('a function that cannot start is 502 until its code is mended, then answers at once', async () => {
  const api = await apiOn(await createFunction(gatewright, 'broken', 'throw new Error("at start");'));
  assert.equal(await at(api, '/'), badGateway);
  await updateCode('broken', 'exports.handler = ');
  assert.equal(await at(api, '/'), badGateway);
  await updateCode('broken', 'exports.other = 1;');
  assert.equal(await at(api, '/'), badGateway);
  await updateCode('broken', saying('mended'));
  assert.equal(await at(api, '/'), '200 mended');
});

test('a deleted function is 500, made anew it answers, without a deployment', async () => {
  const arn = await createFunction(gatewright, 'coming-and-going', saying('first'));
  const api = await apiOn(arn);
  assert.equal(await at(api, '/'), '200 first');
  await gatewright.lambda.send(new DeleteFunctionCommand({ FunctionName: 'coming-and-going' }));
  assert.equal(await at(api, '/'), configurationError);
  await createFunction(gatewright, 'coming-and-going', saying('second'));
  assert.equal(await at(api, '/'), '200 second');
});

test('a function that ends its process fails that request alone', async () => {
  const api = await apiOn(
    await createFunction(
      gatewright,
      'fragile',
      `exports.handler = async ({ queryStringParameters: q }) => {
         await new Promise((done) => setTimeout(done, 5));
         if (q.end) process.exit(1);
         return { statusCode: 200, body: q.n };
       };`,
    ),
  );
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, n) => at(api, n % 10 === 3 ? `/?n=${n}&end=1` : `/?n=${n}`)),
  );
  assert.deepEqual(
    answers,
    answers.map((_, n) => (n % 10 === 3 ? badGateway : `200 ${n}`)),
  );
});

test('an answer that comes after its time is nobody else’s', async () => {
  const arn = await createFunction(
    gatewright,
    'late',
    `exports.handler = async ({ queryStringParameters: { ms } }) => {
       await new Promise((done) => setTimeout(done, Number(ms)));
       return { statusCode: 200, body: ms };
     };`,
  );
  const api = await createApi(gatewright, {
    'GET /hasty': lambdaProxy(arn, { timeoutInMillis: 100 }),
    'GET /patient': lambdaProxy(arn),
  });
  await api.deploy('s');
  assert.equal(await at(api, '/patient?ms=0'), '200 0');
  for (let i = 0; i < 3; i++) {
    assert.match(await at(api, '/hasty?ms=250'), /^504 /);
    assert.equal(await at(api, '/patient?ms=1'), '200 1');
  }
});

test('what a function left running does not disturb its next event', async () => {
  const api = await apiOn(
    await createFunction(
      gatewright,
      'restless',
      `let n = 0;
       exports.handler = (event, context, callback) => {
         context.callbackWaitsForEmptyEventLoop = false;
         const mine = ++n;
         setTimeout(() => { callback(null, { statusCode: 200, body: 'twice' }); }, 2);
         Promise.resolve().then(() => callback(null, { statusCode: 200, body: String(mine) }));
         new Promise((_, reject) => setTimeout(reject, 1, new Error('later'))).catch(() => {});
       };`,
    ),
  );
  for (let n = 1; n <= 30; n++) assert.equal(await at(api, '/'), `200 ${n}`);
});

test('[INT-13] a function of another account and region is called by its whole ARN, once it permits that', async () => {
  const strict = await startTestGatewright({ strict: true });
  const client = { ...clientConfig(strict.endpoint), region: 'eu-west-1' };
  const lambda = new LambdaClient({ ...client, credentials: { accessKeyId: '111111111111', secretAccessKey: 'x' } });
  const apigateway = new APIGatewayClient({
    ...clientConfig(strict.endpoint),
    credentials: { accessKeyId: '222222222222', secretAccessKey: 'x' },
  });
  try {
    const source = `exports.handler = async (event, { invokedFunctionArn }) => ({
      body: [event.requestContext.accountId, process.env.AWS_REGION, invokedFunctionArn].join(' ') });`;
    const arn = await createFunction({ ...strict, lambda }, 'theirs', source);
    assert.equal(arn, 'arn:aws:lambda:eu-west-1:111111111111:function:theirs');
    const api = await apiOn(arn, { ...strict, apigateway });
    assert.equal(await at(api, '/'), configurationError);
    const permission = {
      FunctionName: 'theirs',
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
    };
    const sourceArn = `arn:aws:execute-api:us-east-1:222222222222:${api.id}/s/GET/`;
    await lambda.send(
      new AddPermissionCommand({
        ...permission,
        StatementId: 'wrong-account',
        SourceArn: sourceArn.replace('222222222222', '111111111111'),
      }),
    );
    assert.equal(await at(api, '/'), configurationError);
    await lambda.send(new AddPermissionCommand({ ...permission, StatementId: 'right', SourceArn: sourceArn }));
    assert.equal(await at(api, '/'), `200 222222222222 eu-west-1 ${arn}`);
  } finally {
    lambda.destroy();
    apigateway.destroy();
    await strict.close();
  }
});

test('a stop waits for the functions and backends of requests under way, and takes no new connection', async () => {
  const stopping = await startTestGatewright({ drainMs: 5_000 });
  const backend = await httpBackend((_, response) => setTimeout(() => response.end('from the backend'), 300));
  const arn = await createFunction(
    stopping,
    'slow',
    `exports.handler = async () => {
       await new Promise((done) => setTimeout(done, 300));
       return { statusCode: 200, body: 'from the function' };
     };`,
  );
  const api = await createApi(stopping, {
    'GET /function': lambdaProxy(arn),
    'GET /backend': { type: 'HTTP_PROXY', verb: 'GET', uri: backend.origin },
  });
  await api.deploy('s');
  assert.equal(await at(api, '/function'), '200 from the function');
  const underWay = [at(api, '/function'), at(api, '/backend')];
  // Both are at their backends when the stop begins.
  await new Promise((resolve) => setTimeout(resolve, 100));
  const stopped = stopping.close();
  await assert.rejects(ask({ port: stopping.port, path: '/_/health' }), { code: 'ECONNREFUSED' });
  assert.deepEqual(await Promise.all(underWay), ['200 from the function', '200 from the backend']);
  await stopped;
  await backend.close();
});

test('a stop that has waited long enough ends what is left', async () => {
  const stopping = await startTestGatewright({ drainMs: 100 });
  const arn = await createFunction(
    stopping,
    'endless',
    'exports.handler = () => new Promise(() => setInterval(() => {}, 1000));',
  );
  const api = await apiOn(arn, stopping);
  const lost = assert.rejects(at(api, '/'));
  await new Promise((resolve) => setTimeout(resolve, 300));
  const startedMs = performance.now();
  await stopping.close();
  assert.ok(performance.now() - startedMs < 3_000);
  await lost;
});

test('after a restart everything is as it was: functions, aliases, permissions, stages, canaries, limits', async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'gatewright-test-'));
  let running = await startTestGatewright({ dataDirectory, strict: true });
  try {
    const api = await createLasting(running);
    const expected = [
      '200 kept',
      '200 two',
      '429 {"message":"Too Many Requests"}',
      '403 {"message":"Missing Authentication Token"}',
    ];
    const seen = (): Promise<string[]> =>
      Promise.all(
        ['/', '/version', '/limited', '/nowhere'].map(async (path) => {
          const reply = await fetch(`${running.invokeUrl(api.id, 's')}${path}`);
          return `${reply.status} ${await reply.text()}`;
        }),
      );
    assert.deepEqual(await seen(), expected);
    await running.close();
    running = await startTestGatewright({ dataDirectory, strict: true });
    assert.deepEqual(await seen(), expected);
  } finally {
    await running.close();
    rmSync(dataDirectory, { recursive: true });
  }
});

/** An API with a bit of everything that must last. */
async function createLasting(on: TestGatewright): Promise<ApiUnderTest> {
  const { lambda, apigateway } = on;
  const FunctionName = 'kept';
  const arn = await createFunction(on, FunctionName, saying('kept'));
  await lambda.send(new PublishVersionCommand({ FunctionName }));
  await lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
  const api = await createApi(on, {
    'GET /': lambdaProxy(`${arn}:\${stageVariables.alias}`),
    'GET /limited': mock('limited'),
    'GET /version': mock('one'),
  });
  await lambda.send(
    new AddPermissionCommand({
      FunctionName,
      Qualifier: 'live',
      StatementId: 'api',
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
      SourceArn: `arn:aws:execute-api:us-east-1:000000000000:${api.id}/*/GET/`,
    }),
  );
  await api.deploy('s', { variables: { alias: 'live' } });
  await api.integrate('GET /version', mock('two'));
  await api.deploy('s', { canarySettings: { percentTraffic: 100 } });
  await apigateway.send(
    new UpdateStageCommand({
      restApiId: api.id,
      stageName: 's',
      patchOperations: [
        { op: 'replace', path: '/~1limited/GET/throttling/rateLimit', value: '0' },
        { op: 'replace', path: '/~1limited/GET/throttling/burstLimit', value: '0' },
      ],
    }),
  );
  return api;
}
