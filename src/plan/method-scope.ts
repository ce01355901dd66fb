/** What the parts of one method are compiled from, and where they put their complaints. */
import type {
  Integration as IntegrationDefinition,
  IntegrationResponse,
  Method,
  RestApi,
  VpcLink,
} from '../definition/rest-api.ts';
import type { V2VpcLink } from '../definition/v2-api.ts';
import type { GatewayIdentity } from '../ports/upstream.ts';
import type { Exchange } from './exchange.ts';
import type { BackendAnswer } from './parameter-mapping.ts';
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
  readonly backends: BackendAccess;
  /** Where a response's template is not chosen by the Accept header: what says the index of the one to take, -1 for none. */
  readonly templateSelectors?: ReadonlyMap<IntegrationResponse, TemplateSelector>;
  readonly tools: PlanTools;
  /** Compiled for its complaints, never run. */
  readonly isOnlyChecked?: boolean;
  /** Notes something that cannot be enforced or run as configured; the method then refuses to run and its API refuses to deploy. */
  readonly complain: (what: string) => void;
}

export type TemplateSelector = (x: Exchange, answer: BackendAnswer) => number;

/** What the account and the stage have for reaching backends. */
export interface BackendAccess {
  readonly vpcLinks: readonly VpcLink[];
  readonly v2VpcLinks: readonly V2VpcLink[];
  /** What the stage shows to backends over TLS. */
  readonly clientCertificate: GatewayIdentity | undefined;
}

/** The sentence for what AWS does and this gateway does not do yet. */
export function notBuiltYet(what: string): string {
  return `${what} is not built yet, so it is refused rather than skipped`;
}
