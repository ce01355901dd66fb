/** What the parts of one route of an HTTP API are compiled from, and where they put their complaints. */
import type { Route, V2Api, V2Integration } from '../../definition/v2-api.ts';
import type { LiveHttpStage } from '../../ports/deployments.ts';
import type { StageContext } from '../plan.ts';
import type { PlanTools } from '../tools.ts';

export interface RouteScope {
  /** The route key: `GET /pets/{id}`, `$default`. */
  readonly label: string;
  /** Of the key; `ANY` for `$default`. */
  readonly verb: string;
  /** Path of the key, `/pets/{id}`; `$default` itself. */
  readonly path: string;
  readonly route: Route;
  readonly live: LiveHttpStage;
  readonly api: V2Api;
  readonly stage: StageContext;
  readonly tools: PlanTools;
  /** Notes something that cannot be enforced or run as configured; the route then refuses to run and its API refuses to deploy. */
  readonly complain: (what: string) => void;
}

export interface IntegrationScope extends RouteScope {
  readonly integration: V2Integration;
}

/** What stands behind the stage in a route's execution ARN: `GET/pets/{id}`, with a star for ANY, or `$default` (guide page http-api-lambda-authorizer). */
export function executionPath({ verb, path }: Pick<RouteScope, 'verb' | 'path'>): string {
  if (path === '$default') return path;
  return `${verb === 'ANY' ? '*' : verb}${path}`;
}
