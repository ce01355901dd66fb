import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { LiveRestStage } from '../ports/deployments.ts';
import { compileRest } from './compile-rest.ts';
import { answer, liveStage, type MethodInWords, planTools, restSnapshot, upstreamAnswering } from './plan-fixture.ts';

const loadBalancer = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/orders/50dc6c495c0c9188';

const v2VpcLinks: LiveRestStage['v2VpcLinks'] = [
  {
    vpcLinkId: 'second',
    name: 'orders',
    subnetIds: [],
    securityGroupIds: [],
    vpcLinkStatus: 'AVAILABLE',
    createdAtMs: 0,
    tags: {},
  },
];

const throughSecond = (changes: Partial<MethodInWords['integration']> = {}): MethodInWords => ({
  integration: {
    type: 'HTTP_PROXY',
    httpMethod: 'GET',
    uri: 'http://orders.internal/pets',
    connectionType: 'VPC_LINK',
    connectionId: 'second',
    ...changes,
  },
});

function run(method: MethodInWords) {
  const upstream = upstreamAnswering();
  const asked: unknown[] = [];
  const target = { host: '10.0.0.7', port: 8080, isTls: undefined };
  const privateTargets = {
    targetFor(link: unknown) {
      asked.push(link);
      return target;
    },
  };
  const live = { ...liveStage(restSnapshot({ 'GET /pets': method })), v2VpcLinks };
  const plan = compileRest(live, planTools({ upstream, privateTargets }));
  return { upstream, asked, plan, reply: answer(plan, { path: '/pets?a=b' }) };
}

test('[INT-20] behind a link of version 2 the load balancer is the integration’s, and the stage stands before the path', async () => {
  const { upstream, asked, reply } = run(throughSecond({ integrationTarget: loadBalancer }));
  assert.equal((await reply).status, 200);
  assert.deepEqual(asked, [{ id: 'second', name: 'orders', targetArns: [loadBalancer] }]);
  const sent = upstream.sent[0]!;
  assert.deepEqual([sent.origin, sent.target], ['http://orders.internal', '/dev/pets?a=b']);
  assert.deepEqual(sent.connectTo, { host: '10.0.0.7', port: 8080, isTls: undefined });
});

test('a link of version 2 without an integration target is 500 and nothing is sent', async () => {
  const { upstream, reply } = run(throughSecond());
  assert.equal((await reply).status, 500);
  assert.match((await reply).problem!.why, /needs integrationTarget/);
  assert.equal(upstream.sent.length, 0);
});

test('a link that is not there is 500 and its name is in the log', async () => {
  const { reply } = run(throughSecond({ connectionId: '${stageVariables.none}' }));
  assert.match((await reply).problem!.why, /there is no VPC link "" \(configured: "\$\{stageVariables\.none\}"\)/);
});

test('the printed plan names the link', () => {
  const { plan } = run(throughSecond({ integrationTarget: loadBalancer }));
  assert.match(
    plan.methods[0]!.integration.name,
    /^http-proxy GET http:\/\/orders\.internal\/pets through VPC link second$/,
  );
});
