/** Function URLs: made through the SDK, called over HTTP. */
import { strict as assert } from 'node:assert';
import { after, before, describe, test } from 'node:test';
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  CreateFunctionUrlConfigCommand,
  type CreateFunctionUrlConfigCommandInput,
  DeleteFunctionUrlConfigCommand,
  GetFunctionUrlConfigCommand,
  ListFunctionUrlConfigsCommand,
  UpdateFunctionUrlConfigCommand,
} from '@aws-sdk/client-lambda';
import { SignatureV4 } from '@smithy/signature-v4';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { iamUnderTest, policyOf } from '../support/iam-under-test.ts';
import { zipOf } from '../support/lambda-under-test.ts';
import { Sha256 } from '../support/sdk-signer.ts';

const source = `
exports.handler = async (event) => {
  if (event.rawPath === '/throws') throw new Error('on purpose');
  if (event.rawPath === '/plain') return { hello: 'world' };
  return {
    statusCode: 201,
    headers: { 'X-Own': '1', 'Content-Type': 'application/json' },
    cookies: ['a=1', 'b=2'],
    body: JSON.stringify(event),
  };
};
exports.streamed = awslambda.streamifyResponse(async (event, stream) => {
  const out = awslambda.HttpResponseStream.from(stream, { statusCode: 202, headers: { 'Content-Type': 'text/plain', 'X-Own': '2' } });
  out.write('one ');
  await new Promise((resolve) => setTimeout(resolve, 20));
  out.end('two');
});
exports.raw = awslambda.streamifyResponse(async (event, stream) => stream.end('just bytes'));
`;

