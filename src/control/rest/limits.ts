/** Every quota of the REST control plane as a named setting with AWS's default (rows LIM-*; developer guide, "Quotas"). */
export interface RestLimits {
  readonly regionalApis: number;
  readonly edgeApis: number;
  readonly privateApis: number;
  readonly resourcesPerApi: number;
  readonly requestValidatorsPerApi: number;
  readonly authorizersPerApi: number;
  readonly stagesPerApi: number;
  readonly clientCertificates: number;
  readonly vpcLinks: number;
  readonly documentationPartsPerApi: number;
  readonly apiKeys: number;
  readonly usagePlans: number;
  readonly usagePlansPerApiKey: number;
  readonly tagsPerResource: number;
  readonly stageVariables: number;
  readonly accessLogFormatBytes: number;
  /** Characters of a model's schema. */
  readonly schemaCharacters: number;
  /** Characters of a resource policy. */
  readonly policyCharacters: number;
  readonly minimumTimeoutMs: number;
  readonly maximumTimeoutMs: number;
  /** Of an integration that streams its answer. */
  readonly maximumStreamTimeoutMs: number;
  /** Items of a list when the caller does not say. */
  readonly defaultPageSize: number;
  readonly maximumPageSize: number;
  /** Shown by GetAccount as `throttleSettings`. */
  readonly accountBurstLimit: number;
  readonly accountRateLimit: number;
}

export const awsRestLimits: RestLimits = {
  regionalApis: 600,
  edgeApis: 120,
  privateApis: 600,
  resourcesPerApi: 300,
  requestValidatorsPerApi: 20,
  authorizersPerApi: 10,
  stagesPerApi: 10,
  clientCertificates: 60,
  vpcLinks: 20,
  documentationPartsPerApi: 2000,
  apiKeys: 10_000,
  usagePlans: 300,
  usagePlansPerApiKey: 10,
  tagsPerResource: 50,
  stageVariables: 100,
  accessLogFormatBytes: 3 * 1024,
  schemaCharacters: 400 * 1024,
  policyCharacters: 8192,
  minimumTimeoutMs: 50,
  maximumTimeoutMs: 29_000,
  maximumStreamTimeoutMs: 900_000,
  defaultPageSize: 25,
  maximumPageSize: 500,
  accountBurstLimit: 5000,
  accountRateLimit: 10_000,
};
