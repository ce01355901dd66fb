/** Throttling: a burst gets through, the rest is refused. */
import type { Tour } from './context.ts';
import { call, expect, expectAnswer } from './expect.ts';
import { mock, restApi } from './rest-api.ts';

export async function throttle(tour: Tour): Promise<string> {
  const api = await restApi(tour, { 'GET /': mock('pets') });
  await api.deploy();
  // So slow a rate that no token comes back during the walk.
  await api.set({ '/*/*/throttling/rateLimit': '0.001', '/*/*/throttling/burstLimit': '3' });
  let passed = 0;
  for (let i = 0; i < 10; i++) {
    const answer = await call(api.url('/'));
    if (answer.status === 200) passed++;
    else expectAnswer('A request beyond the burst', answer, 429, '{"message":"Too Many Requests"}');
  }
  expect(passed === 3, `${passed} of 10 requests passed a burst of 3`);
  return '3 of 10 requests passed a burst limit of 3, the others got 429 Too Many Requests';
}
