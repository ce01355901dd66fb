import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { V2Integration, V2VpcLink } from '../../definition/v2-api.ts';
import type { PrivateLink, PrivateTarget } from '../../ports/private-targets.ts';
import { compileHttpApi, httpComplaints } from '../compile-http.ts';
import { planTools, upstreamAnswering } from '../plan-fixture.ts';
import type { PlanTools } from '../tools.ts';
import { httpAnswer, httpProxyTo, httpSnapshot, httpStage } from './http-plan-fixture.ts';

const listener =
  'arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/app/orders/50dc6c495c0c9188/0467ef3c8400ae65';
const link: V2VpcLink = {
  vpcLinkId: 'link01',
  name: 'orders',
  subnetIds: ['subnet-1'],
  securityGroupIds: [],
  vpcLinkStatus: 'AVAILABLE',
  createdAtMs: 0,
  tags: {},
};

async function sentFor(
  changes: Partial<V2Integration> = {},
  target: PrivateTarget | string = { host: '10.0.0.7', port: 8080, isTls: undefined },
  links: readonly V2VpcLink[] = [link],
  tools: Partial<PlanTools> = {},
) {
  const asked: PrivateLink[] = [];
  const upstream = upstreamAnswering();
  const privateTargets = {
    targetFor: (of: PrivateLink) => {
      asked.push(of);
      return target;
    },
  };
  const private1 = { connectionType: 'VPC_LINK', connectionId: 'link01', ...changes } as const;
  const snapshot = httpSnapshot({ 'GET /{proxy+}': httpProxyTo(changes.integrationUri ?? listener, private1) });
  const live = { ...httpStage(snapshot, { stageName: 'beta', stageVariables: { link: 'link01' } }), v2VpcLinks: links };
  const plan = compileHttpApi(live, planTools({ upstream, privateTargets, ...tools }));
  const reply = await httpAnswer(plan, { path: '/a%20b?x=1' });
  return { reply, asked, sent: upstream.sent[0], plan };
}

test('[PRV-07] [VS-02] [HPM-06] a request through a VPC link goes where the settings map its listener, with the stage in its path', async () => {
  const { asked, sent, plan } = await sentFor();
  assert.deepEqual(asked, [{ id: 'link01', name: 'orders', targetArns: [listener, listener] }]);
  assert.equal(sent!.origin, 'http://10.0.0.7:8080');
  assert.deepEqual(sent!.connectTo, { host: '10.0.0.7', port: 8080, isTls: false });
  assert.equal(sent!.target, '/beta/a%20b?x=1');
  assert.equal(plan.methods[0]!.integration.name, `http-proxy ANY through VPC link link01 to ${listener}`);
});

test('[HPM-06] overwriting the path with $request.path takes the stage out of it', async () => {
  const { sent } = await sentFor({ requestParameters: { 'overwrite:path': '$request.path' } });
  assert.equal(sent!.target, '/a%20b?x=1');
});

test('[PRV-07] a link named by a stage variable; a Cloud Map service is known without its query', async () => {
  const service = 'arn:aws:servicediscovery:us-east-1:000000000000:service/srv-id';
  const { asked } = await sentFor({ connectionId: '${stageVariables.link}', integrationUri: `${service}?stage=prod` });
  assert.deepEqual(asked, [{ id: 'link01', name: 'orders', targetArns: [`${service}?stage=prod`, service] }]);
});

test('TLS where the integration is configured for it, with the name to verify; a scheme in the settings beats it', async () => {
  const tlsConfig = { serverNameToVerify: 'orders.internal' };
  const verified = await sentFor({ tlsConfig }, { host: '::1', port: 8443, isTls: undefined });
  assert.equal(verified.sent!.origin, 'https://orders.internal:8443');
  assert.deepEqual(verified.sent!.connectTo, { host: '::1', port: 8443, isTls: true });
  assert.equal((await sentFor({}, { host: '::1', port: 8443, isTls: true })).sent!.origin, 'https://[::1]:8443');
  assert.equal((await sentFor({ tlsConfig }, { host: '::1', port: 80, isTls: false })).sent!.connectTo!.isTls, false);
});

test('a link that is not there, or leads nowhere, is 500 and says so in the log', async () => {
  const missing = await sentFor({}, undefined, []);
  assert.deepEqual(
    [missing.reply.status, missing.reply.problem!.why],
    [500, 'GET /{proxy+}: there is no VPC link "link01"'],
  );
  const nowhere = await sentFor({}, 'the VPC link link01 leads nowhere');
  assert.match(nowhere.reply.problem!.why, /leads nowhere$/);
  assert.deepEqual(
    httpComplaints(httpSnapshot({ 'GET /': httpProxyTo(listener, { connectionType: 'VPC_LINK', connectionId: 'x' }) })),
    [],
  );
});

test('[PRV-08] a link that went to sleep fails the request that wakes it', async () => {
  const owners: unknown[] = [];
  const vpcLinkUse: PlanTools['vpcLinkUse'] = {
    use: (used, { account, region }) => {
      owners.push([used.vpcLinkId, account, region]);
      return owners.length > 1;
    },
  };
  const first = await sentFor({}, undefined, undefined, { vpcLinkUse });
  assert.deepEqual([first.reply.status, first.reply.body], [503, '{"message":"Service Unavailable"}']);
  assert.match(first.reply.problem!.why, /the VPC link link01 was inactive after 60 days/);
  const second = await sentFor({}, undefined, undefined, { vpcLinkUse });
  assert.equal(second.sent!.target, '/beta/a%20b?x=1');
  assert.deepEqual(owners[0], ['link01', '000000000000', 'us-east-1']);
});
