import { strict as assert } from 'node:assert';
import { describe, test } from 'node:test';
import { colors, type PortalControl, portalControl, portalInput } from '../../../test/support/portal-control.ts';
import { portalOperations } from './handlers.ts';
import { portalOperationNames } from './lazy-portals.ts';

const bad = (message: string | RegExp) => ({ kind: 'BadRequestException', message });
const noPortal = { kind: 'NotFoundException', message: 'Invalid portal identifier specified' };

const newPortal = async (control: PortalControl, more = {}): Promise<string> =>
  (await control.call('CreatePortal', portalInput(more))).PortalId!;
const newProduct = async (control: PortalControl, as = {}): Promise<{ id: string; arn: string }> => {
  const product = await control.call('CreatePortalProduct', { DisplayName: 'Adoption' }, as);
  return { id: product.PortalProductId!, arn: product.PortalProductArn! };
};

describe('portals', () => {
  test('[V2-24] a new portal is disabled, and shows the domain it will have', async () => {
    const control = portalControl();
    const { Tags, ...made } = await control.call('CreatePortal', portalInput({ Tags: { team: 'pets' } }));
    assert.match(made.PortalId!, /^[a-z0-9]{10}$/);
    assert.deepEqual(Tags, { team: 'pets' });
    assert.deepEqual(made, {
      Authorization: { None: {} },
      EndpointConfiguration: {
        PortalDefaultDomainName: `p-${made.PortalId}.apigw-portal.localhost:4566`,
        PortalDomainHostedZoneId: 'Z2FDTNDATAQYW2',
      },
      IncludedPortalProductArns: [],
      LastModified: control.clock.now(),
      PortalArn: `arn:aws:apigateway:eu-central-1:123456789012:/portals/${made.PortalId}`,
      PortalContent: { Description: 'For friends of pets', DisplayName: 'Pet APIs', Theme: { CustomColors: colors } },
      PortalId: made.PortalId,
      PublishStatus: 'DISABLED',
    });
    assert.deepEqual(await control.call('GetPortal', { PortalId: made.PortalId! }), { ...made, Tags });
    assert.deepEqual((await control.call('ListPortals', {})).Items, [{ ...made, Tags }]);
  });

  test("[V2-24] who calls as AWS is called sees AWS's own default domain", async () => {
    const control = portalControl();
    for (const [endpoint, domain] of [
      ['https://apigateway.eu-central-1.amazonaws.com', 'apigw-portal.eu-central-1.on.aws'],
      ['http://localhost.localstack.cloud:4566', 'apigw-portal.localhost.localstack.cloud:4566'],
      ['http://127.0.0.1:9000', 'apigw-portal.localhost:9000'],
      ['http://gateway.example.com', 'apigw-portal.eu-central-1.on.aws'],
    ]) {
      const made = await control.call('CreatePortal', portalInput(), { endpoint: endpoint! });
      assert.equal(made.EndpointConfiguration!.PortalDefaultDomainName, `p-${made.PortalId}.${domain}`);
    }
  });

  test('[V2-24] what a portal cannot be is refused', async () => {
    const control = portalControl();
    const refused = (more: object, message: string | RegExp) =>
      assert.rejects(control.call('CreatePortal', portalInput(more)), bad(message));
    const cognito = {
      AppClientId: 'abc',
      UserPoolArn: 'arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_Abc123',
      UserPoolDomain: 'https://pets.auth.eu-central-1.amazoncognito.com',
    };
    await refused({ Authorization: {} }, /^Invalid authorization specified\. Exactly one of/);
    await refused({ Authorization: { None: {}, CognitoConfig: cognito } }, /^Invalid authorization/);
    await refused(
      {
        Authorization: {
          CognitoConfig: {
            ...cognito,
            UserPoolArn: 'arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_A1',
          },
        },
      },
      /The user pool must be in eu-central-1$/,
    );
    await refused(
      { Authorization: { CognitoConfig: { ...cognito, UserPoolArn: 'no arn, but twenty letters' } } },
      /^Invalid user pool ARN/,
    );
    await refused({ EndpointConfiguration: {} }, /^Invalid endpoint configuration specified/);
    const CertificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/1';
    const managed = (DomainName: string, arn = CertificateArn) => ({
      EndpointConfiguration: { AcmManaged: { DomainName, CertificateArn: arn } },
    });
    await refused(managed('no name'), 'Invalid domain name specified: no name');
    await refused(managed('p-x.apigw-portal.us-east-1.on.aws'), /^Invalid domain name/);
    await refused(
      managed('pets.example.com', CertificateArn.replace('us-east-1', 'eu-central-1')),
      /Certificate must be in 'us-east-1'/,
    );
    await refused(
      { IncludedPortalProductArns: ['arn:aws:apigateway:eu-central-1:123456789012:/portals/abc'] },
      /^Invalid portal product ARN/,
    );
    await refused(
      { IncludedPortalProductArns: ['arn:aws:apigateway:eu-central-1:123456789012:/portalproducts/abcdefghij'] },
      /There is no such portal product in this Region$/,
    );
    await refused({ LogoUri: 'https://example.com/logo.png' }, /S3 URI of an \.svg, \.png or \.jpg file$/);
    await refused({ LogoUri: 's3://bucket/logo.gif' }, /^Invalid logo URI/);
    const Theme = { CustomColors: { ...colors, TextColor: 'red;}*{x:y' } };
    await refused({ PortalContent: { DisplayName: 'Pets', Theme } }, 'Invalid TextColor specified: red;}*{x:y');
    assert.deepEqual((await control.call('ListPortals', {})).Items, []);
  });

  test('[V2-24] an update changes what it names and nothing else, and an empty text takes away', async () => {
    const control = portalControl();
    const { arn } = await newProduct(control);
    const PortalId = await newPortal(control, { RumAppMonitorName: 'visits' });
    control.clock.advance(5_000);
    const changed = await control.call('UpdatePortal', { PortalId, IncludedPortalProductArns: [arn] });
    assert.equal(changed.LastModified, control.clock.now());
    assert.deepEqual(changed.IncludedPortalProductArns, [arn]);
    assert.equal(changed.RumAppMonitorName, 'visits');
    assert.equal(changed.PortalContent!.DisplayName, 'Pet APIs');
    const bare = await control.call('UpdatePortal', {
      PortalId,
      RumAppMonitorName: '',
      PortalContent: { DisplayName: 'Cats', Theme: { CustomColors: colors } },
    });
    assert.equal('RumAppMonitorName' in bare, false);
    assert.deepEqual(bare.PortalContent, { DisplayName: 'Cats', Theme: { CustomColors: colors } });
    await assert.rejects(control.call('UpdatePortal', { PortalId: 'nope', RumAppMonitorName: '' }), noPortal);
    await assert.rejects(
      control.call('UpdatePortal', { PortalId, IncludedPortalProductArns: [arn, arn] }),
      bad(/is listed more than once$/),
    );
  });

  test('[NEW-05] publishing takes a while where it is told to, and nothing else may happen meanwhile', async () => {
    const control = portalControl({ limits: { statusChangeSeconds: 30 } });
    const PortalId = await newPortal(control);
    const status = async () => (await control.call('GetPortal', { PortalId })).PublishStatus;
    const publishedAt = control.clock.now();
    await control.call('PublishPortal', { PortalId, Description: 'first' });
    assert.equal(await status(), 'PUBLISH_IN_PROGRESS');
    const inProgress = { kind: 'ConflictException' };
    await assert.rejects(control.call('PublishPortal', { PortalId }), inProgress);
    await assert.rejects(control.call('UpdatePortal', { PortalId }), inProgress);
    await assert.rejects(control.call('DisablePortal', { PortalId }), inProgress);
    await assert.rejects(control.call('DeletePortal', { PortalId }), inProgress);
    control.clock.advance(30_000);
    assert.equal(await status(), 'PUBLISHED');
    const { LastPublished, LastPublishedDescription } = await control.call('GetPortal', { PortalId });
    assert.deepEqual([LastPublished, LastPublishedDescription], [publishedAt, 'first']);

    await assert.rejects(control.call('DeletePortal', { PortalId }), bad(/Disable the portal before you delete it$/));
    await control.call('DisablePortal', { PortalId });
    assert.equal(await status(), 'DISABLE_IN_PROGRESS');
    control.clock.advance(30_000);
    assert.equal(await status(), 'DISABLED');
    await control.call('DisablePortal', { PortalId });
    await control.call('DeletePortal', { PortalId });
    await assert.rejects(control.call('GetPortal', { PortalId }), noPortal);
    await assert.rejects(control.call('DeletePortal', { PortalId }), noPortal);
    await assert.rejects(control.call('PublishPortal', { PortalId }), noPortal);
  });

  test('[NEW-05] a preview has an address nobody can guess, and ends', async () => {
    const control = portalControl({ limits: { statusChangeSeconds: 2, previewMinutes: 10 } });
    const PortalId = await newPortal(control);
    const preview = async () => (await control.call('GetPortal', { PortalId })).Preview;
    assert.equal(await preview(), undefined);
    await control.call('PreviewPortal', { PortalId });
    assert.deepEqual(await preview(), { PreviewStatus: 'PREVIEW_IN_PROGRESS' });
    control.clock.advance(2_000);
    const ready = await preview();
    assert.equal(ready!.PreviewStatus, 'PREVIEW_READY');
    assert.match(
      ready!.PreviewUrl!,
      new RegExp(`^http://localhost:4566/_aws/portals/${PortalId}/preview/[0-9a-f]{32}/$`),
    );
    await control.call('PreviewPortal', { PortalId });
    control.clock.advance(2_000);
    assert.notEqual((await preview())!.PreviewUrl, ready!.PreviewUrl);
    control.clock.advance(600_000);
    assert.equal(await preview(), undefined);
  });

  test('[NEW-05] a portal whose users could not sign in is not published', async () => {
    const clients = {
      good: { hasSecret: false, callbackUrls: [], takesCodes: true },
      secret: { hasSecret: true, callbackUrls: [], takesCodes: true },
      implicit: { hasSecret: false, callbackUrls: [], takesCodes: false },
    };
    const control = portalControl({ ports: { userPools: { find: async (_, id) => clients[id as 'good'] } } });
    const guardedBy = (AppClientId: string) =>
      newPortal(control, {
        Authorization: {
          CognitoConfig: {
            AppClientId,
            UserPoolArn: 'arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_Abc123',
            UserPoolDomain: 'pets.auth.eu-central-1.amazoncognito.com',
          },
        },
      });
    for (const [client, message] of [
      ['secret', /cannot have a client secret$/],
      ['implicit', /authorization code grant/],
      ['nobody', /no such app client$/],
    ] as const) {
      const PortalId = await guardedBy(client);
      await assert.rejects(control.call('PublishPortal', { PortalId }), bad(message));
      assert.equal((await control.call('GetPortal', { PortalId })).PublishStatus, 'DISABLED');
    }
    await control.call('PublishPortal', { PortalId: await guardedBy('good') });
  });

  test("[NEW-05] a name is one portal's, and no custom domain's at the same time", async () => {
    const control = portalControl();
    const named = {
      EndpointConfiguration: {
        AcmManaged: {
          DomainName: 'Pets.example.com',
          CertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1',
        },
      },
    };
    const made = await control.call('CreatePortal', portalInput(named));
    assert.equal(made.EndpointConfiguration!.DomainName, 'Pets.example.com');
    assert.equal(control.changes.names, 1);
    assert.match(control.warnings.join(), /There is no certificate/);
    await assert.rejects(control.call('CreatePortal', portalInput(named)), bad(/already used by another portal/));
    await assert.rejects(
      control.v1('CreateDomainName', {
        domainName: 'pets.example.com',
        certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1',
      }),
      bad(/already associated with an existing CloudFront distribution/),
    );
    await control.call('UpdatePortal', { PortalId: made.PortalId!, EndpointConfiguration: { None: {} } });
    const again = await control.call('CreatePortal', portalInput(named));
    await control.call('DeletePortal', { PortalId: again.PortalId! });
    await control.call('CreatePortal', portalInput(named));
    assert.equal(control.changes.names, 5);
  });

  test('[NEW-05] a logo is read once, and has to be an image', async () => {
    const objects: Record<string, Buffer> = {
      'logo.svg': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      'fake.png': Buffer.from('<html>'),
      'huge.svg': Buffer.from(`<svg>${' '.repeat(200 * 1024)}</svg>`),
    };
    const readObject = async ({ key }: { key: string }) =>
      objects[key] === undefined ? { failure: 'NoSuchKey' } : { bytes: objects[key] };
    const control = portalControl({ ports: { bucketObjects: { readObject } } });
    const made = await control.call('CreatePortal', portalInput({ LogoUri: 's3://pictures/logo.svg' }));
    assert.equal(made.PortalContent!.Theme.LogoLastUploaded, control.clock.now());
    const { PortalId } = made as { PortalId: string };
    const update = (LogoUri: string) => control.call('UpdatePortal', { PortalId, LogoUri });
    await assert.rejects(update('s3://pictures/fake.png'), bad(/no image\/png$/));
    await assert.rejects(update('s3://pictures/huge.svg'), bad(/larger than 204800 bytes$/));
    assert.equal('LogoLastUploaded' in (await update('')).PortalContent!.Theme, false);
    assert.equal('LogoLastUploaded' in (await update('s3://pictures/missing.jpg')).PortalContent!.Theme, false);
    const strict = portalControl({ ports: { bucketObjects: { readObject }, isStrict: true } });
    await assert.rejects(
      strict.call('CreatePortal', portalInput({ LogoUri: 's3://pictures/missing.jpg' })),
      bad(/The object cannot be read$/),
    );
  });

  test('[V2-24] an account has so many portals, and a list so many pages', async () => {
    const control = portalControl({ limits: { portals: 3 } });
    const ids = [await newPortal(control), await newPortal(control), await newPortal(control)].sort();
    await assert.rejects(newPortal(control), { kind: 'TooManyRequestsException' });
    const first = await control.call('ListPortals', { MaxResults: '2' });
    const second = await control.call('ListPortals', { MaxResults: '2', NextToken: first.NextToken! });
    assert.deepEqual(
      [...first.Items!, ...second.Items!].map(({ PortalId }) => PortalId),
      ids,
    );
    assert.equal(second.NextToken, undefined);
    await assert.rejects(
      control.call('ListPortals', { MaxResults: 'many' }),
      bad('Invalid MaxResults specified: many'),
    );
    assert.deepEqual((await control.call('ListPortals', {}, { account: '999999999999' })).Items, []);
  });

  test('[CP-26] portals and products have tags', async () => {
    const control = portalControl();
    const { PortalArn } = await control.call('CreatePortal', portalInput({ Tags: { a: '1' } }));
    const { arn } = await newProduct(control);
    for (const ResourceArn of [PortalArn!, arn]) {
      await control.v2('TagResource', { ResourceArn, Tags: { b: '2' } });
      await control.v2('UntagResource', { ResourceArn, TagKeys: ['a'] });
      assert.deepEqual(await control.v2('GetTags', { ResourceArn }), { Tags: { b: '2' } });
      await assert.rejects(control.v2('GetTags', { ResourceArn }, { account: '999999999999' }), {
        kind: 'NotFoundException',
      });
    }
    const made = await control.call('GetPortal', { PortalId: PortalArn!.split('/').at(-1)! });
    assert.deepEqual(made.Tags, { b: '2' });
  });
});

test('the operations of portals are listed by name', () => {
  // biome-ignore lint/suspicious/noExplicitAny: nothing is called
  const built = Object.keys(portalOperations({} as any)).sort();
  assert.deepEqual([...portalOperationNames].sort(), built);
});
