/** Trails deliver events to buckets. There are none: CreateTrail is not built, so what asks for trails is told that there is none. */
import type { Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/cloudtrail.ts';
import { noSuchTrail } from '../refusals.ts';

export const trailHandlers: Handlers<Operations> = {
  DescribeTrails: () => ({ trailList: [] }),
  ListTrails: () => ({ Trails: [] }),
  GetTrail({ Name }, { account }) {
    throw noSuchTrail(Name, account);
  },
  GetTrailStatus({ Name }, { account }) {
    throw noSuchTrail(Name, account);
  },
};
