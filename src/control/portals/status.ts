/** What answers say of a portal's state, which changes with time alone: nothing runs in between. */
import type { Portal, PortalPreview } from '../../definition/portal.ts';
import type { Preview, PublishStatus } from '../../wire/generated/apigatewayv2.ts';
import { statusChanging } from './refusals.ts';

export function publishStatusOf({ publishStatus, statusChangesAtMs }: Portal, nowMs: number): PublishStatus {
  if (statusChangesAtMs === undefined || nowMs >= statusChangesAtMs) return publishStatus;
  return publishStatus === 'PUBLISHED' ? 'PUBLISH_IN_PROGRESS' : 'DISABLE_IN_PROGRESS';
}

/** Throws while a portal is being published or disabled. */
export function checkSettled(portal: Portal, nowMs: number): void {
  const status = publishStatusOf(portal, nowMs);
  if (status.endsWith('_IN_PROGRESS')) throw statusChanging(status);
}

/** Undefined when there is none, or none any more. `urlOf` makes the address of its token. */
export function previewOf(
  preview: PortalPreview | undefined,
  nowMs: number,
  urlOf: (token: string) => string,
): Preview | undefined {
  if (preview === undefined || nowMs >= preview.expiresAtMs) return undefined;
  if (nowMs < preview.readyAtMs) return { PreviewStatus: 'PREVIEW_IN_PROGRESS' };
  return { PreviewStatus: 'PREVIEW_READY', PreviewUrl: urlOf(preview.token) };
}
