/**
 * Golden plans: a definition in JSON, a line `---`, and the plan it compiles to as describePlan prints it.
 * `node test/golden/golden-plans.ts --write` prints every plan anew; read the difference before committing it.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GatewayResponse, Model, RequestValidator, RestApi, Stage } from '../../src/definition/rest-api.ts';
import type { V2Api, V2Stage } from '../../src/definition/v2-api.ts';
import { compileRest } from '../../src/plan/compile-rest.ts';
import { describePlan } from '../../src/plan/describe.ts';
import { type HttpApiInWords, httpPlanOf } from '../../src/plan/http/http-plan-fixture.ts';
import { type ApiInWords, liveStage, planTools, restSnapshot } from '../../src/plan/plan-fixture.ts';
import { type RateLimit, ThrottleBuckets } from '../../src/plan/steps/throttle.ts';

export interface GoldenPlan {
  /** File name, `mock.txt`. */
  readonly name: string;
  /** Text of the definition. */
  readonly definition: string;
  readonly expected: string;
  readonly printed: string;
}

/** What stands above the line. */
type Definition = RestDefinition | HttpDefinition;

interface HttpDefinition {
  readonly routes: HttpApiInWords;
  readonly api?: Partial<V2Api>;
  readonly stage?: Partial<V2Stage>;
}

interface RestDefinition {
  readonly methods: ApiInWords;
  readonly api?: Partial<RestApi>;
  readonly stage?: Partial<Stage>;
  readonly accountLimit?: RateLimit;
  readonly gatewayResponses?: readonly GatewayResponse[];
  readonly models?: readonly Model[];
  readonly requestValidators?: readonly RequestValidator[];
}

const separator = '\n---\n';

export function goldenPlans(): GoldenPlan[] {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.txt'));
  return files.sort().map((name) => {
    const text = readFileSync(join(import.meta.dirname, name), 'utf8');
    const end = text.indexOf(separator);
    const definition = end === -1 ? text.trimEnd() : text.slice(0, end);
    const expected = end === -1 ? '' : text.slice(end + separator.length);
    return { name, definition, expected, printed: printed(JSON.parse(definition) as Definition) };
  });
}

function printed(definition: Definition): string {
  if ('routes' in definition) {
    return describePlan(httpPlanOf(definition.routes, {}, definition.stage, definition.api));
  }
  const { methods, api, stage, accountLimit, ...frozen } = definition;
  const tools = planTools({ throttles: new ThrottleBuckets(accountLimit) });
  const snapshot = { ...restSnapshot(methods, api), ...frozen };
  return describePlan(compileRest(liveStage(snapshot, stage), tools));
}

if (import.meta.main && process.argv.includes('--write')) {
  for (const { name, definition, printed } of goldenPlans()) {
    writeFileSync(join(import.meta.dirname, name), definition + separator + printed);
  }
}
