/** TLS of custom domain names: which certificate a client sees, what it may negotiate, and who it has to be. */
import { strict as assert } from 'node:assert';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import {
  ACMClient,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  ImportCertificateCommand,
  RequestCertificateCommand,
} from '@aws-sdk/client-acm';
import {
  CreateBasePathMappingCommand,
  CreateDomainNameCommand,
  type CreateDomainNameCommandInput,
  DeleteDomainNameCommand,
  UpdateAccountCommand,
  UpdateDomainNameCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client, CreateApiMappingCommand } from '@aws-sdk/client-apigatewayv2';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { type ApiUnderTest, createApi, createFunction, lambdaProxy, mock } from '../support/api-under-test.ts';
import { makeCertificate, type TestCertificate } from '../support/certificate-chain.ts';
import { askDomain, type DomainReply, shakeHands } from '../support/domain-client.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { createHttpApi, lambdaRoute } from '../support/http-api-under-test.ts';
import { awaitLines } from '../support/log-lines.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatewright-truststores-'));
const echoSource = 'exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });';
const forbidden = '{"message":"Forbidden"}';

let gatewright: TestGatewright;
let acm: ACMClient;
let authority: string;
let echo: string;
let pets: ApiUnderTest;
let domains = 0;

/** A new regional domain with a certificate requested for it; `pets` stands at its root. */
async function newDomain(more: Partial<CreateDomainNameCommandInput> = {}): Promise<string> {
  const domainName = more.domainName ?? `t${domains++}.example.com`;
  await gatewright.apigateway.send(
    new CreateDomainNameCommand({
      regionalCertificateArn: more.regionalCertificateArn ?? (await requested(domainName)),
      endpointConfiguration: { types: ['REGIONAL'] },
      securityPolicy: 'TLS_1_2',
      ...more,
      domainName,
    }),
  );
  const mapping = { domainName, restApiId: pets.id, stage: 'prod' };
  await gatewright.apigateway.send(new CreateBasePathMappingCommand(mapping));
  return domainName;
}

async function requested(DomainName: string): Promise<string> {
  const KeyAlgorithm = 'EC_prime256v1';
  return (await acm.send(new RequestCertificateCommand({ DomainName, KeyAlgorithm }))).CertificateArn!;
}

const patch = (domainName: string, path: string, value: string) =>
  gatewright.apigateway.send(
    new UpdateDomainNameCommand({ domainName, patchOperations: [{ op: 'replace', path, value }] }),
  );

const go = (host: string, path = '/pets', tls: ConnectionOptions = {}): Promise<DomainReply> =>
  askDomain({ port: gatewright.port, host, path, tls });

