/** Portals as their owners make them: with the official SDK against the whole product. */
import { strict as assert } from 'node:assert';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  AccessDeniedException,
  ApiGatewayV2Client,
  BadRequestException,
  ConflictException,
  CreatePortalCommand,
  CreatePortalProductCommand,
  CreateProductPageCommand,
  CreateProductRestEndpointPageCommand,
  DeletePortalCommand,
  DeletePortalProductCommand,
  DeletePortalProductSharingPolicyCommand,
  DeleteProductPageCommand,
  DeleteProductRestEndpointPageCommand,
  DisablePortalCommand,
  GetPortalCommand,
  GetPortalProductCommand,
  GetPortalProductSharingPolicyCommand,
  GetProductPageCommand,
  GetProductRestEndpointPageCommand,
  GetTagsCommand,
  ListPortalProductsCommand,
  ListPortalsCommand,
  ListProductPagesCommand,
  ListProductRestEndpointPagesCommand,
  NotFoundException,
  PreviewPortalCommand,
  PublishPortalCommand,
  PutPortalProductSharingPolicyCommand,
  TagResourceCommand,
  UpdatePortalCommand,
  UpdatePortalProductCommand,
  UpdateProductPageCommand,
  UpdateProductRestEndpointPageCommand,
} from '@aws-sdk/client-apigatewayv2';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { defaultSettings } from '../../src/app/settings.ts';
import { createApi, mock } from '../support/api-under-test.ts';
import { clientConfig, startTestGatewright } from '../support/gatewright-in-process.ts';
import { policyOf } from '../support/iam-under-test.ts';
import { colors, portalInput } from '../support/portal-control.ts';

