/** When VPC links of version 2 carried a request last: after sixty days without any AWS takes their network interfaces away (row PRV-08). */
import type { V2VpcLink } from '../definition/v2-api.ts';

export interface VpcLinkUse {
  /** Notes a request through a link. False for the one that finds it inactive: that request fails, and brings the link back for those after it. */
  use(link: V2VpcLink, owner: { readonly account: string; readonly region: string }): boolean;
}

const dayMs = 86_400_000;
/** "If no traffic is sent over the VPC link for 60 days, it becomes inactive" (guide page http-api-vpc-links). */
const idleDays = 60;

/** Whether nothing has gone through a link for so long, as far as the store knows. */
export function isIdle({ createdAtMs, lastUsedAtMs = createdAtMs }: V2VpcLink, nowMs: number): boolean {
  return nowMs - lastUsedAtMs > idleDays * dayMs;
}
