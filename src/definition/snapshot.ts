/** A deployment's content: the whole definition of an API as it stood when it was deployed. Never changed afterwards. */
import type { Authorizer, GatewayResponse, Method, Model, RequestValidator, Resource, RestApi } from './rest-api.ts';
import type { Route, V2Api, V2Authorizer, V2Integration, V2Model } from './v2-api.ts';

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
  /** Absent when there is none, and in snapshots from before there were any. */
  readonly authorizers?: readonly Authorizer[];
  /** Those that are customised; absent when none is, and in snapshots from before there were any. */
  readonly gatewayResponses?: readonly GatewayResponse[];
}

/** A deployed HTTP API. */
export interface HttpSnapshot {
  readonly kind: 'http';
  readonly api: V2Api;
  readonly deploymentId: string;
  readonly routes: readonly Route[];
  readonly integrations: readonly V2Integration[];
  readonly authorizers: readonly V2Authorizer[];
}

/** A deployed WebSocket API. */
export interface WebSocketSnapshot {
  readonly kind: 'websocket';
  readonly api: V2Api;
  readonly deploymentId: string;
  readonly routes: readonly Route[];
  readonly integrations: readonly V2Integration[];
  readonly authorizers: readonly V2Authorizer[];
  readonly models: readonly V2Model[];
}

export type Snapshot = RestSnapshot | HttpSnapshot | WebSocketSnapshot;
