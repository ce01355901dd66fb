/** API keys and usage plans: who has no key stays out, who has one gets as much as the plan says. */
import {
  CreateApiKeyCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  DeleteUsagePlanCommand,
  GetUsageCommand,
  UpdateUsagePlanCommand,
} from '@aws-sdk/client-api-gateway';
import type { Tour } from './context.ts';
import { call, expect, expectAnswer } from './expect.ts';
import { mock, restApi } from './rest-api.ts';

export async function plans(tour: Tour): Promise<string> {
  const { apigateway } = tour;
  const security = {
    components: { securitySchemes: { key: { type: 'apiKey', name: 'x-api-key', in: 'header' } } },
  };
  const api = await restApi(tour, { 'GET /': mock('in', { security: [{ key: [] }] }) }, security);
  await api.deploy();

  const key = await apigateway.send(new CreateApiKeyCommand({ name: `tour-${tour.run}`, enabled: true }));
  tour.afterwards(() => apigateway.send(new DeleteApiKeyCommand({ apiKey: key.id })));
  const plan = await apigateway.send(
    new CreateUsagePlanCommand({
      name: `tour-${tour.run}`,
      apiStages: [{ apiId: api.id, stage: 'prod' }],
      quota: { limit: 2, period: 'MONTH' },
    }),
  );
  const usagePlanId = plan.id!;
  tour.afterwards(() => apigateway.send(new DeleteUsagePlanCommand({ usagePlanId })));
  // A plan goes only after its stages have left it.
  tour.afterwards(() =>
    apigateway.send(
      new UpdateUsagePlanCommand({
        usagePlanId,
        patchOperations: [{ op: 'remove', path: '/apiStages', value: `${api.id}:prod` }],
      }),
    ),
  );
  await apigateway.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId: key.id, keyType: 'API_KEY' }));

  const headers = { 'x-api-key': key.value! };
  expectAnswer('Without a key the method', await call(api.url('/')), 403, '{"message":"Forbidden"}');
  expectAnswer('With a key the method', await call(api.url('/'), { headers }), 200, 'in');
  expectAnswer('The last call of the quota', await call(api.url('/'), { headers }), 200, 'in');
  const over = '{"message":"Limit Exceeded"}';
  expectAnswer('The call beyond the quota', await call(api.url('/'), { headers }), 429, over);

  // Two days, as midnight may pass meanwhile.
  const day = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
  const usage = await apigateway.send(new GetUsageCommand({ usagePlanId, startDate: day(-1), endDate: day(0) }));
  const days = usage.items?.[key.id!] ?? [];
  const used = days.reduce((all, [ofDay]) => all + ofDay!, 0);
  const remaining = days.at(-1)?.[1];
  expect(used === 2 && remaining === 0, `The plan says that ${used} were used and ${remaining} remain`);
  return 'no key 403, a key of a plan with a quota of 2 got 200, 200 and 429, and the usage says so';
}