/** What a client that trusts the local authority sees. */
async function certificateOf(host: string): Promise<X509Certificate> {
  const socket = await shakeHands(gatewright.port, host, { ca: authority });
  const certificate = socket.getPeerX509Certificate()!;
  socket.destroy();
  return certificate;
}

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('TLS of custom domain names', () => {
  before(async () => {
    gatewright = await startTestGatewright({ bucketFolders: { truststores: folder } });
    acm = new ACMClient(clientConfig(gatewright.endpoint));
    authority = await (await fetch(`${gatewright.endpoint}/_/ca.pem`)).text();
    echo = await createFunction(gatewright, 'echo', echoSource);
    pets = await createApi(gatewright, { 'GET /pets': mock('pets'), 'GET /echo': lambdaProxy(echo) });
    await pets.deploy('prod');
  });

  after(async () => {
    acm.destroy();
    await gatewright.close();
    rmSync(folder, { recursive: true });
  });

  test('a client that asks for a domain by SNI gets its certificate and trusts it by the local authority', async () => {
    const host = await newDomain();
    assert.equal((await certificateOf(host)).subject, `CN=${host}`);
    assert.equal((await go(host, '/pets', { ca: authority })).text, 'pets');
  });

  test('[DOM-04] the certificate of a name of its own comes before that of the wildcard', async () => {
    const host = await newDomain({ domainName: '*.tls.example.com' });
    assert.equal(host, '*.tls.example.com');
    await newDomain({ domainName: 'own.tls.example.com' });
    assert.equal((await certificateOf('a.tls.example.com')).subject, 'CN=*.tls.example.com');
    assert.equal((await certificateOf('own.tls.example.com')).subject, 'CN=own.tls.example.com');
  });

  test('every other name, and none, still gets the certificate of the default endpoints', async () => {
    await newDomain();
    for (const servername of ['localhost', 'x.execute-api.localhost', 'nobody.example.com', '']) {
      const socket = await shakeHands(gatewright.port, 'localhost', { servername });
      assert.match(socket.getPeerX509Certificate()!.subject, /CN=localhost/, servername);
      socket.destroy();
    }
  });

  test('a domain whose certificate is not held here is served with one of the local authority', async () => {
    const elsewhere = 'arn:aws:acm:us-east-1:000000000000:certificate/11111111-2222-4333-8444-555555555555';
    const host = await newDomain({ regionalCertificateArn: elsewhere });
    assert.equal((await certificateOf(host)).checkHost(host), host);
  });

  test('[DOM-11] a certificate that is imported anew is shown from then on, and open connections stay open', async () => {
    const root = await makeCertificate({ name: 'CN=Root', isAuthority: true });
    const domainName = 'imported.example.com';
    const leaf = () => makeCertificate({ name: `CN=${domainName}`, dns: [domainName], issuer: root });
    const importOf = async ({ certificate, privateKey }: TestCertificate, CertificateArn?: string) => {
      const sent = { Certificate: bytes(certificate), PrivateKey: bytes(privateKey) };
      const chain = { CertificateChain: bytes(root.certificate) };
      return (await acm.send(new ImportCertificateCommand({ ...sent, ...chain, CertificateArn }))).CertificateArn!;
    };
    const first = await leaf();
    const arn = await importOf(first);
    await newDomain({ domainName, regionalCertificateArn: arn });
    const shown = async (): Promise<string> => {
      const socket = await shakeHands(gatewright.port, domainName, { ca: root.certificate });
      const { fingerprint256 } = socket.getPeerX509Certificate()!;
      socket.destroy();
      return fingerprint256;
    };
    assert.equal(await shown(), new X509Certificate(first.certificate).fingerprint256);
    const open = await shakeHands(gatewright.port, domainName, { ca: root.certificate });
    assert.match(await askOn(open, domainName), /pets$/);
    const second = await leaf();
    await importOf(second, arn);
    assert.equal(await shown(), new X509Certificate(second.certificate).fingerprint256);
    await patch(domainName, '/regionalCertificateArn', await requested(domainName));
    assert.equal((await certificateOf(domainName)).issuer, new X509Certificate(authority).subject);
    assert.match(await askOn(open, domainName), /pets$/);
    open.destroy();
  });

  test('a certificate in use is not deleted, and says by whom', async () => {
    const domainName = 'used.example.com';
    const CertificateArn = await requested(domainName);
    await newDomain({ domainName, regionalCertificateArn: CertificateArn });
    await assert.rejects(acm.send(new DeleteCertificateCommand({ CertificateArn })), {
      name: 'ResourceInUseException',
      message: `Certificate ${CertificateArn} is in use.`,
    });
    const { Certificate } = await acm.send(new DescribeCertificateCommand({ CertificateArn }));
    assert.deepEqual(Certificate!.InUseBy, [`arn:aws:apigateway:us-east-1::/domainnames/${domainName}`]);
    assert.equal(Certificate!.RenewalEligibility, 'ELIGIBLE');
    await gatewright.apigateway.send(new DeleteDomainNameCommand({ domainName }));
    await acm.send(new DeleteCertificateCommand({ CertificateArn }));
  });

  const old = (version: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2'): ConnectionOptions => ({
    minVersion: version,
    maxVersion: version,
    ciphers: 'DEFAULT@SECLEVEL=0',
  });
  const protocolOf = async (host: string, tls: ConnectionOptions): Promise<string> => {
    try {
      const socket = await shakeHands(gatewright.port, host, tls);
      const protocol = socket.getProtocol()!;
      socket.destroy();
      return protocol;
    } catch {
      return 'refused';
    }
  };

  test('[DOM-12] TLS_1_0 takes clients of TLS 1.0, TLS_1_2 does not, and a domain that weakens itself weakens no other', async () => {
    const weak = await newDomain({ securityPolicy: 'TLS_1_0' });
    const strong = await newDomain();
    const table: [string, string, string][] = [];
    for (const version of ['TLSv1', 'TLSv1.1', 'TLSv1.2'] as const) {
      table.push([version, await protocolOf(weak, old(version)), await protocolOf(strong, old(version))]);
    }
    assert.deepEqual(table, [
      ['TLSv1', 'TLSv1', 'refused'],
      ['TLSv1.1', 'TLSv1.1', 'refused'],
      ['TLSv1.2', 'TLSv1.2', 'TLSv1.2'],
    ]);
    assert.equal(await protocolOf('localhost', old('TLSv1')), 'refused');
    assert.equal(await protocolOf(weak, {}), 'TLSv1.3');
    assert.equal((await go(weak, '/pets', old('TLSv1'))).text, 'pets');
    // CBC with SHA-1 is of the older policy only.
    const sha1: ConnectionOptions = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA@SECLEVEL=0' };
    assert.equal(await protocolOf(weak, sha1), 'TLSv1.2');
    assert.equal(await protocolOf(strong, sha1), 'refused');
  });

  test('[DOM-13] an enhanced policy for TLS 1.3 takes its three suites and no TLS 1.2; a patch acts at once', async () => {
    const host = await newDomain({
      securityPolicy: 'SecurityPolicy_TLS13_1_3_2025_09',
      endpointAccessMode: 'BASIC',
    });
    assert.equal(await protocolOf(host, old('TLSv1.2')), 'refused');
    for (const ciphers of ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256']) {
      assert.equal(await protocolOf(host, { ciphers }), 'TLSv1.3', ciphers);
    }
    assert.equal(await protocolOf(host, { ciphers: 'TLS_AES_128_CCM_SHA256' }), 'refused');
    await patch(host, '/securityPolicy', 'SecurityPolicy_TLS13_1_3_FIPS_2025_09');
    assert.equal(await protocolOf(host, { ciphers: 'TLS_CHACHA20_POLY1305_SHA256' }), 'refused');
    await patch(host, '/securityPolicy', 'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09');
    assert.equal(await protocolOf(host, old('TLSv1.2')), 'TLSv1.2');
    assert.equal(
      await protocolOf(host, { ...old('TLSv1.2'), ciphers: 'ECDHE-ECDSA-AES128-SHA256@SECLEVEL=0' }),
      'refused',
    );
  });

  test('[DOM-14] STRICT wants the name of the handshake to be the one in Host, BASIC does not', async () => {
    const enhanced = { securityPolicy: 'SecurityPolicy_TLS13_1_2_2021_06' } as const;
    const strict = await newDomain({ ...enhanced, endpointAccessMode: 'STRICT' });
    const basic = await newDomain({ ...enhanced, endpointAccessMode: 'BASIC' });
    assert.equal((await go(strict)).text, 'pets');
    assert.equal((await go(`${strict.toUpperCase()}:443`)).text, 'pets');
    assert.equal((await go(basic, '/pets', { servername: strict })).text, 'pets');
    for (const servername of [basic, 'localhost', '']) {
      assert.equal((await go(strict, '/pets', { servername })).text, forbidden, servername);
    }
    const plain = await askDomain({ port: gatewright.port, host: strict, path: '/pets' });
    assert.deepEqual([plain.status, plain.text], [403, forbidden]);
  });

  test('[DOM-15] $context.tlsVersion and $context.cipherSuite are what was negotiated', async () => {
    const host = await newDomain();
    await logTo('tls-accesses', '$context.tlsVersion $context.cipherSuite $context.requestId');
    await go(host);
    await go(host, '/pets', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384' });
    await askDomain({ port: gatewright.port, host, path: '/pets' });
    const lines = await awaitLines(gatewright, 'tls-accesses', 3);
    assert.match(lines[0]!, /^TLSv1\.3 TLS_AES_\w+ /);
    assert.match(lines[1]!, /^TLSv1\.2 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 /);
    assert.match(lines[2]!, /^- - /);
  });

  describe('mutual TLS', () => {
    let root: TestCertificate;
    let client: TestCertificate;
    let host: string;
    const shown = ({ certificate, privateKey }: TestCertificate): ConnectionOptions => ({
      cert: certificate,
      key: privateKey,
    });

    before(async () => {
      root = await makeCertificate({ name: 'CN=Client root, O=Example', isAuthority: true });
      client = await makeCertificate({ name: 'CN=client-7, O=Example', issuer: root });
      writeFileSync(join(folder, 'clients.pem'), root.certificate);
      host = await newDomain({ mutualTlsAuthentication: { truststoreUri: 's3://truststores/clients.pem' } });
    });

    test('[DOM-16] a client that the truststore trusts is served', async () => {
      assert.equal((await go(host, '/pets', { ca: authority, ...shown(client) })).text, 'pets');
      const older = { maxVersion: 'TLSv1.2' } as const;
      assert.equal((await go(host, '/pets', { ...older, ...shown(client) })).text, 'pets');
    });

    test('[DOM-17] untrusted, expired, weak and absent certificates are answered 403 Forbidden', async () => {
      const stranger = await makeCertificate({ name: 'CN=Client root, O=Example', isAuthority: true });
      const bad: Record<string, ConnectionOptions> = {
        absent: {},
        untrusted: shown(await makeCertificate({ name: 'CN=client-7, O=Example', issuer: stranger })),
        'self-signed': shown(await makeCertificate({ name: 'CN=client-7, O=Example' })),
        expired: shown(await makeCertificate({ name: 'CN=old', issuer: root, daysFromNow: [-9, -1] })),
        weak: {
          ...shown(await makeCertificate({ name: 'CN=weak', issuer: root, rsaBits: 1024 })),
          ciphers: 'DEFAULT@SECLEVEL=0',
        },
      };
      for (const [kind, tls] of Object.entries(bad)) {
        for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
          const { status, text, headers } = await go(host, '/pets', { ...tls, maxVersion });
          assert.deepEqual([status, text, headers['x-amzn-errortype']], [403, forbidden, 'ForbiddenException'], kind);
        }
      }
    });

    test('[DOM-17] no way round: without TLS, by another name’s handshake, by a resumed session', async () => {
      const other = await newDomain();
      const plain = await askDomain({ port: gatewright.port, host, path: '/pets' });
      assert.equal(plain.text, forbidden);
      for (const servername of [other, 'localhost', '']) {
        assert.equal((await go(host, '/pets', { servername, ...shown(client) })).text, forbidden, servername);
      }
      for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
        const first = await shakeHands(gatewright.port, host, { maxVersion, ...shown(client) });
        assert.match(await askOn(first, host), /pets$/);
        const session = first.getSession();
        first.destroy();
        const second = await shakeHands(gatewright.port, host, { maxVersion, session });
        assert.equal(second.isSessionReused(), false);
        assert.match(await askOn(second, host), /Forbidden"\}$/);
        second.destroy();
      }
    });

    test('[DOM-17] over HTTP/2 the same, and a connection made to another domain is no way in', async () => {
      const other = await newDomain();
      const ask = async (name: string, authority: string, tls: ConnectionOptions) => {
        const session = connectHttp2(`https://${name}:${gatewright.port}`, {
          createConnection: () =>
            connect({ host: '127.0.0.1', port: gatewright.port, servername: name, ALPNProtocols: ['h2'], ...tls }),
        });
        const stream = session.request({ ':path': '/pets', ':authority': authority });
        let text = '';
        for await (const chunk of stream) text += String(chunk);
        session.close();
        return text;
      };
      const known = { ca: authority, ...shown(client) };
      assert.equal(await ask(host, host, known), 'pets');
      assert.equal(await ask(host, host, { ca: authority }), forbidden);
      assert.equal(await ask(other, host, known), forbidden);
      assert.equal(await ask(host, other, known), 'pets');
    });

    test('[DOM-18] functions behind REST and HTTP APIs are told who the client is', async () => {
      const v2 = new ApiGatewayV2Client(clientConfig(gatewright.endpoint));
      const routes = { 'GET /echo': lambdaRoute(echo), 'GET /old': lambdaRoute(echo, { PayloadFormatVersion: '1.0' }) };
      const api = await createHttpApi(gatewright, routes);
      const mapping = { DomainName: host, ApiMappingKey: 'http', ApiId: api.id, Stage: '$default' };
      await v2.send(new CreateApiMappingCommand(mapping));
      v2.destroy();
      const certificate = new X509Certificate(client.certificate);
      const expected = {
        clientCertPem: certificate.toString(),
        subjectDN: 'O=Example,CN=client-7',
        issuerDN: 'O=Example,CN=Client root',
        serialNumber: certificate.serialNumber.toLowerCase().match(/../g)!.join(':'),
        validity: { notBefore: certificate.validFrom, notAfter: certificate.validTo },
      };
      type Context = { identity?: { clientCert?: unknown }; authentication?: { clientCert?: unknown } };
      const context = async (path: string) => (await go(host, path, shown(client))).json['requestContext'] as Context;
      assert.deepEqual((await context('/echo')).identity?.clientCert, expected);
      assert.deepEqual((await context('/http/old')).identity?.clientCert, expected);
      assert.deepEqual((await context('/http/echo')).authentication, { clientCert: expected });
      const without = (await go(await newDomain(), '/echo')).json['requestContext'] as Context;
      assert.equal('clientCert' in without.identity!, false);
    });

    test('[DOM-17] a client that is turned away stands in the access log with what it showed', async () => {
      await logTo(
        'refused-accesses',
        '$context.status $context.identity.clientCert.subjectDN $context.error.message $context.resourcePath $context.requestId',
      );
      const stranger = await makeCertificate({ name: 'CN=stranger', isAuthority: true });
      await go(host, '/pets', shown(stranger));
      await go(host, '/pets');
      const [first, second] = await awaitLines(gatewright, 'refused-accesses', 2);
      assert.match(first!, /^403 CN=stranger Forbidden \/pets /);
      assert.match(second!, /^403 - Forbidden \/pets /);
    });

    test('[DOM-18] access logs and templates read the certificate', async () => {
      await logTo(
        'certificate-accesses',
        '$context.identity.clientCert.subjectDN|$context.identity.clientCert.validity.notAfter|$context.requestId',
      );
      await go(host, '/pets', shown(client));
      const [line] = await awaitLines(gatewright, 'certificate-accesses', 1);
      const { validTo } = new X509Certificate(client.certificate);
      assert.ok(line?.startsWith(`O=Example,CN=client-7|${validTo}|`), String(line));
      const api = await createApi(gatewright, {
        'GET /who': mock('$context.identity.clientCert.issuerDN $context.customDomain.basePathMatched'),
      });
      await api.deploy('s');
      const domainName = await newDomain({
        mutualTlsAuthentication: { truststoreUri: 's3://truststores/clients.pem' },
      });
      const mapping = { domainName, basePath: 'who', restApiId: api.id, stage: 's' };
      await gatewright.apigateway.send(new CreateBasePathMappingCommand(mapping));
      assert.equal((await go(domainName, '/who/who', shown(client))).text, 'O=Example,CN=Client root who');
    });

    test('[DOM-19] another truststore counts for connections that are open, and clearing it asks nobody any more', async () => {
      const domain = await newDomain({ mutualTlsAuthentication: { truststoreUri: 's3://truststores/clients.pem' } });
      const open = await shakeHands(gatewright.port, domain, shown(client));
      assert.match(await askOn(open, domain), /pets$/);
      const others = await makeCertificate({ name: 'CN=Others', isAuthority: true });
      writeFileSync(join(folder, 'others.pem'), others.certificate);
      await patch(domain, '/mutualTlsAuthentication/truststoreUri', 's3://truststores/others.pem');
      assert.match(await askOn(open, domain), /Forbidden"\}$/);
      assert.equal((await go(domain, '/pets', shown(client))).text, forbidden);
      const theirs = await makeCertificate({ name: 'CN=theirs', issuer: others });
      assert.equal((await go(domain, '/pets', shown(theirs))).text, 'pets');
      await patch(domain, '/mutualTlsAuthentication/truststoreUri', '');
      assert.match(await askOn(open, domain), /pets$/);
      assert.equal((await go(domain)).text, 'pets');
      open.destroy();
    });
  });
});

