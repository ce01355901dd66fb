/**
 * The execution log of one request for every type of integration, with data trace, as written in logs/every-integration.txt: ids, times and addresses are
 * replaced by words. `WRITE_GOLDEN=1` writes the file anew, to be read before it is committed.
 */
import { strict as assert } from 'node:assert';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { UpdateAccountCommand, UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { createApi, createFunction, lambdaCustom, lambdaProxy, mock } from '../support/api-under-test.ts';
import { httpBackend } from '../support/backends.ts';
import { startTestGatewright } from '../support/gatewright-in-process.ts';
import { linesOf } from '../support/log-lines.ts';
import { ask } from '../support/plain-http.ts';

const file = join(import.meta.dirname, 'logs/every-integration.txt');

test('[LOG-04] the log of one request for every type of integration is as in logs/every-integration.txt', async () => {
  const backend = await httpBackend((_request, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.setHeader('x-amzn-RequestId', '11111111-2222-3333-4444-555555555555');
    response.end('{"from":"backend"}');
  });
  const gatewright = await startTestGatewright({ awsEndpoints: { sqs: backend.origin } });
  try {
    const source = 'exports.handler = async (event) => ({ statusCode: 200, headers: { "X-Own": "1" }, body: "{}" });';
    const functionArn = await createFunction(gatewright, 'golden', source);
    const responses = [{ statusCode: '200' }];
    const methods = {
      'POST /mock': mock('{"from":"mock"}'),
      'POST /http': { type: 'HTTP' as const, verb: 'POST', uri: `${backend.origin}/in`, responses },
      'POST /http-proxy': { type: 'HTTP_PROXY' as const, verb: 'POST', uri: `${backend.origin}/in` },
      'POST /lambda': lambdaCustom(functionArn, { responses }),
      'POST /lambda-proxy': lambdaProxy(functionArn),
      'POST /aws-service': {
        type: 'AWS' as const,
        verb: 'POST',
        uri: 'arn:aws:apigateway:us-east-1:sqs:path/000000000000/queue',
        credentials: 'arn:aws:iam::000000000000:role/sender',
        responses,
      },
      'POST /failing': { type: 'HTTP' as const, verb: 'POST', uri: 'http://127.0.0.1:65000/none', responses },
    };
    const api = await createApi(gatewright, methods);
    await api.deploy('prod');
    const value = 'arn:aws:iam::000000000000:role/logs';
    await gatewright.apigateway.send(
      new UpdateAccountCommand({ patchOperations: [{ op: 'replace', path: '/cloudwatchRoleArn', value }] }),
    );
    await gatewright.apigateway.send(
      new UpdateStageCommand({
        restApiId: api.id,
        stageName: 'prod',
        patchOperations: [
          { op: 'replace', path: '/*/*/logging/loglevel', value: 'INFO' },
          { op: 'replace', path: '/*/*/logging/dataTrace', value: 'true' },
        ],
      }),
    );
    let printed = '';
    for (const label of Object.keys(methods)) {
      const path = label.split(' ')[1]!;
      const headers = [
        'Host',
        'api.example.com',
        'Content-Type',
        'application/json',
        'Authorization',
        'Basic c2VjcmV0',
      ];
      const { port } = gatewright;
      const target = `/_aws/execute-api/${api.id}/prod${path}?q=1`;
      const answer = await ask({ port, method: 'POST', path: target, headers, body: '{"to":"backend"}' });
      const requestId = answer.all('x-amzn-requestid')[0]!;
      const prefix = `(${requestId}) `;
      const lines = (await linesOf(gatewright, `API-Gateway-Execution-Logs_${api.id}/prod`))
        .filter((line) => line.startsWith(prefix))
        .map((line) => line.slice(prefix.length));
      const words: [string | RegExp, string][] = [
        [requestId, 'REQUEST'],
        [answer.all('x-amz-apigw-id')[0]!, 'EXTENDED'],
        [api.id, 'API'],
        [`:${backend.port}`, ':PORT'],
        [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID'],
        [/(X-Amz-Content-Sha256=)[0-9a-f]{64}/g, '$1SHA'],
        [/(root|parent|lineage)=[^;,}"]*/gi, '$1=ID'],
        [/\d{8}T\d{6}Z/g, 'TIME'],
        [/(Date=)[^,]+, [^,]+ GMT/g, '$1TIME'],
        [/latency: \d+ ms/g, 'latency: N ms'],
        [/(Authorization=\**)[0-9a-f]{6}/g, '$1SIGNED'],
        [/\*{100,}/g, '***…'],
        // Holds ids and times in the middle, and is cut behind them.
        [/(body after transformations: \{"resource":"[^"]*").*/g, '$1…'],
      ];
      const told = words.reduce((text, [word, by]) => text.replaceAll(word as never, by), lines.join('\n'));
      printed += `== ${label}\n${told}\n\n`;
    }
    if (process.env['WRITE_GOLDEN'] === '1') writeFileSync(file, printed);
    assert.equal(printed, readFileSync(file, 'utf8'));
  } finally {
    await gatewright.close();
    await backend.close();
  }
});
