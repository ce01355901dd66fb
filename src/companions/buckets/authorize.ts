/** May the caller do this? The caller's own policies with the bucket's, as IAM puts them together; asked in secure mode. */
import { BoundedMap } from '../../base/bounded-map.ts';
import type { HttpRequest } from '../../base/http.ts';
import { combined, type PermissionOutcome, reasonOf } from '../../base/permissions.ts';
import { anonymousPrincipal, type CompiledPolicy, compilePolicy } from '../../base/policy.ts';
import { RequestContext } from '../../base/request-context.ts';
import type { Store } from '../../ports/store.ts';
import { conditionValues } from './actions.ts';
import type { BucketCall } from './call.ts';
import { isPublic } from './public-policy.ts';
import { type BucketRecord, buckets } from './records.ts';
import { accessDenied, noSuchBucket } from './refusals.ts';

/** What is known of whoever asks. */
export interface AskingCall extends Pick<BucketCall, 'caller' | 'callerArn' | 'region' | 'query'> {
  readonly request: Pick<HttpRequest, 'headers' | 'secure' | 'sourceIp' | 'vpcEndpoint'>;
}

export type Authorize = (call: AskingCall, action: string, resource: string) => Promise<void>;

/** Of so many bucket policies the compiled form is kept. */
const maxPolicies = 200;

/** Rejects with AccessDenied; with NoSuchBucket for a bucket that is not there and that the caller's own policies let them ask for. */
export function createAuthorize(store: Store, now: () => number): Authorize {
  /** By the policy's text. */
  const compiled = new BoundedMap<{ readonly policy: CompiledPolicy; readonly isPublic: boolean }>(maxPolicies);

  function policyOf({ policy: text }: BucketRecord): { policy: CompiledPolicy; isPublic: boolean } | undefined {
    if (text === undefined) return undefined;
    const known = compiled.get(text);
    if (known !== undefined) return known;
    const made = { policy: compilePolicy(JSON.parse(text), 'resource'), isPublic: isPublic(text) };
    compiled.set(text, made);
    return made;
  }

  return async function authorize(call, action, resource) {
    const name = /^arn:[^:]+:s3:::([^/]+)/.exec(resource)?.[1];
    const bucket = name === undefined ? undefined : await store.read((tx) => tx.get(buckets, [name]));
    const { caller } = call;
    const values = conditionValues(call);
    const said = { get: (key: string) => values.get(key) ?? caller?.context.get(key) };
    const context = new RequestContext(call.request, now(), call.region, said);
    const principal = caller?.principal ?? anonymousPrincipal;
    const request = { principal, action, resource, context };
    const own: PermissionOutcome = caller?.permissions.decide(request) ?? {
      ...{ decision: 'implicit deny', policyType: 'resource-based policy', statement: undefined },
    };
    if (bucket === undefined) {
      if (own.decision !== 'allow') throw refusal(call, action, resource, own);
      if (name !== undefined && action !== 's3:CreateBucket') throw noSuchBucket(name);
      return;
    }
    const policy = policyOf(bucket);
    const isSameAccount = caller?.account === bucket.account;
    // Block Public Access: a public policy lets in the bucket's own account alone.
    const isRestricted = !isSameAccount && bucket.publicAccessBlock?.RestrictPublicBuckets === true && policy?.isPublic;
    const byPolicy = isRestricted ? undefined : policy?.policy.evaluate(request);
    if (caller === undefined) {
      if (byPolicy?.decision === 'allow') return;
      throw accessDenied('Access Denied', `nobody in particular may ${action} on ${resource}`);
    }
    const outcome = combined(own, byPolicy, isSameAccount);
    if (outcome.decision !== 'allow') throw refusal(call, action, resource, outcome);
  };
}

function refusal({ callerArn, caller }: AskingCall, action: string, resource: string, outcome: PermissionOutcome) {
  if (caller === undefined) return accessDenied();
  return accessDenied(
    `User: ${callerArn} is not authorized to perform: ${action} on resource: "${resource}" ${reasonOf(outcome, action)}`,
  );
}
