import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  type DomainControl,
  domainControl,
  regionalCertificateArn,
  regionalDomain,
} from '../../../test/support/domains-under-test.ts';
import { assertRefused, patch } from '../../../test/support/rest-control.ts';

const domainName = 'private.example.com';
const other = { account: '210987654321', callerArn: 'arn:aws:iam::210987654321:root' };

interface Private extends DomainControl {
  readonly domainNameId: string;
  readonly domainNameArn: string;
}

async function privateDomain(options: Parameters<typeof domainControl>[0] = {}, policy?: string): Promise<Private> {
  const control = domainControl(options);
  const made = await control.v1('CreateDomainName', {
    domainName,
    certificateArn: regionalCertificateArn,
    endpointConfiguration: { types: ['PRIVATE'] },
    ...(policy !== undefined && { policy }),
  });
  return { ...control, domainNameId: made.domainNameId!, domainNameArn: made.domainNameArn! };
}

const associate = (control: Private, source: string, as = {}) =>
  control.v1(
    'CreateDomainNameAccessAssociation',
    { domainNameArn: control.domainNameArn, accessAssociationSource: source, accessAssociationSourceType: 'VPCE' },
    as,
  );

const share = (control: Private, statement: object) =>
  control.v1('UpdateDomainName', {
    domainName,
    domainNameId: control.domainNameId,
    patchOperations: [
      patch('replace', '/managementPolicy', JSON.stringify({ Version: '2012-10-17', Statement: [statement] })),
    ],
  });

const allowOther = (control: Private) => ({
  Effect: 'Allow',
  Principal: { AWS: ['arn:aws:iam::210987654321:root'] },
  Action: 'apigateway:CreateAccessAssociation',
  Resource: control.domainNameArn,
});

test('[DOM-25] a private domain has an id, an ARN with its account, TLS 1.2, and a policy that names it', async () => {
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: ['execute-api:/*'] }],
  });
  const control = await privateDomain({}, policy);
  const { domainNameId } = control;
  assert.match(domainNameId, /^[a-z0-9]{10}$/);
  const shown = await control.v1('GetDomainName', { domainName, domainNameId });
  assert.equal(
    shown.domainNameArn,
    `arn:aws:apigateway:eu-central-1:123456789012:/domainnames/private.example.com+${domainNameId}`,
  );
  assert.deepEqual(shown.endpointConfiguration, { types: ['PRIVATE'], ipAddressType: 'dualstack' });
  assert.equal(shown.securityPolicy, 'TLS_1_2');
  assert.equal(shown.certificateArn, regionalCertificateArn);
  assert.equal(shown.regionalDomainName ?? shown.distributionDomainName, undefined);
  assert.deepEqual(JSON.parse(shown.policy!).Statement[0].Resource, [
    `arn:aws:execute-api:eu-central-1:123456789012:/domainnames/private.example.com+${domainNameId}`,
  ]);
  // It is addressed by name and id; the name alone is of public ones.
  await assertRefused(control.v1('GetDomainName', { domainName }), 'NotFoundException');
  await assertRefused(control.v2('GetDomainName', { DomainName: domainName }), 'NotFoundException');
  assert.deepEqual((await control.v2('GetDomainNames', {})).Items, []);
  await control.v1('CreateDomainName', {
    domainName,
    certificateArn: regionalCertificateArn,
    endpointConfiguration: { types: ['PRIVATE'] },
  });
  await control.v1('CreateDomainName', regionalDomain(domainName));
  assert.equal((await control.v1('GetDomainNames', {})).items?.length, 3);
});

