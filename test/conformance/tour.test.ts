/** The tour of examples/tour is walked on the whole product, and shown to end when something is not as it says. */
import { strict as assert } from 'node:assert';
import { after, before, describe, test } from 'node:test';
import { GetDomainNamesCommand, GetRestApisCommand, GetUsagePlansCommand } from '@aws-sdk/client-api-gateway';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { walkTour } from '../../examples/tour/tour.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';

describe('the tour', () => {
  let gatewright: TestGatewright;
  before(async () => {
    gatewright = await startTestGatewright({ strict: true });
  });
  after(() => gatewright.close());

  test('[E2E-06] one script touches every heading of the walk through API Gateway, and leaves nothing behind', async () => {
    const lines: string[] = [];
    await walkTour(gatewright.endpoint, (line) => lines.push(line));
    assert.deepEqual(
      lines.map((line) => line.slice(0, line.indexOf(':'))),
      [
        ...[
          'integrations',
          'endpoints',
          'stages',
          'variables',
          'canary',
          'mapping',
          'OpenAPI',
          'cache',
          'plans',
          'logs',
        ],
        ...['X-Ray', 'metrics', 'throttle', 'errors', 'CORS', 'IAM', 'policy', 'Cognito', 'authorizer', 'HTTP API'],
        ...['WebSocket', 'domain'],
      ],
    );
    for (const line of lines) assert.match(line, /^[^:]+: \S.{20,}$/);
    const { apigateway, lambda } = gatewright;
    assert.deepEqual((await apigateway.send(new GetRestApisCommand({}))).items ?? [], []);
    assert.deepEqual((await apigateway.send(new GetUsagePlansCommand({}))).items ?? [], []);
    assert.deepEqual((await apigateway.send(new GetDomainNamesCommand({}))).items ?? [], []);
    assert.deepEqual((await lambda.send(new ListFunctionsCommand({}))).Functions, []);
  });

  test('it ends with a sentence at the first answer that is not as it says, and still removes what it made', async () => {
    const shut = await startTestGatewright({ accountThrottle: { ratePerSecond: 0, burst: 0 } });
    try {
      const lines: string[] = [];
      await assert.rejects(
        walkTour(shut.endpoint, (line) => lines.push(line)),
        {
          message:
            'integrations: The MOCK integration answered 429 {"message":"Too Many Requests"}; 200 was to be expected',
        },
      );
      assert.deepEqual(lines, []);
      assert.deepEqual((await shut.apigateway.send(new GetRestApisCommand({}))).items ?? [], []);
      assert.deepEqual((await shut.lambda.send(new ListFunctionsCommand({}))).Functions, []);
    } finally {
      await shut.close();
    }
  });
});
