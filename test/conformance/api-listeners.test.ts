/** Addresses where APIs alone are served, as a team opens them to the world: `apiListeners`, with a certificate of its own. */
import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connect } from 'node:tls';
import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { systemClock } from '../../src/base/clock.ts';
import { type Certificate, localCertificate } from '../../src/gateway/certificate.ts';
import { type ApiUnderTest, createApi, mock } from '../support/api-under-test.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { ask } from '../support/plain-http.ts';

describe('a listener for APIs alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatewright-listener-'));
  let gatewright: TestGatewright;
  let certificate: Certificate;
  let api: ApiUnderTest;
  let port: number;

  before(async () => {
    certificate = await localCertificate({ clock: systemClock })();
    const [tlsCertificateFile, tlsKeyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    writeFileSync(tlsCertificateFile, certificate.cert);
    writeFileSync(tlsKeyFile, certificate.key);
    gatewright = await startTestGatewright({
      apiListeners: [{ host: '127.0.0.1', port: 0 }],
      ...{ tlsCertificateFile, tlsKeyFile },
    });
    port = gatewright.apiPorts[0]!;
    api = await createApi(gatewright, { 'GET /pets': mock('{}') });
    await api.deploy('s');
  });
  after(async () => {
    await gatewright.close();
    rmSync(folder, { recursive: true });
  });

  test('serves APIs by host and by path, with and without TLS, with the operator’s certificate', async () => {
    const host = `${api.id}.execute-api.us-east-1.amazonaws.com`;
    for (const secure of [false, true]) {
      const byHost = await ask({ port, secure, path: '/s/pets', headers: ['Host', host] });
      assert.equal(`${byHost.status} ${byHost.text}`, '200 {}');
      const byPath = await ask({ port, secure, path: `/_aws/execute-api/${api.id}/s/pets` });
      assert.equal(byPath.status, 200);
    }
    const shown = await new Promise<string>((resolve, reject) => {
      const socket = connect({ port, ca: certificate.cert, servername: 'localhost' }, () => {
        resolve(socket.getPeerX509Certificate()!.toString());
        socket.end();
      }).on('error', reject);
    });
    assert.equal(shown.trim(), certificate.cert.trim());
  });

  test('finds no AWS call and no page of ours, however the request is dressed up', async () => {
    const paths = ['/', '/restapis', '/v2/apis', '/2015-03-31/functions', '/_/plans', '/metrics', '/_/console/', '/x'];
    for (const path of [...paths, '/_/requests', '/_localstack/health', `/restapis/${api.id}`]) {
      const reply = await ask({ port, path });
      assert.equal(`${path} ${reply.status} ${reply.text}`, `${path} 403 {"message":"Forbidden"}`);
    }
    const bucket = ['Host', 'pets.s3.us-east-1.amazonaws.com'];
    assert.equal((await ask({ port, path: '/a', method: 'PUT', headers: bucket, body: 'x' })).status, 403);
    const reset = await ask({ port, path: '/_/reset', method: 'POST' });
    assert.equal(reset.status, 403);
    const preflight = ['Origin', 'https://evil.example', 'Access-Control-Request-Method', 'POST'];
    assert.equal((await ask({ port, path: '/restapis', method: 'OPTIONS', headers: preflight })).status, 403);
    const named = ['X-Amz-Target', 'AWSCognitoIdentityProviderService.InitiateAuth'];
    const hidden = await ask({ port, path: '/restapis', method: 'POST', headers: named, body: '{"name":"x"}' });
    assert.equal(hidden.status, 403);
    const announced = [...named, 'Access-Control-Request-Headers', 'x-amz-target'];
    assert.equal((await ask({ port, path: '/restapis', method: 'POST', headers: announced, body: '{}' })).status, 403);
    assert.equal((await ask({ port: gatewright.port, path: '/restapis' })).status, 200);
  });

  test('answers what callers of APIs need: health, the keys of user pools, and signing in', async () => {
    assert.equal((await ask({ port, path: '/_/health' })).status, 200);
    const admin = new CognitoIdentityProviderClient(clientConfig(gatewright.endpoint));
    const callers = new CognitoIdentityProviderClient(clientConfig(`http://localhost:${port}`));
    try {
      const pool = (await admin.send(new CreateUserPoolCommand({ PoolName: 'p' }))).UserPool!;
      const made = await admin.send(
        new CreateUserPoolClientCommand({
          UserPoolId: pool.Id!,
          ClientName: 'c',
          ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
        }),
      );
      const keys = await ask({ port, path: `/${pool.Id}/.well-known/jwks.json` });
      assert.equal(keys.status, 200);
      const signIn = new InitiateAuthCommand({
        AuthFlow: 'USER_PASSWORD_AUTH',
        ClientId: made.UserPoolClient!.ClientId!,
        AuthParameters: { USERNAME: 'nobody', PASSWORD: 'Secret-123' },
      });
      await assert.rejects(callers.send(signIn), { name: /NotAuthorizedException|UserNotFoundException/ });
      await assert.rejects(callers.send(new CreateUserPoolCommand({ PoolName: 'q' })), (error: Error) => {
        assert.match(error.message, /Forbidden/);
        return true;
      });
    } finally {
      admin.destroy();
      callers.destroy();
    }
  });
});

test('a certificate that cannot be used stops the start', async () => {
  const settings = { tlsCertificateFile: '/nowhere/cert.pem', tlsKeyFile: '/nowhere/key.pem' };
  await assert.rejects(startTestGatewright(settings), /^Error: Cannot read the TLS certificate: ENOENT/);
});
