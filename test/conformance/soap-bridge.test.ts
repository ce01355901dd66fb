/** The example examples/soap-bridge, run as its README says. */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CreateDeploymentCommand, ImportRestApiCommand } from '@aws-sdk/client-api-gateway';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';

const example = join(import.meta.dirname, '../../examples/soap-bridge');

let gatewright: TestGatewright;
let backend: Server;
let url: string;

before(async () => {
  gatewright = await startTestGatewright();
  const { createSoapBackend } = (await import(join(example, 'soap-backend.mjs'))) as { createSoapBackend(): Server };
  backend = createSoapBackend();
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  const body = readFileSync(join(example, 'api.yaml'));
  const { id, warnings } = await gatewright.apigateway.send(new ImportRestApiCommand({ body, failOnWarnings: true }));
  assert.equal(warnings, undefined);
  const variables = { soapBackend: `127.0.0.1:${(backend.address() as AddressInfo).port}` };
  await gatewright.apigateway.send(new CreateDeploymentCommand({ restApiId: id, stageName: 'dev', variables }));
  url = `${gatewright.invokeUrl(id!, 'dev')}/prices`;
});

after(async () => {
  await gatewright.close();
  backend.close();
  backend.closeAllConnections();
});

async function priceOf(question: unknown): Promise<[number, unknown]> {
  const reply = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(question),
  });
  return [reply.status, await reply.json()];
}

test('JSON goes in, SOAP to the backend, JSON comes out', async () => {
  assert.deepEqual(await priceOf({ item: 'lamp', pieces: 2 }), [
    200,
    { item: 'lamp', pieces: 2, total: { amount: 31, currency: 'EUR' } },
  ]);
});

test('what means something in XML or in JSON comes through as it is', async () => {
  for (const [item, amount] of [
    ['bolt & nut', 1.2],
    ['wheel "27"', 499],
  ] as const) {
    const total = { amount, currency: 'EUR' };
    assert.deepEqual(await priceOf({ item, pieces: 10 }), [200, { item, pieces: 10, total }]);
  }
});

test('a fault of the caller’s is 404 with its text, one that the schema sees never leaves the gateway', async () => {
  assert.deepEqual(await priceOf({ item: "O'Neil's </p:item>", pieces: 1 }), [
    404,
    { message: "There is no item <O'Neil's </p:item>>" },
  ]);
  assert.deepEqual(await priceOf({ item: 'lamp', pieces: 0 }), [400, { message: 'Invalid request body' }]);
});