test('[DOM-25] [PATCH-07] its policies change, are checked, and go with an empty value', async () => {
  const control = await privateDomain();
  const update = (path: string, value: string) =>
    control.v1('UpdateDomainName', {
      domainName,
      domainNameId: control.domainNameId,
      patchOperations: [patch('replace', path, value)],
    });
  await assertRefused(update('/policy', 'no json'), 'BadRequestException', /^Invalid policy document\./);
  await assertRefused(update('/managementPolicy', '{}'), 'BadRequestException', /^Invalid policy document\./);
  const statement = { Effect: 'Deny', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' };
  const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
  assert.ok((await update('/policy', document(statement))).policy);
  assert.equal((await update('/policy', '')).policy, undefined);
  await assertRefused(update('/securityPolicy', 'TLS_1_0'), 'BadRequestException');
  await assertRefused(
    control.v1('UpdateDomainName', {
      domainName,
      domainNameId: control.domainNameId,
      patchOperations: [
        patch('add', '/endpointConfiguration/types', 'REGIONAL'),
        patch('add', '/regionalCertificateArn', regionalCertificateArn),
      ],
    }),
    'BadRequestException',
    'A private custom domain name cannot have another endpoint type.',
  );
});

test('[V1-49] an access association is made, listed and deleted by its owner', async () => {
  const control = await privateDomain();
  const made = await associate(control, 'vpce-abcd1234');
  const arn = `arn:aws:apigateway:eu-central-1:123456789012:/domainnameaccessassociations/domainname/private.example.com+${control.domainNameId}/vpcesource/vpce-abcd1234`;
  assert.deepEqual(made, {
    domainNameAccessAssociationArn: arn,
    domainNameArn: control.domainNameArn,
    accessAssociationSourceType: 'VPCE',
    accessAssociationSource: 'vpce-abcd1234',
  });
  assert.deepEqual(await control.v1('GetDomainNameAccessAssociations', {}), { items: [made] });
  assert.deepEqual(await control.v1('GetDomainNameAccessAssociations', { resourceOwner: 'OTHER_ACCOUNTS' }), {
    items: [],
  });
  await assertRefused(
    associate(control, 'vpce-abcd1234'),
    'ConflictException',
    'A domain name access association already exists for this domain name and access association source',
  );
  await assertRefused(
    control.v1('DeleteDomainName', { domainName, domainNameId: control.domainNameId }),
    'BadRequestException',
    'Deleting domain name failed. Please delete all domain name access associations with the domain name first.',
  );
  await control.v1('DeleteDomainNameAccessAssociation', { domainNameAccessAssociationArn: arn });
  await assertRefused(
    control.v1('DeleteDomainNameAccessAssociation', { domainNameAccessAssociationArn: arn }),
    'NotFoundException',
    'Invalid domain name access association identifier specified',
  );
  await control.v1('DeleteDomainName', { domainName, domainNameId: control.domainNameId });
  assert.equal(control.changes.length, 4);
});

test('[V1-49] what is no VPC endpoint, or no private domain, is refused', async () => {
  const control = await privateDomain();
  await control.v1('CreateDomainName', regionalDomain('public.example.com'));
  await assertRefused(
    associate(control, 'vpc-1'),
    'BadRequestException',
    'Invalid access association source specified: vpc-1',
  );
  const create = (domainNameArn: string) =>
    control.v1('CreateDomainNameAccessAssociation', {
      domainNameArn,
      accessAssociationSource: 'vpce-1',
      accessAssociationSourceType: 'VPCE',
    });
  await assertRefused(create('nonsense'), 'BadRequestException', 'Invalid ARN specified in the request');
  await assertRefused(
    create(`${control.domainNameArn}x`),
    'BadRequestException',
    'Invalid ARN specified in the request',
  );
  await assertRefused(
    create('arn:aws:apigateway:eu-central-1::/domainnames/public.example.com'),
    'BadRequestException',
    /only supported for private custom domain names/,
  );
});

test('[DOM-25] others associate when the managementPolicy lets them; the owner sees that and may reject it', async () => {
  const control = await privateDomain();
  await assertRefused(
    associate(control, 'vpce-other', other),
    'AccessDeniedException',
    `User: arn:aws:iam::210987654321:root is not authorized to perform: apigateway:CreateAccessAssociation on resource: ${control.domainNameArn} because no resource-based policy allows the apigateway:CreateAccessAssociation action`,
  );
  assert.deepEqual((await control.v1('GetDomainNames', { resourceOwner: 'OTHER_ACCOUNTS' }, other)).items, []);
  const shared = await share(control, allowOther(control));
  assert.ok(shared.managementPolicy);
  const { domainNameId, domainNameArn } = control;
  assert.deepEqual((await control.v1('GetDomainNames', { resourceOwner: 'OTHER_ACCOUNTS' }, other)).items, [
    { domainName, domainNameId, domainNameArn },
  ]);
  const made = await associate(control, 'vpce-other', other);
  assert.match(made.domainNameAccessAssociationArn!, /:210987654321:\/domainnameaccessassociations\//);
  const ofOthers = () => control.v1('GetDomainNameAccessAssociations', { resourceOwner: 'OTHER_ACCOUNTS' });
  assert.deepEqual((await ofOthers()).items, [made]);

  const arns = { domainNameAccessAssociationArn: made.domainNameAccessAssociationArn!, domainNameArn };
  await assertRefused(control.v1('RejectDomainNameAccessAssociation', arns, other), 'NotFoundException');
  await assertRefused(control.v1('DeleteDomainNameAccessAssociation', arns), 'NotFoundException');
  await control.v1('RejectDomainNameAccessAssociation', arns);
  assert.deepEqual((await ofOthers()).items, []);
  const live = await control.live.liveDomain('eu-central-1', `${domainName}+${domainNameId}`);
  assert.deepEqual(
    live?.accessAssociations.map(({ account, accessAssociationSource, isRejected }) => [
      account,
      accessAssociationSource,
      isRejected,
    ]),
    [['210987654321', 'vpce-other', true]],
  );
  assert.equal((await control.v1('GetDomainNameAccessAssociations', {}, other)).items?.length, 1);
  await control.v1('DeleteDomainNameAccessAssociation', arns, other);
});

test('[DOM-25] an explicit deny of the managementPolicy keeps even the owner out', async () => {
  const control = await privateDomain();
  await share(control, { ...allowOther(control), Effect: 'Deny', Principal: '*' });
  await assertRefused(
    associate(control, 'vpce-1'),
    'AccessDeniedException',
    /with an explicit deny in a resource-based policy$/,
  );
});

test('[V1-49] [CP-26] an association has tags, and belongs to whoever made it', async () => {
  const control = await privateDomain();
  const made = await control.v1('CreateDomainNameAccessAssociation', {
    domainNameArn: control.domainNameArn,
    accessAssociationSource: 'vpce-1',
    accessAssociationSourceType: 'VPCE',
    tags: { team: 'pets' },
  });
  assert.deepEqual(made.tags, { team: 'pets' });
  const resourceArn = made.domainNameAccessAssociationArn!;
  await control.v1('TagResource', { resourceArn, tags: { stage: 'prod' } });
  assert.deepEqual(await control.v1('GetTags', { resourceArn }), { tags: { team: 'pets', stage: 'prod' } });
  await control.v1('TagResource', { resourceArn: control.domainNameArn, tags: { kind: 'private' } });
  assert.deepEqual(await control.v1('GetTags', { resourceArn: control.domainNameArn }), { tags: { kind: 'private' } });
  await assertRefused(control.v1('GetTags', { resourceArn }, other), 'NotFoundException');
});

test('[LIM-02] [LIM-06] associations of an account are counted; the number is a setting', async () => {
  const control = await privateDomain({ limits: { accessAssociations: 1 } });
  await associate(control, 'vpce-1');
  await assertRefused(associate(control, 'vpce-2'), 'LimitExceededException');
});
