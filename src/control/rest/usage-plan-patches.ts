/** What UpdateUsagePlan can change (row PATCH-19). */
import { escapePointerSegment, unescapePointerSegment } from '../../base/json-patch.ts';
import type { PlanStage, Quota, ThrottleLimit, UsagePlan } from '../../definition/usage.ts';
import type { PatchOperation } from '../../wire/generated/apigateway.ts';
import { invalidPlanStage, invalidThrottle, stageIsInPlan } from './chosen-usage-refusals.ts';
import { badRequest } from './errors.ts';
import {
  applyPatch,
  type Change,
  integerOf,
  numberOf,
  type PatchRow,
  type PatchTable,
  withMember,
  without,
} from './patch.ts';
import { hasStage } from './plan-memberships.ts';

/** The plan after the operations. Any change shows the quota's offset from then on (recorded: updating a plan adds `quota.offset: 0`). */
export function patchedPlan(plan: UsagePlan, operations: readonly PatchOperation[] | undefined): UsagePlan {
  const patched = applyPatch(planPatches, plan, operations?.map(withOneSegmentPath));
  return patched.quota === undefined
    ? patched
    : { ...patched, quota: { ...patched.quota, offset: patched.quota.offset ?? 0 } };
}

/**
 * The path of a method's limit with its resource as one escaped segment. It comes so, and also with its slashes as they are: `…/throttle//pets/GET/rateLimit`
 * is how the guide and Terraform write `/pets`, and `…/throttle///GET` the root.
 */
function withOneSegmentPath(operation: PatchOperation): PatchOperation {
  const parts = /^(\/apiStages\/[^/]+\/throttle)\/(.*)\/([A-Z]+)(\/(?:rateLimit|burstLimit))?$/.exec(
    operation.path ?? '',
  );
  if (parts === null) return operation;
  const [, start, resource, verb, member = ''] = parts;
  const path = unescapePointerSegment(resource!);
  const slashed = path.startsWith('/') ? path : `/${path}`;
  return { ...operation, path: `${start}/${escapePointerSegment(slashed)}/${verb}${member}` };
}

const throttleMembers = {
  rateLimit: (value: string) => numberOf('throttle rate limit', value),
  burstLimit: (value: string) => integerOf('throttle burst limit', value, 0, 2_147_483_647),
} as const;

/** Both operations set: Terraform adds what was not there, and replaces what was. */
const set = (path: string, change: Change<UsagePlan>): PatchRow<UsagePlan> => ({ path, add: change, replace: change });

const throttleRow = (member: keyof typeof throttleMembers): PatchRow<UsagePlan> =>
  set(`/throttle/${member}`, (plan, { value }) =>
    withMember(plan, 'throttle', { ...plan.throttle, [member]: throttleMembers[member](value) }),
  );

const quotaRow = (member: keyof Quota, read: (value: string) => Quota[keyof Quota]): PatchRow<UsagePlan> =>
  set(`/quota/${member}`, (plan, { value }) =>
    withMember(plan, 'quota', { ...plan.quota, [member]: read(value) } as Quota),
  );

const methodThrottleRow = (member: keyof typeof throttleMembers): PatchRow<UsagePlan> =>
  set(`/apiStages/{apiStage}/throttle/{resourcePath}/{httpMethod}/${member}`, (plan, { names, value }) => {
    const [apiStage, resourcePath, httpMethod] = names as [string, string, string];
    const method = `${resourcePath}/${httpMethod}`;
    return withStage(plan, apiStage, (stage) => {
      const limit = { ...stage.throttle?.[method], [member]: throttleMembers[member](value) };
      return { ...stage, throttle: { ...stage.throttle, [method]: limit } };
    });
  });

