/** Requests without TLS: served unless the operator says otherwise. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createApi, mock } from '../support/api-under-test.ts';
import { startTestGatewright } from '../support/gatewright-in-process.ts';
import { ask } from '../support/plain-http.ts';

for (const { plainHttp, expected } of [
  { plainHttp: 'serve' as const, expected: '200 {}' },
  { plainHttp: 'forbid' as const, expected: '403 {"message":"Forbidden"}' },
  { plainHttp: 'redirect' as const, expected: '308 ' },
]) {
  test(`[EP-10] with plainHttp ${plainHttp} an API answers ${expected.slice(0, 3)} without TLS, 200 with it, and AWS calls are not touched`, async () => {
    const gatewright = await startTestGatewright({ plainHttp });
    try {
      const api = await createApi(gatewright, { 'POST /pets': mock('{}') });
      await api.deploy('s');
      const { port } = gatewright;
      const request = { port, path: `/_aws/execute-api/${api.id}/s/pets?a=b`, method: 'POST', body: '{}' };
      const plain = await ask(request);
      assert.equal(`${plain.status} ${plain.text}`, expected);
      const location = plainHttp === 'redirect' ? [`https://localhost:${port}${request.path}`] : [];
      assert.deepEqual(plain.all('Location'), location);
      const secured = await ask({ ...request, secure: true });
      assert.equal(`${secured.status} ${secured.text}`, '200 {}');
    } finally {
      await gatewright.close();
    }
  });
}
