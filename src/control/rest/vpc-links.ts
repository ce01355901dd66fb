/** VpcLink: CreateVpcLink, GetVpcLink, GetVpcLinks, UpdateVpcLink, DeleteVpcLink (row V1-45). Where a link leads is a setting (decisions/0015). */
import { newChildId } from '../../base/ids.ts';
import type { VpcLink } from '../../definition/rest-api.ts';
import type { StageChange } from '../../ports/deployments.ts';
import { restApis, stages, vpcLinks } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigateway.ts';
import { answerVpcLink } from './answers.ts';
import { noTargetArn, requireText } from './chosen-refusals.ts';
import { badRequest, limitExceeded } from './errors.ts';
import { findVpcLink } from './find.ts';
import { pageOf } from './paging.ts';
import { applyPatch, type PatchTable, withMember } from './patch.ts';
import type { RestPorts } from './ports.ts';
import { checkTags } from './tag-rules.ts';
import { checkUnused } from './vpc-link-use.ts';

/** What UpdateVpcLink can change (row PATCH-13); the refusal of the target is AWS's. */
const vpcLinkPatches: PatchTable<VpcLink> = {
  rows: [
    {
      path: '/name',
      replace(link, { value }) {
        requireText(value, 'name');
        return withMember(link, 'name', value);
      },
    },
    { path: '/description', replace: (link, { value }) => withMember(link, 'description', value) },
  ],
  refuse: ({ path }) =>
    path?.startsWith('/targetArns') ? badRequest('Target arns are not allowed to be changed/added.') : undefined,
};

export function vpcLinkHandlers({ store, limits, deployments }: RestPorts): Handlers<Operations> {
  return {
    // Answers PENDING as AWS does. There is nothing to set up, so whoever asks next finds the link ready, or failed.
    CreateVpcLink: ({ name, description, targetArns, tags = {} }, call) =>
      store.write(async (tx) => {
        requireText(name, 'name');
        const [targetArn] = targetArns;
        if (targetArn === undefined) throw noTargetArn();
        if (targetArns.length > 1) throw badRequest('More than one target arn specified for vpc link.');
        checkTags(tags, limits);
        if ((await tx.list(vpcLinks, [call.account, call.region])).length >= limits.vpcLinks) {
          throw limitExceeded('Vpc Links', 'account');
        }
        const link: VpcLink = {
          id: newChildId(),
          name,
          ...(description !== undefined && { description }),
          targetArns,
          ...readiness(targetArn),
          tags,
        };
        tx.put(vpcLinks, [call.account, call.region, link.id], link);
        const { statusMessage: _, ...members } = answerVpcLink(link, { emptyTags: false });
        return { ...members, status: 'PENDING' };
      }),

    GetVpcLink: ({ vpcLinkId }, call) =>
      store.read(async (tx) => answerVpcLink(await findVpcLink(tx, call, vpcLinkId), { emptyTags: true })),

    GetVpcLinks: (input, call) =>
      store.read(async (tx) => {
        const all = (await tx.list(vpcLinks, [call.account, call.region])).map(({ value }) => value);
        const page = pageOf(all, ({ id }) => id, input, limits);
        return { ...page, items: page.items.map((link) => answerVpcLink(link, { emptyTags: false })) };
      }),

    async UpdateVpcLink({ vpcLinkId, patchOperations }, call) {
      const { link, changes } = await store.write(async (tx) => {
        const patched = applyPatch(vpcLinkPatches, await findVpcLink(tx, call, vpcLinkId), patchOperations);
        tx.put(vpcLinks, [call.account, call.region, vpcLinkId], patched);
        return { link: patched, changes: await stagesOf(tx, call) };
      });
      for (const change of changes) deployments.publish(change);
      return answerVpcLink(link, { emptyTags: true });
    },

    async DeleteVpcLink({ vpcLinkId }, call) {
      const changes = await store.write(async (tx) => {
        await findVpcLink(tx, call, vpcLinkId);
        await checkUnused(tx, call, vpcLinkId);
        tx.delete(vpcLinks, [call.account, call.region, vpcLinkId]);
        return stagesOf(tx, call);
      });
      for (const change of changes) deployments.publish(change);
    },
  };
}

/**
 * Settings may map any text, so a target that is no ARN is a name they know. One that begins like an ARN and is no load balancer's leads nowhere
 * in AWS either; the sentences are AWS's, seen in answers users posted.
 */
function readiness(targetArn: string): Pick<VpcLink, 'status' | 'statusMessage'> {
  const isMalformed =
    targetArn.startsWith('arn:') &&
    !/^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:loadbalancer\/.+$/.test(targetArn);
  return isMalformed
    ? { status: 'FAILED', statusMessage: 'NLB ARN is malformed.' }
    : { status: 'AVAILABLE', statusMessage: 'Your vpc link is ready for use' };
}

/** Links belong to the account and act without a deployment, so any of its stages may see the change. */
async function stagesOf(tx: ReadTransaction, { account, region }: Call): Promise<readonly StageChange[]> {
  const changes: StageChange[] = [];
  for (const { value: api } of await tx.list(restApis, [])) {
    if (api.account !== account || api.region !== region) continue;
    for (const { value: stage } of await tx.list(stages, [api.id])) {
      changes.push({ apiId: api.id, stageName: stage.stageName });
    }
  }
  return changes;
}
