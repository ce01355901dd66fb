import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { VpcEndpoint } from '../base/vpc-endpoint.ts';
import type { Plan } from '../plan/plan.ts';
import { exchange } from '../plan/plan-fixture.ts';
import { addressOf, type InvokeAddress } from './addresses.ts';
import { fakePlan } from './fake-gateway.ts';
import { outOfReach } from './vpc-endpoints.ts';

const endpoint = (hasOwnListener: boolean): VpcEndpoint => ({
  id: 'vpce-0123456789abcdef0',
  vpcId: 'vpc-0123456789abcdef0',
  accountId: undefined,
  policy: undefined,
  hasOwnListener,
  hasPrivateDns: false,
});

const privatePlan: Plan = { ...fakePlan('abc', 'prod'), kind: 'rest', privateEndpoint: { aliasedBy: [] } } as Plan;

function barred(plan: Plan, host: string, vpcEndpoint?: VpcEndpoint): string | undefined {
  const x = exchange();
  if (vpcEndpoint !== undefined) x.request = { ...x.request, vpcEndpoint };
  const reason = outOfReach(plan, x, addressOf({ path: '/prod', headers: ['Host', host] }) as InvokeAddress);
  if (reason === undefined && plan !== privatePlan) assert.equal(x.request.vpcEndpoint, undefined);
  return reason;
}

test('[EP-05] the log says what kept a request from a private API, and what would bring it there', () => {
  const host = 'abc.execute-api.localhost';
  assert.match(
    barred(privatePlan, host)!,
    /is private .* did not come through a VPC endpoint \(setting vpcEndpoints\)$/,
  );
  assert.equal(barred(privatePlan, host, endpoint(true)), undefined);
  const alias = 'abc-vpce-0123456789abcdef0.execute-api.localhost';
  assert.match(barred(privatePlan, alias, endpoint(true))!, /not associated .*vpcEndpointIds\)$/);
  const stranger = 'abc-vpce-0123456789abcdef1.execute-api.localhost';
  assert.match(
    barred(privatePlan, stranger, endpoint(true))!,
    /names the VPC endpoint vpce-0123456789abcdef1, the request came by/,
  );
  assert.match(barred(fakePlan('abc', 'prod'), host, endpoint(true))!, /reaches private APIs only$/);
  assert.equal(barred(fakePlan('abc', 'prod'), host, endpoint(false)), undefined);
});
