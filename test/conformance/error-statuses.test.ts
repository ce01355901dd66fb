/** Each status by which the gateway itself refuses, provoked on the whole product, for REST and HTTP APIs. Web ACLs have tests of their own. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import {
  CreateApiKeyCommand,
  CreateAuthorizerCommand,
  CreateRequestValidatorCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  UpdateMethodCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import { CreateRouteCommand, CreateAuthorizerCommand as CreateV2Authorizer } from '@aws-sdk/client-apigatewayv2';
import { type ApiUnderTest, createApi, mock } from '../support/api-under-test.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { createHttpApi, type HttpApiUnderTest, proxyRoute } from '../support/http-api-under-test.ts';
import { policyOf } from '../support/iam-under-test.ts';
import { ask, exchangeBytes, type PlainRequest } from '../support/plain-http.ts';

let gatewright: TestGatewright;
let rest: ApiUnderTest;
let http: HttpApiUnderTest;
let apiKey: string;

before(async () => {
  gatewright = await startTestGatewright();
  const { apigateway } = gatewright;
  const everybody = { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' };
  rest = await createApi(
    gatewright,
    {
      'GET /valid': { ...mock('in'), declared: { 'method.request.querystring.id': true } },
      'GET /guarded': mock('in'),
      'GET /denied': mock('in'),
      'GET /keyed': mock('in'),
      'GET /signed': { ...mock('in'), authorization: 'AWS_IAM' },
      'POST /json': { ...mock('in'), passthroughBehavior: 'NEVER' },
      'GET /limited': mock('in'),
    },
    { policy: policyOf(everybody, { ...everybody, Effect: 'Deny', Resource: 'execute-api:/*/GET/denied' }) },
  );
  const restApiId = rest.id;
  const set = (label: string, ...changes: [path: string, value: string][]) =>
    apigateway.send(
      new UpdateMethodCommand({
        ...rest.method(label),
        patchOperations: changes.map(([path, value]) => ({ op: 'replace', path, value })),
      }),
    );
  const validator = await apigateway.send(
    new CreateRequestValidatorCommand({ restApiId, name: 'v', validateRequestParameters: true }),
  );
  await set('GET /valid', ['/requestValidatorId', validator.id!]);
  const authorizer = await apigateway.send(
    new CreateAuthorizerCommand({
      ...{ restApiId, name: 'pool', type: 'COGNITO_USER_POOLS', identitySource: 'method.request.header.Authorization' },
      providerARNs: ['arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_AbCdEf123'],
    }),
  );
  await set('GET /guarded', ['/authorizationType', 'COGNITO_USER_POOLS'], ['/authorizerId', authorizer.id!]);
  await set('GET /keyed', ['/apiKeyRequired', 'true']);
  await rest.deploy('s');
  await apigateway.send(
    new UpdateStageCommand({
      ...{ restApiId, stageName: 's' },
      patchOperations: ['rateLimit', 'burstLimit'].map((limit) => ({
        ...{ op: 'replace', path: `/~1limited/GET/throttling/${limit}`, value: '0' },
      })),
    }),
  );
  const key = await apigateway.send(new CreateApiKeyCommand({ name: 'k', enabled: true }));
  apiKey = key.value!;
  const plan = await apigateway.send(
    new CreateUsagePlanCommand({
      ...{ name: 'p', apiStages: [{ apiId: restApiId, stage: 's' }], quota: { limit: 1, period: 'DAY' } },
    }),
  );
  await apigateway.send(new CreateUsagePlanKeyCommand({ usagePlanId: plan.id!, keyId: key.id!, keyType: 'API_KEY' }));

  const limited = { 'GET /limited': { ThrottlingRateLimit: 0, ThrottlingBurstLimit: 0 } };
  http = await createHttpApi(gatewright, {
    'GET /open': proxyRoute('http://backend.invalid/'),
    'GET /limited': proxyRoute('http://backend.invalid/'),
  });
  const jwt = await http.client.send(
    new CreateV2Authorizer({
      ...{ ApiId: http.id, Name: 'jwt', AuthorizerType: 'JWT', IdentitySource: ['$request.header.Authorization'] },
      JwtConfiguration: { Issuer: 'https://issuer.example', Audience: ['a'] },
    }),
  );
  const guarded = { AuthorizationType: 'JWT', AuthorizerId: jwt.AuthorizerId } as const;
  await http.client.send(new CreateRouteCommand({ ApiId: http.id, RouteKey: 'GET /guarded', ...guarded }));
  const signed = { AuthorizationType: 'AWS_IAM' } as const;
  await http.client.send(new CreateRouteCommand({ ApiId: http.id, RouteKey: 'GET /signed', ...signed }));
  await http.deploy('s', { RouteSettings: limited });
});

