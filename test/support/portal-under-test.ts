/** A portal with one product in a few lines, made through the official SDK. */
import {
  ApiGatewayV2Client,
  CreatePortalCommand,
  CreatePortalProductCommand,
  CreateProductPageCommand,
  CreateProductRestEndpointPageCommand,
  PublishPortalCommand,
  UpdatePortalProductCommand,
} from '@aws-sdk/client-apigatewayv2';
import type { Operations } from '../../src/wire/generated/apigatewayv2.ts';
import { clientConfig, type TestGatewright } from './gatewright-in-process.ts';
import { portalInput } from './portal-control.ts';

export interface PortalUnderTest {
  readonly client: ApiGatewayV2Client;
  readonly portalId: string;
  readonly productId: string;
  readonly termsId: string;
  /** In the order they were named. */
  readonly endpointIds: readonly string[];
  /** By its default name, which a browser finds on this machine. */
  readonly byName: string;
  readonly byPath: string;
  publish(): Promise<void>;
}

export interface PortalOptions {
  /** `GET /pets/{id}` of the API's stage `prod`. */
  readonly endpoints: readonly string[];
  readonly apiId: string;
  readonly terms?: string;
  readonly portal?: Partial<Operations['CreatePortal']['input']>;
  readonly tryIt?: boolean;
}

/** Not published yet. Destroy the client when done. */
export async function createPortal(gatewright: TestGatewright, options: PortalOptions): Promise<PortalUnderTest> {
  const client = new ApiGatewayV2Client(clientConfig(gatewright.endpoint));
  const product = await client.send(
    new CreatePortalProductCommand({ DisplayName: 'Adoption', Description: 'Find a friend' }),
  );
  const PortalProductId = product.PortalProductId!;
  const DisplayContent = { Title: 'Terms', Body: options.terms ?? 'Be kind.' };
  const terms = await client.send(new CreateProductPageCommand({ PortalProductId, DisplayContent }));
  const pages = [];
  for (const label of options.endpoints) {
    const [Method, Path] = label.split(' ');
    const IdentifierParts = { RestApiId: options.apiId, Stage: 'prod', Path: Path!, Method: Method! };
    pages.push(
      await client.send(
        new CreateProductRestEndpointPageCommand({
          PortalProductId,
          RestEndpointIdentifier: { IdentifierParts },
          TryItState: options.tryIt === false ? 'DISABLED' : 'ENABLED',
        }),
      ),
    );
  }
  await client.send(
    new UpdatePortalProductCommand({
      PortalProductId,
      DisplayOrder: {
        ProductPageArns: [terms.ProductPageArn!],
        Contents: [
          {
            SectionName: 'Pets',
            ProductRestEndpointPageArns: pages.map(({ ProductRestEndpointPageArn }) => ProductRestEndpointPageArn!),
          },
        ],
      },
    }),
  );
  const input = portalInput({ IncludedPortalProductArns: [product.PortalProductArn!], ...options.portal });
  const made = await client.send(new CreatePortalCommand(input as CreatePortalCommand['input']));
  const portalId = made.PortalId!;
  return {
    client,
    portalId,
    productId: PortalProductId,
    termsId: terms.ProductPageId!,
    endpointIds: pages.map(({ ProductRestEndpointPageId }) => ProductRestEndpointPageId!),
    byName: `http://${made.EndpointConfiguration!.PortalDefaultDomainName}`,
    byPath: `${gatewright.endpoint}/_aws/portals/${portalId}`,
    async publish() {
      await client.send(new PublishPortalCommand({ PortalId: portalId }));
    },
  };
}
