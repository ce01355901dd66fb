import { strict as assert } from 'node:assert';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { assertRefused, deploy, makePets, patch, restControl } from '../../../test/support/rest-control.ts';
import { clientCertificates } from '../../ports/records.ts';

test('[V1-44] [CC-02] a generated certificate is good for 365 days, signed by itself, and its private key stays inside', async () => {
  const control = restControl();
  const made = await control.call('GenerateClientCertificate', { description: 'first', tags: { team: 'a' } });
  const parsed = new X509Certificate(made.pemEncodedCertificate!);
  assert.ok(parsed.verify(parsed.publicKey));
  assert.equal(parsed.publicKey.asymmetricKeyType, 'rsa');
  assert.match(parsed.subject, /CN=ApiGateway/);
  assert.equal(made.expirationDate! - made.createdDate!, 365 * 86_400_000);
  assert.equal(Date.parse(parsed.validTo), made.expirationDate);
  assert.equal(Date.parse(parsed.validFrom), made.createdDate);
  const { clientCertificateId } = made as { clientCertificateId: string };
  const found = await control.call('GetClientCertificate', { clientCertificateId });
  assert.deepEqual(found, made);
  assert.deepEqual(Object.keys(found).sort(), [
    'clientCertificateId',
    'createdDate',
    'description',
    'expirationDate',
    'pemEncodedCertificate',
    'tags',
  ]);
  assert.doesNotMatch(JSON.stringify(await control.call('GetClientCertificates', {})), /PRIVATE KEY/);
});

test('[PATCH-05] only the description of a client certificate can be changed', async () => {
  const control = restControl();
  const { clientCertificateId = '' } = await control.call('GenerateClientCertificate', {});
  const update = (...patchOperations: ReturnType<typeof patch>[]) =>
    control.call('UpdateClientCertificate', { clientCertificateId, patchOperations });
  assert.equal((await update(patch('replace', '/description', 'mine'))).description, 'mine');
  await assertRefused(update(patch('add', '/description', 'x')), 'BadRequestException');
  await assertRefused(
    update(patch('replace', '/pemEncodedCertificate', 'x')),
    'BadRequestException',
    "Invalid patch path  '/pemEncodedCertificate' specified for op 'replace'. Must be one of: [/description]",
  );
});

test('[V1-44] certificates are listed in pages, and one that is not there is 404', async () => {
  const control = restControl();
  const ids: (string | undefined)[] = [];
  for (let i = 0; i < 3; i++) ids.push((await control.call('GenerateClientCertificate', {})).clientCertificateId);
  const first = await control.call('GetClientCertificates', { limit: 2 });
  const second = await control.call('GetClientCertificates', { limit: 2, position: first.position! });
  assert.equal(second.position, undefined);
  const listed = [...first.items!, ...second.items!].map(({ clientCertificateId }) => clientCertificateId);
  assert.deepEqual(listed, ids.sort());
  const elsewhere = control.call('GetClientCertificate', { clientCertificateId: ids[0]! }, { region: 'eu-west-1' });
  await assertRefused(elsewhere, 'NotFoundException', 'Invalid Client Certificate identifier specified');
});

test('[V1-44] [CC-01] a stage takes only a certificate there is, and one in use is not deleted', async () => {
  const control = restControl();
  const { clientCertificateId = '' } = await control.call('GenerateClientCertificate', {});
  const { restApiId } = await makePets(control);
  await deploy(control, restApiId, 'prod');
  const set = (value: string) =>
    control.call('UpdateStage', {
      restApiId,
      stageName: 'prod',
      patchOperations: [patch('replace', '/clientCertificateId', value)],
    });
  await assertRefused(set('nosuch'), 'BadRequestException', 'Invalid Client Certificate identifier specified');
  assert.equal((await set(clientCertificateId)).clientCertificateId, clientCertificateId);
  await assertRefused(
    control.call('DeleteClientCertificate', { clientCertificateId }),
    'BadRequestException',
    new RegExp(`'${clientCertificateId}', is referenced in \\[${restApiId}:prod\\]`),
  );
  assert.equal((await set('')).clientCertificateId, undefined);
  await control.call('DeleteClientCertificate', { clientCertificateId });
  await assertRefused(control.call('DeleteClientCertificate', { clientCertificateId }), 'NotFoundException');
});

test('[CC-02] [LIM-02] the 61st certificate of a region is refused', async () => {
  const control = restControl();
  const { clientCertificateId = '' } = await control.call('GenerateClientCertificate', {});
  const key = ['123456789012', 'eu-central-1'];
  await control.store.write(async (tx) => {
    const one = (await tx.get(clientCertificates, [...key, clientCertificateId]))!;
    for (let i = 1; i < 60; i++) tx.put(clientCertificates, [...key, `copy${i}`], one);
  });
  await assertRefused(
    control.call('GenerateClientCertificate', {}),
    'LimitExceededException',
    /Maximum number of Client Certificates/,
  );
});

test('[CP-26] a client certificate is tagged by its ARN', async () => {
  const control = restControl();
  const { clientCertificateId = '' } = await control.call('GenerateClientCertificate', {});
  const resourceArn = `arn:aws:apigateway:eu-central-1::/clientcertificates/${clientCertificateId}`;
  await control.call('TagResource', { resourceArn, tags: { a: '1' } });
  assert.deepEqual((await control.call('GetClientCertificate', { clientCertificateId })).tags, { a: '1' });
  await control.call('UntagResource', { resourceArn, tagKeys: ['a'] });
  assert.deepEqual(await control.call('GetTags', { resourceArn }), { tags: {} });
});
