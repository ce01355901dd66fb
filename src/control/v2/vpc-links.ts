/** VpcLink: CreateVpcLink, GetVpcLink, GetVpcLinks, UpdateVpcLink, DeleteVpcLink (row V2-20). */
import { newChildId } from '../../base/ids.ts';
import type { V2VpcLink } from '../../definition/v2-api.ts';
import { v2VpcLinks } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigatewayv2.ts';
import { checkTags } from '../rest/tag-rules.ts';
import { checkUnused } from '../rest/vpc-link-use.ts';
import { answerVpcLink } from './answers.ts';
import { required } from './chosen-refusals.ts';
import { limitExceeded, noSuchVpcLink } from './errors.ts';
import { pageOf } from './paging.ts';
import type { V2Ports } from './ports.ts';
import { checkTextLengths } from './text-lengths.ts';

export function vpcLinkHandlers({ store, clock, limits }: V2Ports): Handlers<Operations> {
  return {
    CreateVpcLink: (input, call) =>
      store.write(async (tx) => {
        if (input.Name === '') throw required('Name', 'VpcLink');
        if (input.SubnetIds.length === 0) throw required('SubnetIds', 'VpcLink');
        checkTags(input.Tags ?? {}, limits);
        const { account, region } = call;
        if ((await tx.list(v2VpcLinks, [account, region])).length >= limits.vpcLinks) {
          throw limitExceeded('VPC links', 'account');
        }
        checkTextLengths({ name: input.Name });
        const link: V2VpcLink = {
          vpcLinkId: newChildId(),
          name: input.Name,
          subnetIds: input.SubnetIds,
          securityGroupIds: input.SecurityGroupIds ?? [],
          vpcLinkStatus: 'AVAILABLE',
          vpcLinkStatusMessage: 'VPC link is ready to route traffic',
          createdAtMs: clock.now(),
          tags: input.Tags ?? {},
        };
        tx.put(v2VpcLinks, [account, region, link.vpcLinkId], link);
        // AWS answers before its network interfaces stand. We have none to wait for: the link is ready with the next call.
        const pending = {
          vpcLinkStatus: 'PENDING' as const,
          vpcLinkStatusMessage: 'VPC link is provisioning ENIs',
        };
        return answerVpcLink({ ...link, ...pending }, clock.now());
      }),

    GetVpcLink: ({ VpcLinkId }, call) =>
      store.read(async (tx) => answerVpcLink(await findVpcLink(tx, call, VpcLinkId), clock.now())),

    GetVpcLinks: (input, { account, region }) =>
      store.read(async (tx) => {
        const all = (await tx.list(v2VpcLinks, [account, region])).map(({ value }) => value);
        return pageOf(
          all,
          ({ vpcLinkId }) => vpcLinkId,
          (link) => answerVpcLink(link, clock.now()),
          input,
          limits,
        );
      }),

    UpdateVpcLink: ({ VpcLinkId, Name }, call) =>
      store.write(async (tx) => {
        const link = await findVpcLink(tx, call, VpcLinkId);
        if (Name === '') throw required('Name', 'VpcLink');
        checkTextLengths({ name: Name });
        const renamed = Name === undefined ? link : { ...link, name: Name };
        tx.put(v2VpcLinks, [call.account, call.region, VpcLinkId], renamed);
        return answerVpcLink(renamed, clock.now());
      }),

    DeleteVpcLink: ({ VpcLinkId }, call) =>
      store.write(async (tx) => {
        await findVpcLink(tx, call, VpcLinkId);
        await checkUnused(tx, call, VpcLinkId);
        tx.delete(v2VpcLinks, [call.account, call.region, VpcLinkId]);
        return {};
      }),
  };
}

export async function findVpcLink(tx: ReadTransaction, call: Call, vpcLinkId: string): Promise<V2VpcLink> {
  const link = await tx.get(v2VpcLinks, [call.account, call.region, vpcLinkId]);
  if (link === undefined) throw noSuchVpcLink();
  return link;
}
