/** Access logs of an HTTP API are delivered to groups that are there (recorded); those of WebSocket APIs bring theirs along. */
import type { V2Api } from '../../definition/v2-api.ts';
import type { LogDelivery } from '../../ports/request-logs.ts';
import { noSuchLogGroup } from './errors.ts';

export interface LogDestination {
  /** Throws NotFoundException for an HTTP API whose log group is not there. */
  check(api: V2Api): void;
  /** To be called when the stage is stored. */
  begin(): Promise<void>;
}

/** Looks beforehand: another database's answer is nothing to wait for within a transaction. */
export async function lookForDestination(
  settings: { readonly DestinationArn?: string } | undefined,
  delivery: LogDelivery | undefined,
): Promise<LogDestination> {
  const arn = settings?.DestinationArn;
  if (arn === undefined || delivery === undefined) return { check() {}, async begin() {} };
  const isThere = await delivery.isThere(arn);
  let isDelivered = false;
  return {
    check({ protocolType }) {
      if (protocolType !== 'HTTP') return;
      if (!isThere) throw noSuchLogGroup(arn);
      isDelivered = true;
    },
    async begin() {
      if (isDelivered) await delivery.begin(arn);
    },
  };
}
