/** Certificate Manager as API Gateway's users use it, through the official SDK. */
import { strict as assert } from 'node:assert';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  ACMClient,
  AddTagsToCertificateCommand,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  ExportCertificateCommand,
  GetCertificateCommand,
  ImportCertificateCommand,
  ListCertificatesCommand,
  ListTagsForCertificateCommand,
  RemoveTagsFromCertificateCommand,
  RenewCertificateCommand,
  RequestCertificateCommand,
} from '@aws-sdk/client-acm';
import { builtOperations } from '../../src/app/compose/built-operations.ts';
import { makeSelfSigned } from '../../src/base/self-signed.ts';
import { certificateOperations } from '../../src/companions/certificates/lazy-certificates.ts';
import { makeCertificate, type TestCertificate } from '../support/certificate-chain.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

async function withAcm(use: (acm: ACMClient, gatewright: TestGatewright) => Promise<void>): Promise<void> {
  const gatewright = await startTestGatewright();
  const acm = new ACMClient(clientConfig(gatewright.endpoint));
  try {
    await use(acm, gatewright);
  } finally {
    acm.destroy();
    await gatewright.close();
  }
}

const importable = ({ certificate, privateKey }: TestCertificate, chain?: TestCertificate) => ({
  Certificate: bytes(certificate),
  PrivateKey: bytes(privateKey),
  ...(chain && { CertificateChain: bytes(chain.certificate) }),
});