test('[V2-24] a portal from its first product to its end, with the official client', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'gatewright-portals-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'logo.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  const gatewright = await startTestGatewright({ bucketFolders: { pictures: folder } });
  t.after(() => gatewright.close());
  const client = new ApiGatewayV2Client(clientConfig(gatewright.endpoint));
  t.after(() => client.destroy());
  const api = await createApi(gatewright, { 'GET /pets': mock('pets') });
  await api.deploy('prod');

  const product = await client.send(
    new CreatePortalProductCommand({ DisplayName: 'Adoption', Description: 'Find a friend', Tags: { team: 'pets' } }),
  );
  const PortalProductId = product.PortalProductId!;
  assert.equal(product.$metadata.httpStatusCode, 201);
  assert.ok(product.LastModified instanceof Date);
  const DisplayContent = { Title: 'Terms', Body: 'Be *kind*.' };
  const page = await client.send(new CreateProductPageCommand({ PortalProductId, DisplayContent }));
  const ProductPageId = page.ProductPageId!;
  assert.deepEqual(
    (await client.send(new GetProductPageCommand({ PortalProductId, ProductPageId }))).DisplayContent,
    DisplayContent,
  );
  const identified = { IdentifierParts: { RestApiId: api.id, Stage: 'prod', Path: '/pets', Method: 'GET' } };
  const endpoint = await client.send(
    new CreateProductRestEndpointPageCommand({
      PortalProductId,
      RestEndpointIdentifier: identified,
      DisplayContent: { None: {} },
      TryItState: 'ENABLED',
    }),
  );
  const ProductRestEndpointPageId = endpoint.ProductRestEndpointPageId!;
  assert.deepEqual([endpoint.Status, endpoint.RestEndpointIdentifier], ['AVAILABLE', identified]);
  const changedEndpoint = await client.send(
    new UpdateProductRestEndpointPageCommand({
      PortalProductId,
      ProductRestEndpointPageId,
      DisplayContent: { Overrides: { OperationName: 'Pet summaries' } },
    }),
  );
  assert.equal(changedEndpoint.DisplayContent!.OperationName, 'Pet summaries');
  const ordered = await client.send(
    new UpdatePortalProductCommand({
      PortalProductId,
      DisplayOrder: {
        OverviewPageArn: page.ProductPageArn!,
        ProductPageArns: [],
        Contents: [{ SectionName: 'Pets', ProductRestEndpointPageArns: [endpoint.ProductRestEndpointPageArn!] }],
      },
    }),
  );
  assert.equal(ordered.DisplayOrder!.Contents![0]!.SectionName, 'Pets');

  const made = await client.send(
    new CreatePortalCommand(
      portalInput({
        IncludedPortalProductArns: [product.PortalProductArn!],
        LogoUri: 's3://pictures/logo.svg',
        Tags: { a: 'b' },
      }) as CreatePortalCommand['input'],
    ),
  );
  const PortalId = made.PortalId!;
  assert.equal(made.PublishStatus, 'DISABLED');
  assert.ok(made.PortalContent!.Theme!.LogoLastUploaded instanceof Date);
  assert.deepEqual(made.PortalContent!.Theme!.CustomColors, colors);
  const published = await client.send(new PublishPortalCommand({ PortalId, Description: 'first' }));
  assert.equal(published.$metadata.httpStatusCode, 202);
  const previewed = await client.send(new PreviewPortalCommand({ PortalId }));
  assert.equal(previewed.$metadata.httpStatusCode, 202);
  const shown = await client.send(new GetPortalCommand({ PortalId }));
  assert.deepEqual([shown.PublishStatus, shown.LastPublishedDescription], ['PUBLISHED', 'first']);
  assert.equal(shown.Preview!.PreviewStatus, 'PREVIEW_READY');
  await client.send(new TagResourceCommand({ ResourceArn: shown.PortalArn!, Tags: { c: 'd' } }));
  assert.deepEqual((await client.send(new GetTagsCommand({ ResourceArn: shown.PortalArn! }))).Tags, { a: 'b', c: 'd' });
  const renamed = await client.send(
    new UpdatePortalCommand({ PortalId, PortalContent: { DisplayName: 'Cats', Theme: { CustomColors: colors } } }),
  );
  assert.equal(renamed.PortalContent!.DisplayName, 'Cats');
  assert.deepEqual(
    (await client.send(new ListPortalsCommand({}))).Items!.map((each) => each.PortalId),
    [PortalId],
  );
  assert.deepEqual(
    (await client.send(new ListPortalProductsCommand({ ResourceOwner: 'SELF' }))).Items!.map((each) => each.Tags),
    [{ team: 'pets' }],
  );
  assert.equal((await client.send(new ListProductPagesCommand({ PortalProductId }))).Items![0]!.PageTitle, 'Terms');
  const endpoints = await client.send(new ListProductRestEndpointPagesCommand({ PortalProductId }));
  assert.equal(endpoints.Items![0]!.OperationName, 'Pet summaries');
  const raw = await client.send(
    new GetProductRestEndpointPageCommand({
      PortalProductId,
      ProductRestEndpointPageId,
      IncludeRawDisplayContent: 'true',
    }),
  );
  assert.ok(JSON.parse(raw.RawDisplayContent!).operation.responses);

  const PolicyDocument = policyOf({
    Effect: 'Allow',
    Principal: { AWS: '222222222222' },
    Action: 'apigateway:GetPortalProduct',
    Resource: product.PortalProductArn!,
  });
  await client.send(new PutPortalProductSharingPolicyCommand({ PortalProductId, PolicyDocument }));
  const policy = await client.send(new GetPortalProductSharingPolicyCommand({ PortalProductId }));
  assert.equal(policy.PolicyDocument, PolicyDocument);
  await client.send(new DeletePortalProductSharingPolicyCommand({ PortalProductId }));

  await assert.rejects(client.send(new DeletePortalCommand({ PortalId })), BadRequestException);
  const disabled = await client.send(new DisablePortalCommand({ PortalId }));
  assert.equal(disabled.$metadata.httpStatusCode, 204);
  await client.send(new DeletePortalCommand({ PortalId }));
  await assert.rejects(client.send(new GetPortalCommand({ PortalId })), NotFoundException);
  await client.send(new UpdateProductPageCommand({ PortalProductId, ProductPageId, DisplayContent }));
  await client.send(new DeleteProductPageCommand({ PortalProductId, ProductPageId }));
  await client.send(new DeleteProductRestEndpointPageCommand({ PortalProductId, ProductRestEndpointPageId }));
  const left = await client.send(new GetPortalProductCommand({ PortalProductId }));
  assert.deepEqual(left.DisplayOrder, {
    ProductPageArns: [],
    Contents: [{ SectionName: 'Pets', ProductRestEndpointPageArns: [] }],
  });
  await client.send(new DeletePortalProductCommand({ PortalProductId }));
  await assert.rejects(client.send(new GetPortalProductCommand({ PortalProductId })), NotFoundException);
});

test('[NEW-05] a portal that is being published says so, and refuses changes in a way the client knows', async (t) => {
  const gatewright = await startTestGatewright({
    portalLimits: { ...defaultSettings.portalLimits, statusChangeSeconds: 3600 },
  });
  t.after(() => gatewright.close());
  const client = new ApiGatewayV2Client(clientConfig(gatewright.endpoint));
  t.after(() => client.destroy());
  const { PortalId } = await client.send(new CreatePortalCommand(portalInput() as CreatePortalCommand['input']));
  await client.send(new PublishPortalCommand({ PortalId }));
  const { PublishStatus } = await client.send(new GetPortalCommand({ PortalId }));
  assert.equal(PublishStatus, 'PUBLISH_IN_PROGRESS');
  await assert.rejects(client.send(new DisablePortalCommand({ PortalId })), ConflictException);
});

