/** Stage variables choose the function behind a method and reach it in its event. */
import { CreateStageCommand } from '@aws-sdk/client-api-gateway';
import type { Tour } from './context.ts';
import { call, expectAnswer } from './expect.ts';
import { lambdaFunction } from './function.ts';
import { lambdaProxy, restApi } from './rest-api.ts';

export async function variables(tour: Tour): Promise<string> {
  const saying = (who: string): string =>
    `export const handler = async ({ stageVariables }) => ({ statusCode: 200, body: '${who} in ' + stageVariables.color });`;
  const arn = await lambdaFunction(tour, 'one', saying('one'));
  await lambdaFunction(tour, 'two', saying('two'));
  const anyOfThem = arn.replace(/[^:]+$/, '${stageVariables.which}');
  const api = await restApi(tour, { 'GET /': lambdaProxy(anyOfThem) });
  const deploymentId = await api.deploy({ variables: { which: `tour-one-${tour.run}`, color: 'blue' } });
  await tour.apigateway.send(
    new CreateStageCommand({
      restApiId: api.id,
      stageName: 'beta',
      deploymentId,
      variables: { which: `tour-two-${tour.run}`, color: 'green' },
    }),
  );
  expectAnswer('Stage prod', await call(api.url('/')), 200, 'one in blue');
  expectAnswer('Stage beta', await call(api.url('/', 'beta')), 200, 'two in green');
  await api.set({ '/variables/color': 'red' });
  expectAnswer('Stage prod after its change', await call(api.url('/')), 200, 'one in red');
  return 'one deployment called one function from prod and another from beta, a change acted at once';
}