after(async () => {
  (http as HttpApiUnderTest | undefined)?.client.destroy();
  await gatewright.close();
});

async function answerTo(url: string, more: Partial<PlainRequest> = {}): Promise<string> {
  const { pathname, search } = new URL(url);
  const { status, all } = await ask({ port: gatewright.port, path: pathname + search, ...more });
  return `${status} ${all('x-amzn-errortype')[0] ?? '-'}`;
}

test('[ERR-01] a REST API refuses with 400, 401, 403, 413, 414, 415 and 429, each with its error type', async () => {
  const url = (path: string): string => rest.url('s', path);
  const json = ['Content-Type', 'application/json'];
  assert.equal(await answerTo(url('/valid')), '400 BadRequestException');
  assert.equal(await answerTo(url('/valid?id=1')), '200 -');
  assert.equal(await answerTo(url('/guarded')), '401 UnauthorizedException');
  assert.equal(await answerTo(url('/denied')), '403 AccessDeniedException');
  assert.equal(await answerTo(url('/signed')), '403 MissingAuthenticationTokenException');
  assert.equal(await answerTo(url('/keyed')), '403 ForbiddenException');
  assert.equal(await answerTo(url('/nowhere')), '403 MissingAuthenticationTokenException');
  assert.equal(await answerTo(url('/valid').replace('/s/', '/nostage/')), '403 ForbiddenException');
  const large = { method: 'POST', headers: json, body: Buffer.alloc(10 * 1024 * 1024 + 1, 'x') };
  assert.equal(await answerTo(url('/json'), large), '413 RequestTooLargeException');
  assert.match(await answerTo(url(`/valid?id=${'x'.repeat(10_300)}`)), /^414 /);
  const text = { method: 'POST', headers: ['Content-Type', 'text/plain'], body: 'x' };
  assert.equal(await answerTo(url('/json'), text), '415 BadRequestException');
  assert.equal(await answerTo(url('/limited')), '429 TooManyRequestsException');
  const keyed = { headers: ['x-api-key', apiKey] };
  assert.equal(await answerTo(url('/keyed'), keyed), '200 -');
  assert.equal(await answerTo(url('/keyed'), keyed), '429 LimitExceededException');
});

test('[ERR-01] an HTTP API refuses with 401, 403, 404, 413, 414 and 429', async () => {
  const url = (path: string): string => http.url(path, 's');
  assert.match(await answerTo(url('/guarded')), /^401 /);
  assert.match(await answerTo(url('/signed')), /^403 /);
  assert.match(await answerTo(url('/nowhere')), /^404 /);
  const large = { method: 'GET', body: Buffer.alloc(10 * 1024 * 1024 + 1, 'x') };
  assert.match(await answerTo(url('/open'), large), /^413 /);
  assert.match(await answerTo(url(`/open?id=${'x'.repeat(10_300)}`)), /^414 /);
  assert.match(await answerTo(url('/limited')), /^429 /);
});

test('[ERR-01] what is no request is 400', async () => {
  assert.match(
    await exchangeBytes(gatewright.port, 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'),
    /^HTTP\/1\.1 400 /,
  );
});
