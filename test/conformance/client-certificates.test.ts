/** Client certificates on the whole product: a backend that asks for one over TLS and says whose it was shown. */
import { strict as assert } from 'node:assert';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import {
  DeleteClientCertificateCommand,
  GenerateClientCertificateCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import { systemClock } from '../../src/base/clock.ts';
import { localCertificate } from '../../src/gateway/certificate.ts';
import { type ApiUnderTest, createApi } from '../support/api-under-test.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';

let gatewright: TestGatewright;
let api: ApiUnderTest;
let serial: (pem: string) => string;
let closeBackend: () => void;

before(async () => {
  const { X509Certificate } = await import('node:crypto');
  serial = (pem) => new X509Certificate(pem).serialNumber;
  gatewright = await startTestGatewright();
  const backend = createServer(
    { ...(await localCertificate({ clock: systemClock })()), requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const certificate = (request.socket as TLSSocket).getPeerCertificate();
      response.end(certificate?.serialNumber ?? 'nobody');
    },
  );
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  closeBackend = () => backend.close().closeAllConnections();
  const origin = `https://localhost:${(backend.address() as AddressInfo).port}`;
  const tlsConfig = { insecureSkipVerification: true };
  const uri = `${origin}/`;
  api = await createApi(gatewright, {
    'GET /proxy': { type: 'HTTP_PROXY', verb: 'GET', uri, tlsConfig },
    'GET /custom': { type: 'HTTP', verb: 'GET', uri, tlsConfig, responses: [{ statusCode: '200' }] },
  });
  await api.deploy('s');
});

after(async () => {
  await gatewright.close();
  closeBackend();
});

const generate = () => gatewright.apigateway.send(new GenerateClientCertificateCommand({}));

const show = (clientCertificateId: string) =>
  gatewright.apigateway.send(
    new UpdateStageCommand({
      restApiId: api.id,
      stageName: 's',
      patchOperations: [{ op: 'replace', path: '/clientCertificateId', value: clientCertificateId }],
    }),
  );

const shownAt = async (path: string): Promise<string> => (await fetch(api.url('s', path))).text();

test('[CC-01] the backend is shown the certificate of the stage, and another one as soon as the stage says so', async () => {
  assert.equal(await shownAt('/proxy'), 'nobody');
  const first = await generate();
  const second = await generate();
  for (const { clientCertificateId, pemEncodedCertificate } of [first, second]) {
    await show(clientCertificateId!);
    for (const path of ['/proxy', '/custom']) assert.equal(await shownAt(path), serial(pemEncodedCertificate!), path);
  }
  await gatewright.apigateway.send(
    new DeleteClientCertificateCommand({ clientCertificateId: first.clientCertificateId! }),
  );
  await show('');
  assert.equal(await shownAt('/proxy'), 'nobody');
});

test('[CC-02] no answer holds a private key', async () => {
  const made = await generate();
  assert.match(made.pemEncodedCertificate!, /^-----BEGIN CERTIFICATE-----/);
  const listed = await fetch(`${gatewright.endpoint}/clientcertificates`);
  const text = await listed.text();
  assert.match(text, /BEGIN CERTIFICATE/);
  assert.doesNotMatch(text, /PRIVATE/);
});
