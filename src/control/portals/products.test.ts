import { strict as assert } from 'node:assert';
import { describe, test } from 'node:test';
import { type PortalControl, portalControl, portalInput } from '../../../test/support/portal-control.ts';
import { portalSitePages, portalSites } from '../../ports/records.ts';

const bad = (message: string | RegExp) => ({ kind: 'BadRequestException', message });
const missing = (ResourceType: string) => ({ kind: 'NotFoundException', members: { ResourceType } });

async function newProduct(control: PortalControl, as = {}) {
  const product = await control.call('CreatePortalProduct', { DisplayName: 'Adoption' }, as);
  return { PortalProductId: product.PortalProductId!, arn: product.PortalProductArn! };
}

const newPage = (control: PortalControl, PortalProductId: string, Title: string) =>
  control.call('CreateProductPage', { PortalProductId, DisplayContent: { Title, Body: `# ${Title}` } });

const newEndpoint = (control: PortalControl, PortalProductId: string, RestApiId: string, more = {}) =>
  control.call('CreateProductRestEndpointPage', {
    PortalProductId,
    RestEndpointIdentifier: { IdentifierParts: { RestApiId, Stage: 'prod', Path: '/', Method: 'GET' } },
    ...more,
  });

describe('portal products', () => {
  test('[V2-24] a product is made, read, listed, changed and deleted', async () => {
    const control = portalControl();
    const made = await control.call('CreatePortalProduct', { DisplayName: 'Adoption', Tags: { team: 'pets' } });
    const { PortalProductId } = made as { PortalProductId: string };
    assert.deepEqual(made, {
      DisplayName: 'Adoption',
      LastModified: control.clock.now(),
      PortalProductArn: `arn:aws:apigateway:eu-central-1:123456789012:/portalproducts/${PortalProductId}`,
      PortalProductId,
      Tags: { team: 'pets' },
    });
    assert.deepEqual(await control.call('GetPortalProduct', { PortalProductId }), made);
    assert.deepEqual((await control.call('ListPortalProducts', {})).Items, [{ Description: '', ...made }]);
    control.clock.advance(1000);
    const changed = await control.call('UpdatePortalProduct', { PortalProductId, Description: 'Find a friend' });
    assert.deepEqual(changed, { ...made, Description: 'Find a friend', LastModified: control.clock.now() });
    await control.call('DeletePortalProduct', { PortalProductId });
    await assert.rejects(control.call('GetPortalProduct', { PortalProductId }), missing('PortalProduct'));
    await assert.rejects(control.call('DeletePortalProduct', { PortalProductId }), missing('PortalProduct'));
  });

  test('[V2-24] product pages are texts; lists leave their bodies out', async () => {
    const control = portalControl();
    const { PortalProductId, arn } = await newProduct(control);
    const page = await newPage(control, PortalProductId, 'Terms');
    const { ProductPageId } = page as { ProductPageId: string };
    assert.equal(page.ProductPageArn, `${arn}/productpages/${ProductPageId}`);
    assert.deepEqual(await control.call('GetProductPage', { PortalProductId, ProductPageId }), page);
    const { DisplayContent: _, ...rest } = page;
    assert.deepEqual((await control.call('ListProductPages', { PortalProductId })).Items, [
      { ...rest, PageTitle: 'Terms' },
    ]);
    const changed = await control.call('UpdateProductPage', {
      PortalProductId,
      ProductPageId,
      DisplayContent: { Title: 'Conditions', Body: 'None.' },
    });
    assert.deepEqual(changed.DisplayContent, { Title: 'Conditions', Body: 'None.' });
    await control.call('DeleteProductPage', { PortalProductId, ProductPageId });
    await assert.rejects(control.call('GetProductPage', { PortalProductId, ProductPageId }), missing('ProductPage'));
    await assert.rejects(newPage(control, 'nope', 'Terms'), missing('PortalProduct'));
    await assert.rejects(
      newPage(portalControl({ limits: { pagesPerProduct: 0 } }), 'nope', 'x'),
      missing('PortalProduct'),
    );
  });

  test('[V2-24] an endpoint page shows what the API says, until it says otherwise itself', async () => {
    const control = portalControl();
    const restApiId = await control.deployedApi();
    const { PortalProductId, arn } = await newProduct(control);
    await control.v1('CreateDocumentationPart', {
      restApiId,
      location: { type: 'METHOD', path: '/', method: 'GET' },
      properties: '{"summary":"All pets","description":"Every pet there is."}',
    });
    const page = await newEndpoint(control, PortalProductId, restApiId);
    const { ProductRestEndpointPageId } = page as { ProductRestEndpointPageId: string };
    assert.deepEqual(page, {
      DisplayContent: {
        Body: 'All pets\n\nEvery pet there is.',
        Endpoint: `https://${restApiId}.execute-api.eu-central-1.amazonaws.com/prod/`,
      },
      LastModified: control.clock.now(),
      ProductRestEndpointPageArn: `${arn}/productrestendpointpages/${ProductRestEndpointPageId}`,
      ProductRestEndpointPageId,
      RestEndpointIdentifier: { IdentifierParts: { RestApiId: restApiId, Stage: 'prod', Path: '/', Method: 'GET' } },
      Status: 'AVAILABLE',
      TryItState: 'DISABLED',
    });
    const Overrides = { Body: 'Mine', Endpoint: 'https://api.example.com/pets', OperationName: 'Pet summaries' };
    const ids = { PortalProductId, ProductRestEndpointPageId };
    const changed = await control.call('UpdateProductRestEndpointPage', {
      ...ids,
      DisplayContent: { Overrides },
      TryItState: 'ENABLED',
    });
    assert.deepEqual([changed.DisplayContent, changed.TryItState], [Overrides, 'ENABLED']);
    const { DisplayContent: _, ...rest } = changed;
    const summary = { ...rest, Endpoint: Overrides.Endpoint, OperationName: 'Pet summaries' };
    assert.deepEqual((await control.call('ListProductRestEndpointPages', { PortalProductId })).Items, [summary]);
    const plain = await control.call('UpdateProductRestEndpointPage', { ...ids, DisplayContent: { None: {} } });
    assert.deepEqual(plain.DisplayContent, page.DisplayContent);

    const raw = await control.call('GetProductRestEndpointPage', { ...ids, IncludeRawDisplayContent: 'true' });
    assert.equal(JSON.parse(raw.RawDisplayContent!).operation.summary, 'All pets');
    assert.equal('RawDisplayContent' in (await control.call('GetProductRestEndpointPage', ids)), false);
  });

  test('[V2-24] an endpoint page whose method is not there has failed, and recovers with it', async () => {
    const control = portalControl();
    const { PortalProductId } = await newProduct(control);
    const restApiId = await control.deployedApi();
    const identified = (parts: object) => ({
      RestEndpointIdentifier: {
        IdentifierParts: { RestApiId: restApiId, Stage: 'prod', Path: '/', Method: 'GET', ...parts },
      },
    });
    for (const [parts, Message] of [
      [{ RestApiId: 'abc' }, 'Invalid API identifier specified 123456789012:abc'],
      [{ Stage: 'test' }, 'Invalid stage identifier specified'],
      [{ Path: '/pets' }, 'Invalid Resource identifier specified'],
      [{ Method: 'PUT' }, 'Invalid Method identifier specified'],
    ] as const) {
      const page = await newEndpoint(control, PortalProductId, restApiId, identified(parts));
      assert.deepEqual([page.Status, page.StatusException], ['FAILED', { Exception: 'NotFoundException', Message }]);
    }
    const { Items } = await control.call('ListProductRestEndpointPages', { PortalProductId });
    assert.equal(Items!.length, 4);
    await control.v1('CreateDeployment', { restApiId, stageName: 'test' });
    const after = await control.call('ListProductRestEndpointPages', { PortalProductId });
    assert.deepEqual(after.Items!.map(({ Status }) => Status).sort(), ['AVAILABLE', 'FAILED', 'FAILED', 'FAILED']);
    const refuse = (more: object, message: RegExp) =>
      assert.rejects(newEndpoint(control, PortalProductId, restApiId, more), bad(message));
    await refuse({ RestEndpointIdentifier: {} }, /^Invalid REST endpoint identifier/);
    await refuse(identified({ Method: 'FETCH' }), /^Invalid method/);
    await refuse(identified({ Path: 'pets' }), /^Invalid path/);
    await refuse({ DisplayContent: {} }, /^Invalid display content/);
  });

  test('[V2-24] the display order holds pages of the product, each once; a page that goes leaves it', async () => {
    const control = portalControl();
    const { PortalProductId } = await newProduct(control);
    const other = await newProduct(control);
    const restApiId = await control.deployedApi();
    const overview = (await newPage(control, PortalProductId, 'Overview')).ProductPageArn!;
    const terms = await newPage(control, PortalProductId, 'Terms');
    const foreign = (await newPage(control, other.PortalProductId, 'Terms')).ProductPageArn!;
    const endpoint = (await newEndpoint(control, PortalProductId, restApiId)).ProductRestEndpointPageArn!;
    const Contents = [{ SectionName: 'Pets', ProductRestEndpointPageArns: [endpoint] }];
    const DisplayOrder = { OverviewPageArn: overview, ProductPageArns: [terms.ProductPageArn!], Contents };
    const order = (given: object) => control.call('UpdatePortalProduct', { PortalProductId, DisplayOrder: given });
    assert.deepEqual((await order(DisplayOrder)).DisplayOrder, DisplayOrder);
    await assert.rejects(order({ OverviewPageArn: foreign }), bad(/is not a page of this portal product$/));
    await assert.rejects(order({ ProductPageArns: [endpoint] }), bad(/is not a page/));
    await assert.rejects(order({ ...DisplayOrder, ProductPageArns: [overview] }), bad(/listed more than once$/));
    await assert.rejects(order({ Contents: [...Contents, ...Contents] }), bad(/listed more than once$/));
    await assert.rejects(
      order({ Contents: [{ SectionName: ' ', ProductRestEndpointPageArns: [] }] }),
      bad(/section name/),
    );
    await control.call('DeleteProductPage', { PortalProductId, ProductPageId: terms.ProductPageId! });
    const left = await control.call('GetPortalProduct', { PortalProductId });
    assert.deepEqual(left.DisplayOrder, { ...DisplayOrder, ProductPageArns: [] });
  });

  test('[NEW-05] what is published is a copy: it changes when the portal is published again', async () => {
    const control = portalControl();
    const { PortalProductId, arn } = await newProduct(control);
    const restApiId = await control.deployedApi();
    const terms = await newPage(control, PortalProductId, 'Terms');
    const draft = await newPage(control, PortalProductId, 'Draft');
    const endpoint = await newEndpoint(control, PortalProductId, restApiId, { TryItState: 'ENABLED' });
    const Contents = [{ SectionName: 'Pets', ProductRestEndpointPageArns: [endpoint.ProductRestEndpointPageArn!] }];
    await control.call('UpdatePortalProduct', {
      PortalProductId,
      DisplayOrder: { ProductPageArns: [terms.ProductPageArn!], Contents },
    });
    const portal = await control.call('CreatePortal', portalInput({ IncludedPortalProductArns: [arn] }));
    const { PortalId } = portal as { PortalId: string };
    await control.call('PublishPortal', { PortalId });
    const live = () => control.store.read((tx) => tx.get(portalSites, [PortalId, 'live']));
    const pages = () => control.store.read((tx) => tx.list(portalSitePages, [PortalId]));
    const site = await live();
    assert.deepEqual(site!.products, [
      {
        productId: PortalProductId,
        displayName: 'Adoption',
        pages: [{ pageId: terms.ProductPageId, title: 'Terms' }],
        sections: [
          {
            name: 'Pets',
            endpoints: [{ pageId: endpoint.ProductRestEndpointPageId, name: '/', method: 'GET', path: '/' }],
          },
        ],
      },
    ]);
    const ids = (await pages()).map(({ key }) => key[3]).sort();
    assert.deepEqual(ids, [terms.ProductPageId, endpoint.ProductRestEndpointPageId].sort());
    assert.equal(ids.includes(draft.ProductPageId), false);

    await control.call('UpdatePortalProduct', { PortalProductId, DisplayName: 'Shelter' });
    assert.deepEqual(await live(), site);
    await control.call('PublishPortal', { PortalId });
    assert.equal((await live())!.products[0]!.displayName, 'Shelter');
    assert.equal((await pages()).length, 2);

    await control.call('DeletePortalProduct', { PortalProductId });
    assert.equal((await live())!.products.length, 1);
    assert.deepEqual((await control.call('GetPortal', { PortalId })).IncludedPortalProductArns, []);
    await control.call('PublishPortal', { PortalId });
    assert.deepEqual((await live())!.products, []);
    await control.call('DisablePortal', { PortalId });
    assert.equal(await live(), undefined);
    assert.deepEqual(await pages(), []);
  });

  test('[NEW-05] an endpoint that is gone keeps the portal from being published', async () => {
    const control = portalControl();
    const { PortalProductId, arn } = await newProduct(control);
    const restApiId = await control.deployedApi();
    const { ProductRestEndpointPageArn } = await newEndpoint(control, PortalProductId, restApiId);
    const Contents = [{ SectionName: 'Pets', ProductRestEndpointPageArns: [ProductRestEndpointPageArn!] }];
    await control.call('UpdatePortalProduct', { PortalProductId, DisplayOrder: { Contents } });
    const portal = await control.call('CreatePortal', portalInput({ IncludedPortalProductArns: [arn] }));
    await control.v1('DeleteStage', { restApiId, stageName: 'prod' });
    for (const operation of ['PublishPortal', 'PreviewPortal'] as const) {
      await assert.rejects(
        control.call(operation, { PortalId: portal.PortalId! }),
        bad(/cannot be published: Invalid stage identifier specified$/),
      );
    }
  });
});