const planPatches: PatchTable<UsagePlan> = {
  refuse: refusal,
  rows: [
    { path: '/name', replace: (plan, { value }) => withMember(plan, 'name', value) },
    { path: '/description', replace: (plan, { value }) => withMember(plan, 'description', value) },
    {
      path: '/productCode',
      // Terraform's provider adds it.
      add: (plan, { value }) => withMember(plan, 'productCode', value),
      replace: (plan, { value }) => withMember(plan, 'productCode', value),
      remove: (plan) => without(plan, 'productCode'),
    },
    throttleRow('rateLimit'),
    throttleRow('burstLimit'),
    { path: '/throttle', remove: (plan) => without(plan, 'throttle') },
    quotaRow('limit', (value) => integerOf('quota limit', value, 0, 2_147_483_647)),
    quotaRow('period', (value) => value as Quota['period']),
    quotaRow('offset', (value) => integerOf('quota offset', value, 0, 27)),
    { path: '/quota', remove: (plan) => without(plan, 'quota') },
    {
      path: '/apiStages',
      add(plan, { value }) {
        const stage = stageNamed(value);
        if (hasStage(plan, stage)) throw stageIsInPlan(value, plan.id);
        return withMember(plan, 'apiStages', [...plan.apiStages, stage]);
      },
      remove(plan, { value }) {
        const stage = stageNamed(value);
        if (!hasStage(plan, stage)) throw invalidPlanStage();
        const staying = plan.apiStages.filter((each) => each.apiId !== stage.apiId || each.stage !== stage.stage);
        return withMember(plan, 'apiStages', staying);
      },
    },
    {
      path: '/apiStages/{apiStage}/throttle',
      replace: (plan, { names, value }) =>
        withStage(plan, names[0]!, (stage) => ({ ...stage, throttle: throttleFrom(value) })),
      remove: (plan, { names }) => withStage(plan, names[0]!, (stage) => without(stage, 'throttle')),
    },
    methodThrottleRow('rateLimit'),
    methodThrottleRow('burstLimit'),
    {
      path: '/apiStages/{apiStage}/throttle/{resourcePath}/{httpMethod}',
      remove: (plan, { names }) =>
        withStage(plan, names[0]!, (stage) => {
          const throttle = { ...stage.throttle };
          delete throttle[`${names[1]}/${names[2]}`];
          return { ...without(stage, 'throttle'), ...(Object.keys(throttle).length > 0 && { throttle }) };
        }),
    },
  ],
};

/** What stands behind a second colon is not read: JSON sent by mistake is a stage that is not there (users' logs). */
function stageNamed(apiStage: string): PlanStage {
  const [apiId, stage] = apiStage.split(':');
  if (!apiId || !stage) throw invalidPlanStage();
  return { apiId, stage };
}

function withStage(plan: UsagePlan, apiStage: string, change: (stage: PlanStage) => PlanStage): UsagePlan {
  const named = stageNamed(apiStage);
  if (!hasStage(plan, named)) throw invalidPlanStage();
  const isNamed = (stage: PlanStage): boolean => stage.apiId === named.apiId && stage.stage === named.stage;
  return withMember(
    plan,
    'apiStages',
    plan.apiStages.map((stage) => (isNamed(stage) ? change(stage) : stage)),
  );
}

/** `{"/pets/GET":{"rateLimit":1,"burstLimit":1}}`; the guide's own example is that text in quotes once more. */
function throttleFrom(value: string): Record<string, ThrottleLimit> {
  let given: unknown;
  try {
    given = JSON.parse(value);
    if (typeof given === 'string') given = JSON.parse(given);
  } catch {
    throw invalidThrottle();
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw invalidThrottle();
  return Object.fromEntries(
    Object.entries(given as Record<string, unknown>).map(([method, limit]) => {
      const { rateLimit, burstLimit } = (limit ?? {}) as Record<string, unknown>;
      for (const number of [rateLimit, burstLimit]) {
        if (number !== undefined && typeof number !== 'number') throw invalidThrottle();
      }
      return [method, { rateLimit, burstLimit } as ThrottleLimit];
    }),
  );
}

const ofMethod = '/apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>';

/** What may be removed was seen in an answer, its spelling too; the other lists follow it. */
const paths: Readonly<Record<string, string>> = {
  remove: `/apiStages, /quota, /throttle, /productCode, ${ofMethod}, /apiStages/<apidId:stageName>/throttle`,
  add: `/apiStages, /productCode, /quota/limit, /quota/period, /quota/offset, /throttle/rateLimit, /throttle/burstLimit, ${ofMethod}/rateLimit, ${ofMethod}/burstLimit`,
  replace:
    '/name, /description, /productCode, /quota/limit, /quota/period, /quota/offset, /throttle/rateLimit, /throttle/burstLimit, ' +
    `/apiStages/<apidId:stageName>/throttle, ${ofMethod}/rateLimit, ${ofMethod}/burstLimit`,
};

function refusal({ op, path }: PatchOperation): Error {
  const possible = Object.hasOwn(paths, op ?? '') ? paths[op!] : undefined;
  if (possible === undefined) return badRequest("Invalid patch operation specified. Must be 'add'|'remove'|'replace'");
  return badRequest(`Invalid patch path  '${path}' specified for op '${op}'. Must be one of: [${possible}]`);
}