describe('function URLs', () => {
  let gatewright: TestGatewright;
  before(async () => {
    gatewright = await startTestGatewright({ strict: true });
  });
  after(() => gatewright.close());

  const create = (FunctionName: string, handler = 'handler') =>
    gatewright.lambda.send(
      new CreateFunctionCommand({
        ...{
          FunctionName,
          Runtime: 'nodejs22.x',
          Handler: `index.${handler}`,
          Role: 'arn:aws:iam::000000000000:role/r',
        },
        Code: { ZipFile: zipOf({ 'index.js': source }) },
      }),
    );
  const urlOf = async (
    FunctionName: string,
    more: Partial<CreateFunctionUrlConfigCommandInput> = {},
  ): Promise<string> =>
    (await gatewright.lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE', ...more })))
      .FunctionUrl!;
  const open = (FunctionName: string) =>
    gatewright.lambda.send(
      new AddPermissionCommand({
        ...{ FunctionName, StatementId: 'public', Action: 'lambda:InvokeFunctionUrl', Principal: '*' },
        FunctionUrlAuthType: 'NONE',
      }),
    );

  test('a URL is made, shown, changed, listed and deleted', async () => {
    const { lambda } = gatewright;
    await create('kept');
    const url = await urlOf('kept');
    assert.match(url, /\/_aws\/lambda-url\/[a-z0-9]{32}\/$/);
    await assert.rejects(urlOf('kept'), {
      name: 'ResourceConflictException',
      message: /FunctionUrlConfig exists for this Lambda function/,
    });
    const changed = await lambda.send(
      new UpdateFunctionUrlConfigCommand({ FunctionName: 'kept', AuthType: 'AWS_IAM', Cors: { AllowOrigins: ['*'] } }),
    );
    assert.deepEqual(
      [changed.AuthType, changed.Cors, changed.InvokeMode],
      ['AWS_IAM', { AllowOrigins: ['*'] }, 'BUFFERED'],
    );
    assert.equal((await lambda.send(new GetFunctionUrlConfigCommand({ FunctionName: 'kept' }))).FunctionUrl, url);
    const { FunctionUrlConfigs } = await lambda.send(new ListFunctionUrlConfigsCommand({ FunctionName: 'kept' }));
    assert.equal(FunctionUrlConfigs!.length, 1);
    await lambda.send(new DeleteFunctionUrlConfigCommand({ FunctionName: 'kept' }));
    await assert.rejects(lambda.send(new GetFunctionUrlConfigCommand({ FunctionName: 'kept' })), {
      name: 'ResourceNotFoundException',
    });
    assert.equal((await fetch(url)).status, 404);
    await assert.rejects(urlOf('none'), { name: 'ResourceNotFoundException' });
  });

  test('without authorization it still needs the permission; then it answers with events of format 2.0', async () => {
    await create('public');
    const url = await urlOf('public');
    const kept = await fetch(url);
    assert.deepEqual([kept.status, kept.headers.get('x-amzn-errortype')], [403, 'AccessDeniedException']);
    assert.match(await kept.text(), /^{"Message":"Forbidden\./);
    await open('public');
    const reply = await fetch(`${url}a%20b/c?x=1&x=2&y=`, {
      method: 'POST',
      headers: { Cookie: 'p=q; r=s', 'X-Mixed': 'v', 'Content-Type': 'text/plain' },
      body: 'text',
    });
    assert.deepEqual(
      [reply.status, reply.headers.get('x-own'), reply.headers.getSetCookie()],
      [201, '1', ['a=1', 'b=2']],
    );
    const event = (await reply.json()) as Record<string, Record<string, unknown>>;
    assert.equal(event['version'] as unknown, '2.0');
    assert.equal(event['routeKey'] as unknown, '$default');
    assert.equal(event['rawPath'] as unknown, '/a b/c');
    assert.equal(event['rawQueryString'] as unknown, 'x=1&x=2&y=');
    assert.deepEqual(event['queryStringParameters'], { x: '1,2', y: '' });
    assert.deepEqual(event['cookies'], ['p=q', 'r=s']);
    assert.equal(event['headers']!['x-mixed'], 'v');
    assert.equal(event['body'] as unknown, 'text');
    const context = event['requestContext'] as { accountId: string; stage: string; http: { method: string } };
    assert.deepEqual([context.accountId, context.stage, context.http.method], ['anonymous', '$default', 'POST']);
    const plain = await fetch(`${url}plain`);
    assert.deepEqual(
      [plain.status, plain.headers.get('content-type'), await plain.json()],
      [200, 'application/json', { hello: 'world' }],
    );
    const thrown = await fetch(`${url}throws`);
    assert.deepEqual([thrown.status, await thrown.text()], [502, 'Internal Server Error']);
  });

  test('answers are streamed, with a head of the function’s or without', async () => {
    await create('streams', 'streamed');
    await open('streams');
    const reply = await fetch(await urlOf('streams', { InvokeMode: 'RESPONSE_STREAM' }));
    assert.deepEqual([reply.status, reply.headers.get('x-own'), await reply.text()], [202, '2', 'one two']);
    await create('raw', 'raw');
    await open('raw');
    const raw = await fetch(await urlOf('raw', { InvokeMode: 'RESPONSE_STREAM' }));
    assert.deepEqual(
      [raw.status, raw.headers.get('content-type'), await raw.text()],
      [200, 'application/octet-stream', 'just bytes'],
    );
  });

  test('pages read answers by the CORS settings of the URL, which stand in place of the function’s own', async () => {
    await create('cors');
    await open('cors');
    const Cors = { AllowOrigins: ['https://app.example'], AllowMethods: ['POST'], AllowHeaders: ['x-own'], MaxAge: 60 };
    const url = await urlOf('cors', { Cors });
    const preflight = await fetch(url, {
      method: 'OPTIONS',
      headers: { Origin: 'https://app.example', 'Access-Control-Request-Method': 'POST' },
    });
    const told = (name: string): string | null => preflight.headers.get(`access-control-${name}`);
    assert.deepEqual(
      [preflight.status, told('allow-origin'), told('allow-methods'), told('max-age')],
      [200, 'https://app.example', 'POST', '60'],
    );
    const reply = await fetch(url, { headers: { Origin: 'https://app.example' } });
    assert.equal(reply.headers.get('access-control-allow-origin'), 'https://app.example');
    const other = await fetch(url, { headers: { Origin: 'https://evil.test' } });
    assert.equal(other.headers.get('access-control-allow-origin'), null);
  });

  test('with AWS_IAM a signature and a permission are needed', async () => {
    await create('signed');
    const url = new URL(await urlOf('signed', { AuthType: 'AWS_IAM' }));
    const iam = iamUnderTest(gatewright);
    try {
      const Resource = 'arn:aws:lambda:us-east-1:000000000000:function:signed';
      const allowed = await iam.user(
        'url-caller',
        policyOf({ Effect: 'Allow', Action: 'lambda:InvokeFunctionUrl', Resource }),
      );
      const stranger = await iam.user('url-stranger');
      const call = async (credentials: { accessKeyId: string; secretAccessKey: string }) => {
        const signer = new SignatureV4({ service: 'lambda', region: 'us-east-1', sha256: Sha256, credentials });
        const signed = (await signer.sign({
          ...{ method: 'GET', protocol: 'http:', hostname: url.hostname, path: url.pathname, query: {} },
          headers: { host: url.host },
        } as never)) as unknown as { headers: Record<string, string> };
        const { host: _, ...headers } = signed.headers;
        return fetch(url, { headers });
      };
      assert.equal((await fetch(url)).status, 403);
      assert.equal((await call(stranger)).status, 403);
      assert.equal((await call({ ...allowed, secretAccessKey: 'wrong' })).status, 403);
      const reply = await call(allowed);
      assert.equal(reply.status, 201);
      const event = (await reply.json()) as {
        requestContext: { authorizer: { iam: { userArn: string; accountId: string } } };
      };
      assert.deepEqual(
        [event.requestContext.authorizer.iam.userArn, event.requestContext.authorizer.iam.accountId],
        [allowed.arn, '000000000000'],
      );
    } finally {
      iam.close();
    }
  });
});
