/** Every operation of portals. Read with the first call about one (lazy-portals.ts). */
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigatewayv2.ts';
import { endpointPageHandlers } from './endpoint-pages.ts';
import { portalHandlers } from './portals.ts';
import type { PortalPorts } from './ports.ts';
import { productPageHandlers } from './product-pages.ts';
import { productHandlers } from './products.ts';
import { publicationHandlers } from './publications.ts';
import { sharingHandlers } from './sharing.ts';

export function portalOperations(ports: PortalPorts): Handlers<Operations> {
  return {
    ...portalHandlers(ports),
    ...publicationHandlers(ports),
    ...productHandlers(ports),
    ...productPageHandlers(ports),
    ...endpointPageHandlers(ports),
    ...sharingHandlers(ports),
  };
}
