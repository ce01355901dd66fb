/** Active tracing: one trace tells what the gateway and the function behind it did. */
import {
  BatchGetTracesCommand,
  CreateSamplingRuleCommand,
  DeleteSamplingRuleCommand,
  XRayClient,
} from '@aws-sdk/client-xray';
import type { Tour } from './context.ts';
import { call, eventually, expect } from './expect.ts';
import { lambdaFunction } from './function.ts';
import { lambdaProxy, restApi } from './rest-api.ts';

export async function xray(tour: Tour): Promise<string> {
  const client = new XRayClient(tour.client);
  tour.afterwards(() => client.destroy());
  const source = `export const handler = async () => ({ statusCode: 200, body: process.env._X_AMZN_TRACE_ID });`;
  const api = await restApi(tour, { 'GET /': lambdaProxy(await lambdaFunction(tour, 'traced', source)) });
  await api.deploy();
  const RuleName = `tour-${tour.run}`;
  await client.send(
    new CreateSamplingRuleCommand({
      SamplingRule: {
        RuleName,
        FixedRate: 1,
        ReservoirSize: 0,
        Priority: 1,
        ServiceName: `tour-${tour.run}/prod`,
        ServiceType: '*',
        ResourceARN: '*',
        Host: '*',
        HTTPMethod: '*',
        URLPath: '*',
        Version: 1,
      },
    }),
  );
  tour.afterwards(() => client.send(new DeleteSamplingRuleCommand({ RuleName })));
  await api.set({ '/tracingEnabled': 'true' });
  const { body } = await call(api.url('/'));
  const traceId = /Root=([^;]+);.*Sampled=1/.exec(body)?.[1];
  expect(traceId !== undefined, `The function was told the trace "${body}"`);
  const origins = await eventually('The trace', async () => {
    const { Traces = [] } = await client.send(new BatchGetTracesCommand({ TraceIds: [traceId] }));
    const found = Traces[0]?.Segments?.map(({ Document }) => (JSON.parse(Document!) as { origin: string }).origin);
    return found?.includes('AWS::Lambda::Function') ? found : undefined;
  });
  expect(origins.includes('AWS::ApiGateway::Stage'), `The trace has only ${origins.join(', ')}`);
  return `trace ${traceId} has segments of ${origins.join(', ')}`;
}
