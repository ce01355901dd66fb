/** Stages: each shows the deployment it was given, edits show with the next one, and an older one can be put back. */
import { CreateStageCommand } from '@aws-sdk/client-api-gateway';
import type { Tour } from './context.ts';
import { call, expectAnswer } from './expect.ts';
import { mock, restApi } from './rest-api.ts';

export async function stages(tour: Tour): Promise<string> {
  const api = await restApi(tour, { 'GET /': mock('first') });
  const first = await api.deploy();
  await api.replace({ 'GET /': mock('second') });
  expectAnswer('The stage before its second deployment', await call(api.url('/')), 200, 'first');
  const deploymentId = await api.deploy();
  expectAnswer('The stage after its second deployment', await call(api.url('/')), 200, 'second');
  await tour.apigateway.send(new CreateStageCommand({ restApiId: api.id, stageName: 'beta', deploymentId }));
  await api.set({ '/deploymentId': first });
  expectAnswer('The stage that was rolled back', await call(api.url('/')), 200, 'first');
  expectAnswer('The other stage', await call(api.url('/', 'beta')), 200, 'second');
  return 'an edit waited for its deployment, prod was rolled back to the first, beta kept the second';
}
