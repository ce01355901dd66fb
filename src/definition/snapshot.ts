/** A deployment's content: the whole definition of an API as it stood when it was deployed. Never changed afterwards. */
import type { GatewayResponse, Method, Model, RequestValidator, Resource, RestApi } from './rest-api.ts';

/** A resource with its methods by verb. */
export interface SnapshotResource extends Resource {
  readonly methods: Readonly<Record<string, Method>>;
}

export interface RestSnapshot {
  readonly kind: 'rest';
  readonly api: RestApi;
  readonly deploymentId: string;
  readonly resources: readonly SnapshotResource[];
  /** Both absent in snapshots from before they were kept. */
  readonly models?: readonly Model[];
  readonly requestValidators?: readonly RequestValidator[];
  /** Those that are customised; absent when none is, and in snapshots from before there were any. */
  readonly gatewayResponses?: readonly GatewayResponse[];
}
