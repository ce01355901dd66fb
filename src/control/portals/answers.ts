/** Portals, products and pages as AWS answers them. Members that were never set are left out. */
import { defined } from '../../base/defined.ts';
import type { CustomColors, DisplayOrder, Portal, PortalProduct, ProductPage } from '../../definition/portal.ts';
import type { Call } from '../../wire/call.ts';
import type * as wire from '../../wire/generated/apigatewayv2.ts';
import { edgeHostedZone } from '../domains/hosted-zones.ts';
import { portalArn, productArn, productPageArn } from './arns.ts';
import { defaultDomain } from './default-domain.ts';
import { previewOf, publishStatusOf } from './status.ts';

export function answerPortal(portal: Portal, call: Call, nowMs: number): wire.PortalSummary {
  const { cognitoConfig, customDomain, logo } = portal;
  return defined({
    Authorization:
      cognitoConfig === undefined
        ? { None: {} }
        : {
            CognitoConfig: {
              AppClientId: cognitoConfig.appClientId,
              UserPoolArn: cognitoConfig.userPoolArn,
              UserPoolDomain: cognitoConfig.userPoolDomain,
            },
          },
    EndpointConfiguration: defined({
      CertificateArn: customDomain?.certificateArn,
      DomainName: customDomain?.domainName,
      PortalDefaultDomainName: defaultDomain(portal, call),
      // Portals stand behind CloudFront ("Choose a domain name").
      PortalDomainHostedZoneId: edgeHostedZone,
    }),
    IncludedPortalProductArns: portal.includedPortalProductArns,
    LastModified: portal.lastModifiedMs,
    LastPublished: portal.lastPublishedMs,
    LastPublishedDescription: portal.lastPublishedDescription,
    PortalArn: portalArn(portal),
    PortalContent: defined({
      Description: portal.description,
      DisplayName: portal.displayName,
      Theme: defined({ CustomColors: answerColors(portal.customColors), LogoLastUploaded: logo?.lastUploadedMs }),
    }),
    PortalId: portal.portalId,
    Preview: previewOf(portal.preview, nowMs, (token) => previewUrl(portal.portalId, token, call)),
    PublishStatus: publishStatusOf(portal, nowMs),
    RumAppMonitorName: portal.rumAppMonitorName,
    Tags: portal.tags,
  });
}

/** By path, on the server that was asked: the token is what opens it. */
const previewUrl = (portalId: string, token: string, { endpoint }: Call): string =>
  `${endpoint}/_aws/portals/${portalId}/preview/${token}/`;

const answerColors = (colors: CustomColors): wire.CustomColors => ({
  AccentColor: colors.accentColor,
  BackgroundColor: colors.backgroundColor,
  ErrorValidationColor: colors.errorValidationColor,
  HeaderColor: colors.headerColor,
  NavigationColor: colors.navigationColor,
  TextColor: colors.textColor,
});

export function answerProduct(product: PortalProduct): wire.GetPortalProductResponse {
  return defined({
    Description: product.description,
    DisplayName: product.displayName,
    DisplayOrder: product.displayOrder && answerOrder(product.displayOrder),
    LastModified: product.lastModifiedMs,
    PortalProductArn: productArn(product),
    PortalProductId: product.portalProductId,
    Tags: product.tags,
  });
}

/** In lists the description is always there, as the model has it, and the order never. */
export function summarizeProduct(product: PortalProduct): wire.PortalProductSummary {
  const { DisplayOrder: _, ...members } = answerProduct(product);
  return { Description: '', ...members };
}

const answerOrder = ({ overviewPageArn, productPageArns, contents }: DisplayOrder): wire.DisplayOrder =>
  defined({
    OverviewPageArn: overviewPageArn,
    ProductPageArns: productPageArns,
    Contents: contents?.map(({ sectionName, productRestEndpointPageArns }) => ({
      SectionName: sectionName,
      ProductRestEndpointPageArns: productRestEndpointPageArns,
    })),
  });

export const answerPage = (product: PortalProduct, page: ProductPage): wire.GetProductPageResponse => ({
  DisplayContent: { Title: page.title, Body: page.body },
  LastModified: page.lastModifiedMs,
  ProductPageArn: productPageArn(product, page.productPageId),
  ProductPageId: page.productPageId,
});

export const summarizePage = (product: PortalProduct, page: ProductPage): wire.ProductPageSummaryNoBody => ({
  LastModified: page.lastModifiedMs,
  PageTitle: page.title,
  ProductPageArn: productPageArn(product, page.productPageId),
  ProductPageId: page.productPageId,
});
