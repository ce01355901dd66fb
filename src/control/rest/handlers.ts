/** Every operation of the REST API control plane that is built; the wire layer answers 501 for the rest. */
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigateway.ts';
import { lazyHandlers } from '../../wire/lazy-handlers.ts';
import { accessAssociationHandlers } from './access-associations.ts';
import { accountHandlers } from './account.ts';
import { apiKeyImportHandlers } from './api-key-import.ts';
import { apiKeyHandlers } from './api-keys.ts';
import { apiHandlers } from './apis.ts';
import { authorizerHandlers } from './authorizers.ts';
import { basePathMappingHandlers } from './base-path-mappings.ts';
import { clientCertificateHandlers } from './client-certificates.ts';
import { deploymentHandlers } from './deployments.ts';
import { documentationPartHandlers } from './documentation-parts.ts';
import { documentationVersionHandlers } from './documentation-versions.ts';
import { domainNameHandlers } from './domain-names.ts';
import { gatewayResponseHandlers } from './gateway-responses.ts';
import { integrationResponseHandlers } from './integration-responses.ts';
import { integrationHandlers } from './integrations.ts';
import { methodResponseHandlers } from './method-responses.ts';
import { methodHandlers } from './methods.ts';
import { modelHandlers } from './models.ts';
import { planMembershipHandlers } from './plan-memberships.ts';
import type { RestPorts } from './ports.ts';
import { requestValidatorHandlers } from './request-validators.ts';
import { resourceHandlers } from './resources.ts';
import { stageHandlers } from './stages.ts';
import { tagHandlers } from './tags.ts';
import { testInvokeHandlers } from './test-invoke.ts';
import { testInvokeAuthorizerHandlers } from './test-invoke-authorizer.ts';
import { usageHandlers } from './usage.ts';
import { usagePlanHandlers } from './usage-plans.ts';
import { vpcLinkHandlers } from './vpc-links.ts';

/** The readers and writers of documents and the makers of SDKs are large, and most processes never need them: they are read with the first call. */
export function restHandlers(ports: RestPorts): Handlers<Operations> {
  return {
    ...accountHandlers(ports),
    ...apiHandlers(ports),
    ...lazyHandlers<Operations>(['ImportRestApi', 'PutRestApi'], async () =>
      (await import('./imports.ts')).importHandlers(ports),
    ),
    ...resourceHandlers(ports),
    ...methodHandlers(ports),
    ...methodResponseHandlers(ports),
    ...integrationHandlers(ports),
    ...integrationResponseHandlers(ports),
    ...modelHandlers(ports),
    ...requestValidatorHandlers(ports),
    ...authorizerHandlers(ports),
    ...testInvokeAuthorizerHandlers(ports),
    ...gatewayResponseHandlers(ports),
    ...deploymentHandlers(ports),
    ...stageHandlers(ports),
    ...clientCertificateHandlers(ports),
    ...vpcLinkHandlers(ports),
    ...domainNameHandlers(ports),
    ...basePathMappingHandlers(ports),
    ...accessAssociationHandlers(ports),
    ...tagHandlers(ports),
    ...documentationPartHandlers(ports),
    ...documentationVersionHandlers(ports),
    ...lazyHandlers<Operations>(['GetExport'], async () => (await import('./exports.ts')).exportHandlers(ports)),
    ...lazyHandlers<Operations>(['GetSdk', 'GetSdkType', 'GetSdkTypes'], async () =>
      (await import('./sdk/sdk-handlers.ts')).sdkHandlers(ports),
    ),
    ...apiKeyHandlers(ports),
    ...apiKeyImportHandlers(ports),
    ...usagePlanHandlers(ports),
    ...planMembershipHandlers(ports),
    ...usageHandlers(ports),
    ...testInvokeHandlers(ports),
  };
}
