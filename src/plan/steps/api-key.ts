/**
 * API keys on the way in (rows UP-01 to UP-08). The key is looked up and its plan's rates are asked before the stage's own limits (row THR-04); its
 * quota last, so that a request refused by a limit counts against no quota (row UP-08).
 *
 * A method that asks for no key takes any, but a key that has a plan for the stage is limited there too, even when it is disabled (recorded U2,
 * which the guide's "limits are bypassed" is not).
 */
import { headerValue } from '../../base/headers.ts';
import type { Problem } from '../../base/problem.ts';
import type { Method } from '../../definition/rest-api.ts';
import type { LiveRestStage } from '../../ports/deployments.ts';
import type { KeyDirectory, KnownKey, Usage } from '../../ports/usage.ts';
import type { Exchange } from '../exchange.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import type { Step } from '../plan.ts';

export interface ApiKeyScope {
  readonly method: Pick<Method, 'httpMethod' | 'apiKeyRequired' | 'authorizationType'>;
  /** `/pets/{id}` */
  readonly resourcePath: string;
  readonly live: Pick<LiveRestStage, 'account' | 'region' | 'apiId'> & {
    readonly stage: Pick<LiveRestStage['stage'], 'stageName'>;
    readonly snapshot: { readonly api: { readonly apiKeySource: 'HEADER' | 'AUTHORIZER' } };
  };
  readonly usage: Pick<Usage, 'keysOf'>;
}

/** The steps of one method; none where no key can come. */
export function apiKeySteps(scope: ApiKeyScope): {
  readonly beforeThrottles: readonly Step[];
  readonly afterThrottles: readonly Step[];
} {
  const { apiKeyRequired, authorizationType } = scope.method;
  const source = scope.live.snapshot.api.apiKeySource;
  // Only an authorizer can name a key there (recorded: without one a required key is always missing).
  if (source === 'AUTHORIZER' && !apiKeyRequired && authorizationType !== 'CUSTOM') {
    return { beforeThrottles: [], afterThrottles: [] };
  }
  return { beforeThrottles: [apiKeyStep(scope)], afterThrottles: [quotaStep(apiKeyRequired)] };
}

function apiKeyStep({ method, resourcePath, live, usage }: ApiKeyScope): Step {
  const { httpMethod, apiKeyRequired } = method;
  const source = live.snapshot.api.apiKeySource;
  const stage = `${live.apiId}/${live.stage.stageName}`;
  const keys: KeyDirectory = usage.keysOf({ account: live.account, region: live.region });
  const keySent =
    source === 'HEADER'
      ? (x: Exchange) => headerValue(x.request.headers, 'x-api-key')
      : (x: Exchange) => x.authorizer?.usageIdentifierKey;
  const from = source === 'HEADER' ? 'x-api-key' : "the authorizer's usageIdentifierKey";
  const missing = refusal(`no API key: ${from} is missing`);
  const unknown = refusal(`the API key of ${from} does not exist`);
  const disabled = refusal('the API key is disabled');
  const foreign = refusal(`the API key is in no usage plan of stage ${stage}`);

  function judge(x: Exchange, value: string, key: KnownKey | undefined): undefined {
    const subscription = key?.subscription(stage);
    x.apiKey = { id: key?.id, value, subscription };
    if (apiKeyRequired) {
      if (key === undefined) throw unknown;
      if (!key.enabled) throw disabled;
      if (subscription === undefined) throw foreign;
    }
    if (subscription === undefined) return;
    const why = subscription.refusedByRate(resourcePath, x.method, httpMethod, x.startedMonotonicMs);
    if (why !== undefined) throw gatewayProblem('THROTTLED', why);
  }

  return {
    name: apiKeyRequired ? `api-key ${source === 'HEADER' ? 'x-api-key' : 'of authorizer'}` : '',
    run: function checkApiKey(x) {
      const value = keySent(x);
      if (value === undefined) {
        if (apiKeyRequired) throw missing;
        return undefined;
      }
      const found = keys.find(value);
      return found instanceof Promise ? found.then((key) => judge(x, value, key)) : judge(x, value, found);
    },
  };
}

/** One Problem for all refusals of a kind: under a flood, capturing one per request would cost more than the request. */
const refusal = (why: string): Problem => gatewayProblem('INVALID_API_KEY', why);

const usedUp = gatewayProblem('QUOTA_EXCEEDED', "the key's quota of its usage plan is used up");

function quotaStep(apiKeyRequired: boolean): Step {
  return {
    name: apiKeyRequired ? 'quota' : '',
    run: function takeQuota(x) {
      const subscription = x.apiKey?.subscription;
      if (subscription === undefined) return undefined;
      const taken = subscription.takeQuota(x.startedAtMs);
      if (taken instanceof Promise) return taken.then(refuseUnless);
      return refuseUnless(taken);
    },
  };
}

function refuseUnless(taken: boolean): undefined {
  if (!taken) throw usedUp;
}
