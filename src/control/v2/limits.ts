/** Every quota of the control plane of HTTP and WebSocket APIs as a named setting with AWS's default (rows LIM-*; developer guide, "Quotas"). */
export interface V2Limits {
  /** HTTP and WebSocket APIs of an account in a region. */
  readonly apis: number;
  readonly routesPerApi: number;
  readonly integrationsPerApi: number;
  readonly stagesPerApi: number;
  readonly authorizersPerApi: number;
  readonly audiencesPerAuthorizer: number;
  readonly scopesPerRoute: number;
  readonly vpcLinks: number;
  readonly tagsPerResource: number;
  readonly stageVariables: number;
  readonly schemaCharacters: number;
  /** Of an access log format. */
  readonly accessLogFormatBytes: number;
  readonly minimumTimeoutMs: number;
  readonly maximumHttpTimeoutMs: number;
  readonly maximumWebSocketTimeoutMs: number;
  /** Items of a list when the caller does not say, and at most. */
  readonly pageSize: number;
  /** Not AWS's: deployments made by auto-deploy that no stage shows are kept up to this number per API, the oldest go first. */
  readonly idleAutoDeployments: number;
}

export const awsV2Limits: V2Limits = {
  apis: 600,
  routesPerApi: 300,
  integrationsPerApi: 300,
  stagesPerApi: 10,
  authorizersPerApi: 10,
  audiencesPerAuthorizer: 50,
  scopesPerRoute: 10,
  vpcLinks: 10,
  tagsPerResource: 50,
  stageVariables: 100,
  schemaCharacters: 32 * 1024,
  accessLogFormatBytes: 3 * 1024,
  minimumTimeoutMs: 50,
  maximumHttpTimeoutMs: 30_000,
  maximumWebSocketTimeoutMs: 29_000,
  pageSize: 500,
  idleAutoDeployments: 10,
};
