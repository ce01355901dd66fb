/** A canary: part of the requests meet the new deployment until it is promoted. */
import type { Tour } from './context.ts';
import { call, expect, expectAnswer } from './expect.ts';
import { mock, restApi } from './rest-api.ts';

export async function canary(tour: Tour): Promise<string> {
  const api = await restApi(tour, { 'GET /': mock('old') });
  await api.deploy();
  await api.replace({ 'GET /': mock('new') });
  await api.deploy({ canarySettings: { percentTraffic: 50 } });
  const requests = 200;
  let ofNew = 0;
  for (let i = 0; i < requests; i++) {
    const { body } = await call(api.url('/'));
    expect(body === 'old' || body === 'new', `A stage with a canary answered ${body}`);
    if (body === 'new') ofNew++;
  }
  // Beyond these bounds once in 10^12 runs.
  expect(ofNew > 50 && ofNew < 150, `${ofNew} of ${requests} requests went to a canary of 50 %`);
  await api.update([
    { op: 'replace', path: '/canarySettings/percentTraffic', value: '0.0' },
    { op: 'copy', from: '/canarySettings/deploymentId', path: '/deploymentId' },
    { op: 'remove', path: '/canarySettings' },
  ]);
  expectAnswer('The promoted stage', await call(api.url('/')), 200, 'new');
  return `${ofNew} of ${requests} requests went to the new deployment at 50 %, all once it was promoted`;
}
