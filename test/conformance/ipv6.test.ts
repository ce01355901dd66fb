/** Callers that come over IPv6. */
import { strict as assert } from 'node:assert';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { createApi } from '../support/api-under-test.ts';
import { startTestGatewright } from '../support/gatewright-in-process.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

test('[NEW-04] a dualstack API answers over IPv6 and IPv4, and sees either address as it is written', {
  skip: hasIpv6 ? false : 'needs IPv6: this machine has no ::1',
}, async () => {
  const gatewright = await startTestGatewright({ host: '::' });
  try {
    const answered = { statusCode: '200', responseTemplates: { 'application/json': '$context.identity.sourceIp' } };
    const method = { type: 'MOCK' as const, requestTemplates: { 'application/json': '{"statusCode": 200}' } };
    const api = await createApi(
      gatewright,
      { 'GET /': { ...method, responses: [answered] } },
      { endpointConfiguration: { types: ['REGIONAL'], ipAddressType: 'dualstack' } },
    );
    await api.deploy('s');
    for (const [host, address] of [
      ['[::1]', '::1'],
      ['127.0.0.1', '127.0.0.1'],
    ] as const) {
      const reply = await fetch(`http://${host}:${gatewright.port}/_aws/execute-api/${api.id}/s/`);
      assert.equal(await reply.text(), address);
    }
  } finally {
    await gatewright.close();
  }
});