/** Access logs of the stage `prod` of `pets` to a group of this name. */
async function logTo(logGroupName: string, format: string): Promise<void> {
  const logs = new CloudWatchLogsClient(clientConfig(gatewright.endpoint));
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  logs.destroy();
  const role = { op: 'replace' as const, path: '/cloudwatchRoleArn', value: 'arn:aws:iam::000000000000:role/logs' };
  await gatewright.apigateway.send(new UpdateAccountCommand({ patchOperations: [role] }));
  const destination = `arn:aws:logs:us-east-1:000000000000:log-group:${logGroupName}`;
  await gatewright.apigateway.send(
    new UpdateStageCommand({
      restApiId: pets.id,
      stageName: 'prod',
      patchOperations: [
        { op: 'replace', path: '/accessLogSettings/format', value: format },
        { op: 'replace', path: '/accessLogSettings/destinationArn', value: destination },
      ],
    }),
  );
}

/** One more request on an open connection; the whole answer. */
function askOn(socket: TLSSocket, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      const [, head, length] = /^([\s\S]*?Content-Length: (\d+)[\s\S]*?\r\n\r\n)/i.exec(text) ?? [];
      if (head === undefined || text.length < head.length + Number(length)) return;
      socket.off('data', read);
      resolve(text);
    };
    socket
      .on('data', read)
      .once('error', reject)
      .once('close', () => reject(new Error('closed')));
    socket.write(`GET /pets HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  });
}
