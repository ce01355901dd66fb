import { strict as assert } from 'node:assert';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { makeCertificate, type TestCertificate } from '../../../test/support/certificate-chain.ts';
import { compileTruststore } from './client-trust.ts';

/** The facts of a certificate that is trusted, or why it is not. */
function verdict(trusted: readonly TestCertificate[], client: TestCertificate) {
  const trust = compileTruststore(trusted.map(({ certificate }) => certificate).join('\n'));
  const { certificate, complaint } = trust.judge(new X509Certificate(client.certificate), Date.now());
  return complaint ?? certificate;
}

const root = await makeCertificate({ name: 'CN=Root', isAuthority: true });
const issuing = await makeCertificate({ name: 'CN=Issuing', isAuthority: true, issuer: root });
const client = await makeCertificate({ name: 'CN=client, O=Example', issuer: issuing });

test('[DOM-16] a client whose whole chain stands in the truststore is trusted, its facts are told', () => {
  const facts = verdict([issuing, root], client);
  assert.ok(typeof facts !== 'string', String(facts));
  const certificate = new X509Certificate(client.certificate);
  assert.equal(facts.clientCertPem, certificate.toString());
  assert.equal(facts.subjectDN, 'O=Example,CN=client');
  assert.equal(facts.issuerDN, 'CN=Issuing');
  assert.match(facts.serialNumber, /^([0-9a-f]{2}:)*[0-9a-f]{2}$/);
  assert.equal(facts.serialNumber.replaceAll(':', '').toUpperCase(), certificate.serialNumber);
  assert.match(facts.notAfter, /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4} GMT$/);
});

test('[DOM-17] neither an unknown issuer nor half a chain is trusted', () => {
  const noIssuer = 'Could not find issuer for certificate';
  assert.equal(verdict([root], client), noIssuer);
  assert.equal(verdict([issuing], client), noIssuer);
  assert.equal(verdict([], client), noIssuer);
});

test('[DOM-17] an issuer that only has the name of a trusted one has signed nothing', async () => {
  const impostor = await makeCertificate({ name: 'CN=Root', isAuthority: true });
  const forged = await makeCertificate({ name: 'CN=client', issuer: impostor });
  assert.equal(verdict([root], forged), 'Could not find issuer for certificate');
});

test('[DOM-17] what is no authority issues nobody, trusted or not', async () => {
  const plain = await makeCertificate({ name: 'CN=plain', issuer: root });
  const child = await makeCertificate({ name: 'CN=child', issuer: plain });
  assert.equal(verdict([plain, root], child), 'Could not find issuer for certificate');
});

test('[DOM-17] a self-signed client is trusted when it stands in the truststore itself', async () => {
  const alone = await makeCertificate({ name: 'CN=alone' });
  assert.equal(verdict([root], alone), 'self signed certificate');
  assert.equal(typeof verdict([alone], alone), 'object');
});

test('[DOM-17] expired, and not valid yet: of the client as of what issued it', async () => {
  const expired = await makeCertificate({ name: 'CN=old', issuer: root, daysFromNow: [-9, -1] });
  const early = await makeCertificate({ name: 'CN=new', issuer: root, daysFromNow: [1, 9] });
  const oldIssuer = await makeCertificate({ name: 'CN=Old', isAuthority: true, issuer: root, daysFromNow: [-9, -1] });
  const ofOldIssuer = await makeCertificate({ name: 'CN=c', issuer: oldIssuer });
  assert.equal(verdict([root], expired), 'certificate has expired');
  assert.equal(verdict([root], early), 'certificate is not yet valid');
  assert.equal(verdict([oldIssuer, root], ofOldIssuer), 'certificate has expired');
});

test('[DOM-16] SHA-1 signatures and RSA keys of less than 2048 bits are too weak', async () => {
  const rsaRoot = await makeCertificate({ name: 'CN=RSA root', isAuthority: true, rsaBits: 2048 });
  const sha1 = await makeCertificate({ name: 'CN=sha1', issuer: rsaRoot, hash: 'SHA-1' });
  const small = await makeCertificate({ name: 'CN=small', issuer: rsaRoot, rsaBits: 1024 });
  const good = await makeCertificate({ name: 'CN=good', issuer: rsaRoot, rsaBits: 2048 });
  assert.equal(verdict([rsaRoot], sha1), 'Client cert using an insecure Signature Algorithm');
  assert.equal(verdict([rsaRoot], small), 'certificate uses a weak key');
  assert.equal(typeof verdict([rsaRoot], good), 'object');
});

test('[DOM-16] four authorities above a client are a chain, five are too many', async () => {
  const chain = [root];
  for (let i = 1; i <= 4; i++) {
    chain.push(await makeCertificate({ name: `CN=Level ${i}`, isAuthority: true, issuer: chain.at(-1)! }));
  }
  const ofFour = await makeCertificate({ name: 'CN=four', issuer: chain[3]! });
  const ofFive = await makeCertificate({ name: 'CN=five', issuer: chain[4]! });
  assert.equal(typeof verdict(chain, ofFour), 'object');
  assert.equal(verdict(chain, ofFive), 'certificate chain too long');
});

test('what cannot be read in a truststore is passed over', () => {
  const broken = '-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n';
  const trust = compileTruststore(`hello\n${broken}${root.certificate}`);
  assert.equal(trust.authorities.length, 1);
});
