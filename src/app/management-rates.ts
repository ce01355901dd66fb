/**
 * How often an account may call the control plane of API Gateway in a region (developer guide, "Quotas for creating, deploying and managing an API"; row
 * CP-30). Off unless the setting `managementRates` asks for it: whoever runs the gateway owes nobody these limits, but may want to know how tools bear them.
 */
import { BoundedMap } from '../base/bounded-map.ts';
import type { Clock } from '../base/clock.ts';
import { Problem } from '../base/problem.ts';
import { TokenBucket } from '../base/token-bucket.ts';
import type { Service } from '../wire/service.ts';

type Rate = readonly [perSecond: number, burst: number];

/** All calls of an account together. */
const overall: Rate = [10, 40];

const fivePerSecond: Rate = [5, 5];
const everyTwentySeconds: Rate = [1 / 20, 1];
const everyThirtySeconds: Rate = [1 / 30, 1];

/** By model and operation; those of both models count together where they are about the same things. */
const rates: Readonly<Record<string, Readonly<Record<string, Rate | undefined>> | undefined>> = {
  apigateway: {
    CreateApiKey: fivePerSecond,
    DeleteApiKey: fivePerSecond,
    CreateResource: fivePerSecond,
    DeleteResource: fivePerSecond,
    GetResources: [2.5, 5],
    PutRestApi: [1, 1],
    CreateDeployment: [1 / 5, 1],
    CreateDocumentationVersion: everyTwentySeconds,
    UpdateAccount: everyTwentySeconds,
    UpdateUsagePlan: everyTwentySeconds,
    CreateDomainName: everyThirtySeconds,
    DeleteDomainName: everyThirtySeconds,
    UpdateDomainName: everyThirtySeconds,
    DeleteRestApi: everyThirtySeconds,
    ImportDocumentationParts: everyThirtySeconds,
  },
  apigatewayv2: {
    CreateDomainName: everyThirtySeconds,
    DeleteDomainName: everyThirtySeconds,
    UpdateDomainName: everyThirtySeconds,
    CreateVpcLink: [1 / 15, 1],
    DeleteVpcLink: everyThirtySeconds,
  },
};

/** Buckets kept at once; the ones not asked for longest are given up first. */
const maxBuckets = 10_000;

/** Makes services that refuse with 429 what comes too fast; those it makes share their buckets. */
export function createManagementRates(clock: Clock): (service: Service) => Service {
  const buckets = new BoundedMap<TokenBucket>(maxBuckets);

  function hasToken(name: string, [perSecond, burst]: Rate): boolean {
    let bucket = buckets.get(name);
    if (bucket === undefined) {
      bucket = new TokenBucket(perSecond, burst);
      buckets.set(name, bucket);
    }
    return bucket.take(clock.monotonicMs());
  }

  return function limited(service) {
    const ofModel = rates[service.model.name] ?? {};
    return {
      ...service,
      async run(operation, input, call) {
        const owner = `${call.account}/${call.region}`;
        const own = ofModel[operation.name];
        // Both are asked, so that what one refuses counts for the other all the same.
        const ofAll = hasToken(owner, overall);
        const ofOperation = own === undefined || hasToken(`${owner}/${operation.name}`, own);
        if (!ofAll || !ofOperation) {
          const why = `more than ${ofAll ? operation.name : 'all calls of an account'} may be made; see the setting managementRates`;
          throw new Problem('TooManyRequestsException', 'Too Many Requests', { why });
        }
        return service.run(operation, input, call);
      },
    };
  };
}
