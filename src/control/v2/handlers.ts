/** Every operation of the HTTP and WebSocket API control plane that is built; the wire layer answers 501 for the rest. */
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigatewayv2.ts';
import { lazyHandlers } from '../../wire/lazy-handlers.ts';
import { apiMappingHandlers } from './api-mappings.ts';
import { apiHandlers } from './apis.ts';
import { authorizerHandlers } from './authorizers.ts';
import { deploymentHandlers } from './deployments.ts';
import { domainNameHandlers } from './domain-names.ts';
import { integrationResponseHandlers } from './integration-responses.ts';
import { integrationHandlers } from './integrations.ts';
import { modelHandlers } from './models.ts';
import type { V2Ports } from './ports.ts';
import { routeResponseHandlers } from './route-responses.ts';
import { routeHandlers } from './routes.ts';
import { routingRuleHandlers } from './routing-rules.ts';
import { stageHandlers } from './stages.ts';
import { tagHandlers } from './tags.ts';
import { vpcLinkHandlers } from './vpc-links.ts';

export function v2Handlers(ports: V2Ports): Handlers<Operations> {
  return {
    ...apiHandlers(ports),
    ...lazyHandlers<Operations>(['ImportApi', 'ReimportApi'], async () =>
      (await import('./imports.ts')).importHandlers(ports),
    ),
    ...lazyHandlers<Operations>(['ExportApi'], async () => (await import('./exports.ts')).exportHandlers(ports)),
    ...routeHandlers(ports),
    ...routeResponseHandlers(ports),
    ...integrationHandlers(ports),
    ...integrationResponseHandlers(ports),
    ...authorizerHandlers(ports),
    ...modelHandlers(ports),
    ...deploymentHandlers(ports),
    ...stageHandlers(ports),
    ...vpcLinkHandlers(ports),
    ...domainNameHandlers(ports),
    ...apiMappingHandlers(ports),
    ...routingRuleHandlers(ports),
    ...tagHandlers(ports),
  };
}
