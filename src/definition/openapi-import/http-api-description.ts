/** What an OpenAPI document asks of an HTTP API, as plain values in AWS's terms. */
import type { CorsConfiguration, Route, V2Authorizer, V2Integration } from '../v2-api.ts';

export interface HttpApiDescription {
  readonly name: string;
  readonly description?: string;
  readonly version?: string;
  readonly disableExecuteApiEndpoint?: boolean;
  readonly corsConfiguration?: CorsConfiguration;
  readonly tags: Readonly<Record<string, string>>;
  readonly authorizers: readonly Omit<V2Authorizer, 'authorizerId'>[];
  /** By key; several routes may have one integration. */
  readonly integrations: ReadonlyMap<string, Partial<V2Integration>>;
  readonly routes: readonly HttpRouteDescription[];
}

export interface HttpRouteDescription {
  readonly routeKey: string;
  readonly operationName?: string;
  readonly authorizationType: Route['authorizationType'];
  readonly authorizerName?: string;
  readonly authorizationScopes?: readonly string[];
  /** Key among the integrations; absent for a route that leads nowhere yet. */
  readonly integration?: string;
}

/** Errors discard the import, warnings do under `failOnWarnings`; what was valid and has no meaning here is told as info (row OAS-19). */
export interface HttpFindings {
  readonly errors: string[];
  readonly warnings: string[];
  readonly info: string[];
}
