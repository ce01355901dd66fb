/** The address an HTTP or WebSocket API is called at, as answers show it (decision 0026). */
import type { V2Api } from '../../definition/v2-api.ts';
import type { Call } from '../../wire/call.ts';
import { apiAddress } from '../api-address.ts';

/** Without stage, as AWS says it. */
export function apiEndpoint({ apiId, protocolType }: V2Api, call: Call): string {
  const address = apiAddress(apiId, call);
  return protocolType === 'WEBSOCKET' ? address.replace(/^http/, 'ws') : address;
}
