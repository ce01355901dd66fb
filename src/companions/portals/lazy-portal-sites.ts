/** Portals as a process starts with them: it knows their addresses, and reads the rest of the code with the first visitor. */
import type { HttpReply, HttpRequest } from '../../base/http.ts';
import { once } from '../lazy-handlers.ts';
import { portalAddress } from './portal-address.ts';
import type { PortalSiteParts } from './sites.ts';

export interface PortalSites {
  /** Cheap: decided by host and path alone. */
  owns(request: Pick<HttpRequest, 'path' | 'headers'>): boolean;
  answer(request: HttpRequest): Promise<HttpReply>;
}

export function createLazyPortalSites(parts: PortalSiteParts): PortalSites {
  const whole = once(async () => (await import('./sites.ts')).createPortalSites(parts));
  return {
    owns: (request) => portalAddress(request, parts.hosts) !== undefined,
    answer: async (request) => (await whole.get())(request),
  };
}