describe('shared portal products', () => {
  const owner = { account: '111122223333', callerArn: 'arn:aws:iam::111122223333:root' };
  const policyFor = (arn: string, Principal?: unknown) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          ...(Principal !== undefined && { Principal }),
          Action: ['apigateway:GetProduct', 'apigateway:ListEndpoints', 'apigateway:ListPages', 'apigateway:GetPage'],
          Resource: [arn, `${arn}/*`],
        },
      ],
    });

  test('[V2-24] another account sees and uses a product as far as its sharing policy goes', async () => {
    const control = portalControl();
    const { PortalProductId, arn } = await newProduct(control, owner);
    const read = () => control.call('GetPortalProduct', { PortalProductId, ResourceOwnerAccountId: owner.account });
    const others = async () => (await control.call('ListPortalProducts', { ResourceOwner: 'OTHER_ACCOUNTS' })).Items!;
    const include = portalInput({ IncludedPortalProductArns: [arn] });
    const put = (PolicyDocument: string) =>
      control.call('PutPortalProductSharingPolicy', { PortalProductId, PolicyDocument }, owner);
    const get = () => control.call('GetPortalProductSharingPolicy', { PortalProductId }, owner);
    await assert.rejects(get(), missing('PortalProductSharingPolicy'));
    await assert.rejects(read(), {
      kind: 'AccessDeniedException',
      message: /is not authorized to perform: apigateway:GetPortalProduct/,
    });
    await assert.rejects(control.call('GetPortalProduct', { PortalProductId }), missing('PortalProduct'));
    assert.deepEqual(await others(), []);
    await assert.rejects(control.call('CreatePortal', include), bad(/not shared with this account$/));

    await put(policyFor(arn));
    await assert.rejects(read(), { kind: 'AccessDeniedException' });

    const shared = policyFor(arn, { AWS: '123456789012' });
    await put(shared);
    assert.deepEqual(await get(), { PolicyDocument: shared, PortalProductId });
    assert.equal((await read()).DisplayName, 'Adoption');
    assert.deepEqual(
      (await others()).map((each) => each.PortalProductId),
      [PortalProductId],
    );
    await control.call('ListProductPages', { PortalProductId, ResourceOwnerAccountId: owner.account });
    const portal = await control.call('CreatePortal', include);
    await control.call('PublishPortal', { PortalId: portal.PortalId! });
    await assert.rejects(
      control.call('UpdatePortalProduct', { PortalProductId, DisplayName: 'Mine' }),
      missing('PortalProduct'),
    );

    await control.call('DeletePortalProductSharingPolicy', { PortalProductId }, owner);
    await assert.rejects(control.call('PublishPortal', { PortalId: portal.PortalId! }), bad(/not shared/));
    assert.equal((await control.call('GetPortal', { PortalId: portal.PortalId! })).PublishStatus, 'PUBLISHED');
    await assert.rejects(get(), missing('PortalProductSharingPolicy'));
    await assert.rejects(put('{"Statement": 1'), bad(/^Invalid policy document\./));
    await assert.rejects(
      control.call('ListPortalProducts', { ResourceOwner: 'ALL' }),
      bad('Invalid resource owner specified: ALL'),
    );
  });
});
