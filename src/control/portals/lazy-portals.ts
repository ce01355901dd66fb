/** The control plane of portals as a process starts with it: the names of its operations; the rest is read with the first call. */
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigatewayv2.ts';
import { lazyHandlers } from '../../wire/lazy-handlers.ts';
import type { PortalPorts } from './ports.ts';

export const portalOperationNames = [
  ...(['CreatePortal', 'GetPortal', 'ListPortals', 'UpdatePortal', 'DeletePortal'] as const),
  ...(['PublishPortal', 'DisablePortal', 'PreviewPortal'] as const),
  ...(['CreatePortalProduct', 'GetPortalProduct', 'ListPortalProducts', 'UpdatePortalProduct'] as const),
  ...(['DeletePortalProduct', 'PutPortalProductSharingPolicy', 'GetPortalProductSharingPolicy'] as const),
  ...(['DeletePortalProductSharingPolicy', 'CreateProductPage', 'GetProductPage', 'ListProductPages'] as const),
  ...(['UpdateProductPage', 'DeleteProductPage', 'CreateProductRestEndpointPage'] as const),
  ...(['GetProductRestEndpointPage', 'ListProductRestEndpointPages', 'UpdateProductRestEndpointPage'] as const),
  'DeleteProductRestEndpointPage' as const,
] as const satisfies readonly (keyof Operations)[];

export function lazyPortalHandlers(ports: PortalPorts): Handlers<Operations> {
  let loaded: Promise<Handlers<Operations>> | undefined;
  return lazyHandlers<Operations>(portalOperationNames, () => {
    loaded ??= import('./handlers.ts').then(({ portalOperations }) => portalOperations(ports));
    return loaded;
  });
}
