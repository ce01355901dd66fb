/** Where control and gateway meet: control publishes that a stage changed, the gateway asks for what is live. */
import type { ClientCertificate, EndpointConfiguration, Stage, VpcLink } from '../definition/rest-api.ts';
import type { HttpSnapshot, RestSnapshot, WebSocketSnapshot } from '../definition/snapshot.ts';
import type { V2Stage, V2VpcLink } from '../definition/v2-api.ts';
import type { LiveWebAcl } from './web-acls.ts';

/** Everything needed to compile the plan of one stage. */
export type LiveStage = LiveRestStage | LiveHttpStage | LiveWebSocketStage;

export type ApiKind = LiveStage['kind'];

export interface LiveRestStage {
  readonly kind: 'rest';
  readonly apiId: string;
  readonly account: string;
  readonly region: string;
  readonly stage: Stage;
  readonly snapshot: RestSnapshot;
  /** Of the API as it is now: it acts without a deployment, so that an API made private is public no longer. Absent: the snapshot's. */
  readonly endpoint?: EndpointConfiguration;
  /** This is the stage as its canary's requests see it. */
  readonly isCanary?: true;
  /** Snapshot of `stage.canarySettings.deploymentId`, when the stage has a canary. */
  readonly canarySnapshot?: RestSnapshot;
  /** Of `stage.clientCertificateId`. */
  readonly clientCertificate?: ClientCertificate;
  /** Of `stage.webAclArn`. */
  readonly webAcl?: LiveWebAcl;
  /** All of the account in this region. */
  readonly vpcLinks?: readonly VpcLink[];
  readonly v2VpcLinks?: readonly V2VpcLink[];
}

export interface LiveHttpStage {
  readonly kind: 'http';
  readonly apiId: string;
  readonly account: string;
  readonly region: string;
  readonly stage: V2Stage;
  readonly snapshot: HttpSnapshot;
  /** All of the account in this region. */
  readonly v2VpcLinks?: readonly V2VpcLink[];
}

export interface LiveWebSocketStage {
  readonly kind: 'websocket';
  readonly apiId: string;
  readonly account: string;
  readonly region: string;
  readonly stage: V2Stage;
  readonly snapshot: WebSocketSnapshot;
  /** All of the account in this region: WebSocket APIs reach private networks through links of version 1. */
  readonly vpcLinks?: readonly VpcLink[];
}

/** A stage was created, changed or deleted; without `stageName` the whole API was deleted, without `apiId` everything changed. */
export interface StageChange {
  readonly apiId?: string;
  readonly stageName?: string;
  /** Nothing was changed, but what authorizers decided about the stage, or the answers it keeps, are to be forgotten. */
  readonly flushes?: 'authorizers' | 'responses';
}

export interface Deployments {
  /** What is live now; undefined when the API, the stage or its deployment does not exist. */
  liveStage(apiId: string, stageName: string): Promise<LiveStage | undefined>;
  /** Stage names of an API, for explaining a wrong one; empty when there is no such API. */
  stageNames(apiId: string): Promise<readonly string[]>;
  /** What an API is, deployed or not; undefined when there is no such API. */
  apiKind(apiId: string): Promise<ApiKind | undefined>;
  /** Told after the change is committed. */
  publish(change: StageChange): void;
  onChange(listener: (change: StageChange) => void): () => void;
}
