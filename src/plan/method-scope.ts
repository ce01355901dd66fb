/** What the parts of one method are compiled from, and where they put their complaints. */
import type { Integration as IntegrationDefinition, Method, RestApi } from '../definition/rest-api.ts';
import type { StageContext } from './plan.ts';
import type { PlanTools } from './tools.ts';

export interface MethodScope {
  /** `GET /pets/{id}` */
  readonly label: string;
  readonly resourceId: string;
  readonly resourcePath: string;
  readonly method: Method;
  readonly integration: IntegrationDefinition;
  readonly api: RestApi;
  readonly stage: StageContext;
  readonly tools: PlanTools;
  /** Notes something that cannot be enforced or run as configured; the method then refuses to run and its API refuses to deploy. */
  readonly complain: (what: string) => void;
}

/** The sentence for what AWS does and this gateway does not do yet. */
export function notBuiltYet(what: string): string {
  return `${what} is not built yet, so it is refused rather than skipped`;
}