test('[V2-24] portals are there after a restart', async (t) => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'gatewright-portals-'));
  t.after(() => rm(dataDirectory, { recursive: true }));
  let PortalId: string;
  {
    const gatewright = await startTestGatewright({ dataDirectory });
    const client = new ApiGatewayV2Client(clientConfig(gatewright.endpoint));
    ({ PortalId } = (await client.send(new CreatePortalCommand(portalInput() as CreatePortalCommand['input']))) as {
      PortalId: string;
    });
    await client.send(new PublishPortalCommand({ PortalId }));
    client.destroy();
    await gatewright.close();
  }
  const gatewright = await startTestGatewright({ dataDirectory });
  t.after(() => gatewright.close());
  const client = new ApiGatewayV2Client(clientConfig(gatewright.endpoint));
  t.after(() => client.destroy());
  assert.equal((await client.send(new GetPortalCommand({ PortalId }))).PublishStatus, 'PUBLISHED');
});

describe('portals in secure mode', () => {
  const account = '123456789012';
  const root = { accessKeyId: 'AKIAROOT', secretAccessKey: 'the secret of the root', account };

  test('[V2-24] policies allow operations by name, on ARNs with the account, under conditions of their own', async (t) => {
    const gatewright = await startTestGatewright({ mode: 'secure', credentials: [root] });
    t.after(() => gatewright.close());
    const clientOf = <Client extends { destroy(): void }>(
      Client: new (config: ReturnType<typeof clientConfig>) => Client,
      credentials: { accessKeyId: string; secretAccessKey: string },
    ): Client => {
      const client = new Client({ ...clientConfig(gatewright.endpoint), credentials });
      t.after(() => client.destroy());
      return client;
    };
    const iam = clientOf(IAMClient, root);
    const userWith = async (UserName: string, ...statements: object[]): Promise<ApiGatewayV2Client> => {
      await iam.send(new CreateUserCommand({ UserName }));
      await iam.send(
        new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument: policyOf(...statements) }),
      );
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
      return clientOf(ApiGatewayV2Client, {
        accessKeyId: AccessKey!.AccessKeyId!,
        secretAccessKey: AccessKey!.SecretAccessKey!,
      });
    };
    const arn = (path: string) => `arn:aws:apigateway:us-east-1:${account}:${path}`;
    const owner = clientOf(ApiGatewayV2Client, root);
    const product = await owner.send(new CreatePortalProductCommand({ DisplayName: 'Adoption' }));
    const input = portalInput({ IncludedPortalProductArns: [product.PortalProductArn!] });
    const { PortalId } = await owner.send(new CreatePortalCommand(input as CreatePortalCommand['input']));

    const publisher = await userWith('publisher', {
      Effect: 'Allow',
      Action: ['apigateway:PublishPortal', 'apigateway:GetPortal'],
      Resource: arn(`/portals/${PortalId}`),
    });
    assert.equal((await publisher.send(new GetPortalCommand({ PortalId }))).PortalId, PortalId);
    // Whoever publishes has to be allowed to read what is published.
    await assert.rejects(publisher.send(new PublishPortalCommand({ PortalId })), (error: Error) => {
      assert.ok(error instanceof AccessDeniedException);
      assert.match(error.message, /apigateway:GetPortalProduct on resource: .*\/portalproducts\//);
      return true;
    });
    await assert.rejects(publisher.send(new DisablePortalCommand({ PortalId })), AccessDeniedException);
    const reader = await userWith(
      'reader',
      { Effect: 'Allow', Action: 'apigateway:*', Resource: arn('/portals/*') },
      { Effect: 'Allow', Action: 'apigateway:GetPortalProduct', Resource: product.PortalProductArn! },
    );
    await reader.send(new PublishPortalCommand({ PortalId }));
    await assert.rejects(reader.send(new CreatePortalProductCommand({ DisplayName: 'x' })), AccessDeniedException);

    const petsOnly = await userWith('pets-only', {
      Effect: 'Allow',
      Action: 'apigateway:CreatePortal',
      Resource: '*',
      Condition: { StringEquals: { 'apigateway:Request/PortalDisplayName': 'Pet APIs' } },
    });
    const named = (DisplayName: string) =>
      new CreatePortalCommand(
        portalInput({
          PortalContent: { DisplayName, Theme: { CustomColors: colors } },
        }) as CreatePortalCommand['input'],
      );
    await petsOnly.send(named('Pet APIs'));
    await assert.rejects(petsOnly.send(named('Cars')), AccessDeniedException);
  });
});
