/** Every operation of the HTTP and WebSocket API control plane that is built; the wire layer answers 501 for the rest. */
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigatewayv2.ts';
import { apiHandlers } from './apis.ts';
import { deploymentHandlers } from './deployments.ts';
import { integrationHandlers } from './integrations.ts';
import type { V2Ports } from './ports.ts';
import { routeHandlers } from './routes.ts';
import { stageHandlers } from './stages.ts';

export function v2Handlers(ports: V2Ports): Handlers<Operations> {
  return {
    ...apiHandlers(ports),
    ...routeHandlers(ports),
    ...integrationHandlers(ports),
    ...deploymentHandlers(ports),
    ...stageHandlers(ports),
  };
}
