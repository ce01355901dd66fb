/** Where API records stand in the store: the agreement between control, which writes them, and the deployments adapter, which reads them. */

import type {
  ApiMapping,
  CustomDomain,
  DomainNameAccessAssociation,
  RoutingRule,
  Truststore,
  UploadedCertificate,
} from '../definition/custom-domain.ts';
import type { DocumentationPart, DocumentationVersion } from '../definition/documentation.ts';
import type { Portal, PortalProduct, ProductPage, ProductRestEndpointPage } from '../definition/portal.ts';
import type { PortalSite, SitePage } from '../definition/portal-site.ts';
import type {
  Account,
  Authorizer,
  ClientCertificate,
  Deployment,
  GatewayResponse,
  Method,
  Model,
  RequestValidator,
  Resource,
  RestApi,
  Stage,
  VpcLink,
} from '../definition/rest-api.ts';
import type { HttpSnapshot, RestSnapshot, WebSocketSnapshot } from '../definition/snapshot.ts';
import type { ApiKey, PlanMembership, QuotaCount, UsageDay, UsagePlan } from '../definition/usage.ts';
import type {
  Route,
  V2Api,
  V2Authorizer,
  V2Deployment,
  V2Integration,
  V2Model,
  V2Stage,
  V2VpcLink,
} from '../definition/v2-api.ts';
import { collection } from './store.ts';

/** `[apiId]`; ids are unique over all accounts and over REST, HTTP and WebSocket APIs. */
export const restApis = collection<RestApi>('rest-api');
/** `[apiId, resourceId]` */
export const resources = collection<Resource>('resource');
/** `[apiId, resourceId, VERB]` */
export const methods = collection<Method>('method');
/** `[apiId, modelName]` */
export const models = collection<Model>('model');
/** `[apiId, TYPE]`; only customised ones are kept. */
export const gatewayResponses = collection<GatewayResponse>('gateway-response');
/** `[apiId, validatorId]` */
export const requestValidators = collection<RequestValidator>('request-validator');
/** `[apiId, deploymentId]` */
export const deployments = collection<Deployment>('deployment');
/** `[apiId, deploymentId]` */
export const snapshots = collection<RestSnapshot>('snapshot');
/** `[apiId, stageName]` */
export const stages = collection<Stage>('stage');
/** `[account, region]` */
export const accounts = collection<Account>('account');
/** `[apiId, authorizerId]` */
export const authorizers = collection<Authorizer>('authorizer');
/** `[account, region, vpcLinkId]` */
export const vpcLinks = collection<VpcLink>('vpc-link');
/** `[account, region, clientCertificateId]` */
export const clientCertificates = collection<ClientCertificate>('client-certificate');
/** `[apiId, partId]` */
export const documentationParts = collection<DocumentationPart>('documentation-part');
/** `[apiId, version]` */
export const documentationVersions = collection<DocumentationVersion>('documentation-version');
/** `[account, region, keyId]` */
export const apiKeys = collection<ApiKey>('api-key');
/** `[account, region, value]`: the id of the key with this value. */
export const apiKeyValues = collection<{ readonly id: string }>('api-key-value');
/** `[account, region, planId]` */
export const usagePlans = collection<UsagePlan>('usage-plan');
/** `[account, region, planId, keyId]` */
export const planMemberships = collection<PlanMembership>('usage-plan-key');
/** `[account, region, planId, keyId]` */
export const quotaCounts = collection<QuotaCount>('quota-count');
/** `[account, region, planId, keyId, day]`, the day as `2026-11-26`. */
export const usageDays = collection<UsageDay>('usage-day');

/** `[apiId]`; see restApis about ids. */
export const v2Apis = collection<V2Api>('v2-api');
/** `[apiId, routeId]` */
export const routes = collection<Route>('v2-route');
/** `[apiId, integrationId]` */
export const v2Integrations = collection<V2Integration>('v2-integration');
/** `[apiId, authorizerId]` */
export const v2Authorizers = collection<V2Authorizer>('v2-authorizer');
/** `[apiId, modelId]` */
export const v2Models = collection<V2Model>('v2-model');
/** `[apiId, deploymentId]` */
export const v2Deployments = collection<V2Deployment>('v2-deployment');
/** `[apiId, deploymentId]` */
export const v2Snapshots = collection<HttpSnapshot | WebSocketSnapshot>('v2-snapshot');
/** `[apiId, stageName]` */
export const v2Stages = collection<V2Stage>('v2-stage');
/** `[account, region, vpcLinkId]` */
export const v2VpcLinks = collection<V2VpcLink>('v2-vpc-link');

/** `[region, domainId]`; see domainIdOf. A public name is unique over all accounts of a region. */
export const customDomains = collection<CustomDomain>('custom-domain');
/** `[region, domainId, apiMappingId]` */
export const apiMappings = collection<ApiMapping>('api-mapping');
/** `[region, domainId, routingRuleId]` */
export const routingRules = collection<RoutingRule>('routing-rule');
/** `[region, domainId, accessAssociationSource]` */
export const accessAssociations = collection<DomainNameAccessAssociation>('domain-name-access-association');
/** `[region, domainId]` */
export const uploadedCertificates = collection<UploadedCertificate>('uploaded-certificate');
/** `[region, domainId]` */
export const truststores = collection<Truststore>('truststore');

/** `[account, region, portalId]` */
export const portals = collection<Portal>('portal');
/** `[account, region, portalProductId]` */
export const portalProducts = collection<PortalProduct>('portal-product');
/** `[account, region, portalProductId]`: JSON text as given. */
export const sharingPolicies = collection<{ readonly policyDocument: string }>('portal-product-sharing-policy');
/** `[account, region, portalProductId, productPageId]` */
export const productPages = collection<ProductPage>('product-page');
/** `[account, region, portalProductId, productRestEndpointPageId]` */
export const restEndpointPages = collection<ProductRestEndpointPage>('product-rest-endpoint-page');
/** `[portalId, 'live']` what is published, `[portalId, {token}]` what a preview shows. */
export const portalSites = collection<PortalSite>('portal-site');
/** `[portalId, siteId, productId, pageId]` */
export const portalSitePages = collection<SitePage>('portal-site-page');
/** `[domainName]`, in lower case: portals that have a name of their own, published or not. */
export const portalDomains = collection<PortalDomain>('portal-domain');

export interface PortalDomain {
  readonly portalId: string;
  readonly account: string;
  readonly region: string;
  readonly certificateArn: string;
}
