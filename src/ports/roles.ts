/** Roles that the gateway acts as: what an integration's or authorizer's `credentials` lets it do. */
import type { Caller } from './credentials.ts';

export interface Roles {
  /**
   * The role as a caller, assumed by a service (`apigateway.amazonaws.com`); at once when it is known. A sentence for the log when there is no such role, or
   * it does not trust the service. Cheap enough to ask per request, so that a repaired role acts at once (recorded).
   */
  actingAs(roleArn: string, service: string): Caller | string | Promise<Caller | string>;
}