describe('Certificate Manager', () => {
  test('a requested certificate is issued at once by the authority at /_/ca.pem, for the names asked for', () =>
    withAcm(async (acm, { endpoint }) => {
      const { CertificateArn } = await acm.send(
        new RequestCertificateCommand({
          DomainName: 'api.example.com',
          SubjectAlternativeNames: ['*.api.example.com', 'api.example.com'],
          ValidationMethod: 'DNS',
          Tags: [{ Key: 'team', Value: 'rides' }],
        }),
      );
      assert.match(CertificateArn!, /^arn:aws:acm:us-east-1:000000000000:certificate\/[0-9a-f-]{36}$/);
      const { Certificate } = await acm.send(new DescribeCertificateCommand({ CertificateArn }));
      assert.equal(Certificate!.Status, 'ISSUED');
      assert.equal(Certificate!.Type, 'AMAZON_ISSUED');
      assert.deepEqual(Certificate!.SubjectAlternativeNames, ['api.example.com', '*.api.example.com']);
      assert.equal(Certificate!.KeyAlgorithm as string, 'RSA-2048');
      assert.equal(Certificate!.Subject, 'CN=api.example.com');
      assert.deepEqual(Certificate!.InUseBy, []);
      assert.deepEqual(Certificate!.KeyUsages, [{ Name: 'DIGITAL_SIGNATURE' }, { Name: 'KEY_ENCIPHERMENT' }]);
      const [first, second] = Certificate!.DomainValidationOptions!;
      assert.equal(first!.ValidationStatus, 'SUCCESS');
      assert.match(first!.ResourceRecord!.Name!, /^_[0-9a-f]{32}\.api\.example\.com\.$/);
      assert.deepEqual(second!.ResourceRecord, first!.ResourceRecord, 'a wildcard shares the record of its name');

      const got = await acm.send(new GetCertificateCommand({ CertificateArn }));
      const certificate = new X509Certificate(got.Certificate!);
      const authority = new X509Certificate(await (await fetch(`${endpoint}/_/ca.pem`)).text());
      assert.equal(authority.ca, true);
      assert.ok(certificate.verify(authority.publicKey));
      assert.equal(certificate.checkHost('a.api.example.com'), '*.api.example.com');
      assert.equal(new X509Certificate(got.CertificateChain!).fingerprint256, authority.fingerprint256);
    }));

  test('the authority stays the same beyond a reset', () =>
    withAcm(async (_acm, { endpoint }) => {
      const pem = async (): Promise<string> => (await fetch(`${endpoint}/_/ca.pem`)).text();
      const before = await pem();
      assert.equal((await fetch(`${endpoint}/_/reset`, { method: 'POST' })).status, 200);
      assert.equal(await pem(), before);
    }));

  test('the same idempotency token within the hour is the same certificate', () =>
    withAcm(async (acm) => {
      const input = { DomainName: 'once.example.com', IdempotencyToken: 'abc', KeyAlgorithm: 'EC_prime256v1' } as const;
      const first = await acm.send(new RequestCertificateCommand(input));
      const second = await acm.send(new RequestCertificateCommand(input));
      assert.equal(second.CertificateArn, first.CertificateArn);
    }));

  test('an import is held against its key, its chain and the time; what fits is listed and can be imported anew', () =>
    withAcm(async (acm) => {
      const root = await makeCertificate({ name: 'CN=Root', isAuthority: true });
      const leaf = await makeCertificate({ name: 'CN=shop.example.com', dns: ['shop.example.com'], issuer: root });
      const other = await makeCertificate({ name: 'CN=Other', isAuthority: true });
      const expired = await makeCertificate({ name: 'CN=old.example.com', issuer: root, daysFromNow: [-20, -10] });
      const refusals: readonly [object, RegExp][] = [
        [importable(leaf), /not a valid self signed/],
        [importable(leaf, other), /Could not validate the certificate with the certificate chain/],
        [{ ...importable(leaf, root), PrivateKey: bytes(other.privateKey) }, /does not match/],
        [{ ...importable(leaf, root), Certificate: bytes(leaf.certificate + root.certificate) }, /more than one/],
        [{ ...importable(leaf, root), Certificate: bytes('hello') }, /Unable to parse certificate\./],
        [{ ...importable(leaf, root), PrivateKey: bytes('hello') }, /Unable to parse private key/],
        [importable(expired, root), /has expired/],
      ];
      for (const [input, message] of refusals) {
        await assert.rejects(acm.send(new ImportCertificateCommand(input as never)), {
          name: 'ValidationException',
          message,
        });
      }
      const { CertificateArn } = await acm.send(new ImportCertificateCommand(importable(leaf, root)));
      const { Certificate } = await acm.send(new DescribeCertificateCommand({ CertificateArn }));
      assert.equal(Certificate!.Type, 'IMPORTED');
      assert.equal(Certificate!.DomainName, 'shop.example.com');
      assert.equal(Certificate!.RenewalEligibility, 'INELIGIBLE');
      assert.ok(Certificate!.ImportedAt !== undefined && Certificate!.IssuedAt === undefined);

      const unasked = await acm.send(new ListCertificatesCommand({}));
      assert.deepEqual(unasked.CertificateSummaryList, [], 'ECDSA certificates are listed when asked for');
      const asked = await acm.send(new ListCertificatesCommand({ Includes: { keyTypes: ['EC_prime256v1'] } }));
      assert.deepEqual(
        asked.CertificateSummaryList!.map((each) => each.CertificateArn),
        [CertificateArn],
      );

      const again = await makeCertificate({ name: 'CN=shop.example.com', dns: ['shop.example.com'], issuer: root });
      await acm.send(new ImportCertificateCommand({ ...importable(again, root), CertificateArn }));
      const now = await acm.send(new GetCertificateCommand({ CertificateArn }));
      assert.equal(
        new X509Certificate(now.Certificate!).fingerprint256,
        new X509Certificate(again.certificate).fingerprint256,
      );
      await assert.rejects(acm.send(new RenewCertificateCommand({ CertificateArn })), { name: 'ValidationException' });
    }));

  test('a key that ACM does not take is refused: RSA of 1536 bits', () =>
    withAcm(async (acm) => {
      const algorithm = {
        name: 'RSASSA-PKCS1-v1_5' as const,
        modulusLength: 1536,
        publicExponent: new Uint8Array([1, 0, 1]),
        hash: 'SHA-256',
      };
      const times = { notBeforeMs: Date.now() - 86_400_000, notAfterMs: Date.now() + 86_400_000 };
      const odd = await makeSelfSigned({ algorithm, name: 'CN=odd.example.com', ...times, extensions: () => [] });
      await assert.rejects(acm.send(new ImportCertificateCommand(importable(odd))), {
        message: 'The private key is not supported.',
      });
    }));

  test('tags are added, replaced, taken away by key or by key and value', () =>
    withAcm(async (acm) => {
      const { CertificateArn } = await acm.send(
        new RequestCertificateCommand({ DomainName: 'tags.example.com', KeyAlgorithm: 'EC_prime256v1' }),
      );
      const tags = async () => (await acm.send(new ListTagsForCertificateCommand({ CertificateArn }))).Tags;
      const add = (Key: string, Value: string) =>
        acm.send(new AddTagsToCertificateCommand({ CertificateArn, Tags: [{ Key, Value }] }));
      await add('a', '1');
      await add('b', '2');
      await add('a', '3');
      assert.deepEqual(await tags(), [
        { Key: 'a', Value: '3' },
        { Key: 'b', Value: '2' },
      ]);
      const remove = (Tags: { Key: string; Value?: string }[]) =>
        acm.send(new RemoveTagsFromCertificateCommand({ CertificateArn, Tags }));
      await remove([{ Key: 'a', Value: 'other' }, { Key: 'b' }]);
      assert.deepEqual(await tags(), [{ Key: 'a', Value: '3' }]);
      await assert.rejects(add('aws:x', '1'), { name: 'InvalidTagException' });
    }));

  test('an exportable certificate is exported with its key under the passphrase, another one is not', () =>
    withAcm(async (acm) => {
      const KeyAlgorithm = 'EC_prime256v1';
      const closed = await acm.send(new RequestCertificateCommand({ DomainName: 'a.example.com', KeyAlgorithm }));
      const Passphrase = bytes('correct horse');
      await assert.rejects(
        acm.send(new ExportCertificateCommand({ CertificateArn: closed.CertificateArn, Passphrase })),
        { name: 'ValidationException' },
      );
      const open = await acm.send(
        new RequestCertificateCommand({ DomainName: 'b.example.com', KeyAlgorithm, Options: { Export: 'ENABLED' } }),
      );
      const exported = await acm.send(
        new ExportCertificateCommand({ CertificateArn: open.CertificateArn, Passphrase }),
      );
      const key = createPrivateKey({ key: exported.PrivateKey!, passphrase: 'correct horse' });
      assert.ok(new X509Certificate(exported.Certificate!).checkPrivateKey(key));
      await acm.send(new RenewCertificateCommand({ CertificateArn: open.CertificateArn }));
      const { Certificate } = await acm.send(new DescribeCertificateCommand({ CertificateArn: open.CertificateArn }));
      assert.equal(Certificate!.RenewalSummary!.RenewalStatus, 'SUCCESS');
      assert.notEqual(
        new X509Certificate(exported.Certificate!).serialNumber,
        Certificate!.Serial!.replaceAll(':', '').toUpperCase(),
      );
    }));

  test('what is not there, and what another account holds, is not found', () =>
    withAcm(async (acm, { endpoint }) => {
      const { CertificateArn } = await acm.send(
        new RequestCertificateCommand({ DomainName: 'mine.example.com', KeyAlgorithm: 'EC_prime256v1' }),
      );
      const stranger = new ACMClient({
        ...clientConfig(endpoint),
        credentials: { accessKeyId: '111122223333', secretAccessKey: 'test' },
      });
      await assert.rejects(stranger.send(new DescribeCertificateCommand({ CertificateArn })), {
        name: 'ResourceNotFoundException',
        message: `Could not find certificate ${CertificateArn}.`,
      });
      stranger.destroy();
      await acm.send(new DeleteCertificateCommand({ CertificateArn }));
      await assert.rejects(acm.send(new GetCertificateCommand({ CertificateArn })), {
        name: 'ResourceNotFoundException',
      });
    }));

  test('the operations that are listed are those that are built', async () => {
    const { createCertificates } = await import('../../src/companions/certificates/certificates.ts');
    const { createMemoryStore } = await import('../../src/store/memory.ts');
    const { systemClock } = await import('../../src/base/clock.ts');
    const whole = createCertificates({ store: createMemoryStore(), clock: systemClock, changed() {} });
    assert.deepEqual(Object.keys(whole.handlers).sort(), [...certificateOperations]);
    assert.ok((await builtOperations()).some(({ service }) => service === 'acm'));
  });
});
