import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { ManualClock } from '../../base/clock.ts';
import type { LiveRestStage } from '../../ports/deployments.ts';
import type { Rule, WebAclRecord } from '../../ports/web-acls.ts';
import { compileRest } from '../compile-rest.ts';
import { describePlan } from '../describe.ts';
import type { Exchange } from '../exchange.ts';
import { answer, exchange, liveStage, mock200, planTools, restSnapshot } from '../plan-fixture.ts';
import { runPlan } from '../run.ts';
import type { PlanTools } from '../tools.ts';
import type { WebAclMemory } from './memory.ts';
import { RequestRates } from './rates.ts';

const arn = 'arn:aws:wafv2:us-east-1:000000000000:regional/webacl/acl/00000000-0000-4000-8000-000000000000';
const VisibilityConfig = { SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: 'm' };

const noBots: Rule = {
  Name: 'no-bots',
  Priority: 0,
  Statement: {
    ByteMatchStatement: {
      FieldToMatch: { SingleHeader: { Name: 'user-agent' } },
      SearchString: Buffer.from('bot').toString('base64'),
      PositionalConstraint: 'CONTAINS',
      TextTransformations: [{ Priority: 0, Type: 'NONE' }],
    },
  },
  Action: { Block: {} },
  VisibilityConfig,
};

const limited = (Limit: number, EvaluationWindowSec?: number): Rule => ({
  Name: 'limited',
  Priority: 1,
  Statement: {
    RateBasedStatement: {
      Limit,
      AggregateKeyType: 'IP',
      ...(EvaluationWindowSec !== undefined && { EvaluationWindowSec }),
    },
  },
  Action: { Block: {} },
  VisibilityConfig,
});

function behind(rules: readonly Rule[], stage: Partial<LiveRestStage['stage']> = {}): LiveRestStage {
  const acl: WebAclRecord = {
    ...{ Id: '1', Name: 'acl', ARN: arn, lockToken: '', tags: {}, Rules: rules, DefaultAction: { Allow: {} } },
    ...{ VisibilityConfig, Capacity: 1, LabelNamespace: 'awswaf:000000000000:webacl:acl:' },
  };
  const live = liveStage(restSnapshot({ 'GET /pets': mock200 }), { webAclArn: arn, ...stage });
  return { ...live, webAcl: { acl, ruleGroups: new Map(), ipSets: new Map(), regexSets: new Map() } };
}

const format = '$context.wafResponseCode $context.webaclArn $context.waf.status $context.waf.error $context.status';
const bot = { path: '/pets', headers: ['User-Agent', 'a bot'] };

test('[WAF-02] the printed plan shows the web ACL before every other guard', () => {
  const plan = compileRest(behind([noBots]), planTools());
  assert.match(describePlan(plan), /^GET \/pets: web acl acl · mock 200$/m);
});

test('[WAF-04] access logs tell what the web ACL made of a request, of unknown paths too', async () => {
  const lines: string[] = [];
  const requestLogs: PlanTools['requestLogs'] = {
    accessLog: () => ({ write: (_at, line) => void lines.push(line.trim()) }),
    everyRequest: undefined,
  };
  const destinationArn = 'arn:aws:logs:us-east-1:000000000000:log-group:x';
  const live = behind([noBots], { accessLogSettings: { destinationArn, format } });
  const plan = compileRest(live, planTools({ requestLogs }));
  await answer(plan, { path: '/pets' });
  await answer(plan, bot);
  await answer(plan, { ...bot, path: '/nowhere' });
  assert.deepEqual(lines, [`WAF_ALLOW ${arn} 200 - 200`, `WAF_BLOCK ${arn} 200 - 403`, `WAF_BLOCK ${arn} 200 - 403`]);
});

test('[WAF-05] a web ACL that fails closes the stage, and opens it where a setting says so', async () => {
  const failing = (whenFailing: WebAclMemory['whenFailing']): PlanTools => {
    const rates = new RequestRates(new ManualClock());
    rates.count = () => {
      throw new Error('broken');
    };
    return planTools({ webAcls: { rates, whenFailing } });
  };
  const run = async (tools: PlanTools): Promise<[number, Exchange]> => {
    const x = exchange({ path: '/pets' });
    return [(await runPlan(compileRest(behind([limited(10)]), tools), x)).status, x];
  };
  const [closed] = await run(failing('closed'));
  assert.equal(closed, 500);
  const [open, x] = await run(failing('open'));
  assert.equal(open, 200);
  assert.deepEqual([x.webAcl?.code, x.webAcl?.error], [undefined, 'WAF could not evaluate the request']);
});

test('[WAF-03] a rate is that of five minutes unless the rule says otherwise, and passes with time', async () => {
  const clock = new ManualClock();
  const tools = planTools({ clock, webAcls: { rates: new RequestRates(clock), whenFailing: 'closed' } });
  for (const [window, sec] of [
    [undefined, 300],
    [60, 60],
  ] as const) {
    const plan = compileRest(behind([limited(10, window)]), tools);
    const ask = async () => (await answer(plan, { path: '/pets' })).status;
    for (let i = 0; i < 10; i++) assert.equal(await ask(), 200);
    assert.equal(await ask(), 403);
    clock.advance(sec * 850);
    assert.equal(await ask(), 403);
    clock.advance(sec * 1_150);
    assert.equal(await ask(), 200);
  }
});

test('[WAF-03] a web ACL that is gone, or holds what cannot be enforced, closes the stage', async () => {
  const { webAcl: _, ...gone } = behind([]);
  assert.equal((await answer(compileRest(gone, planTools()), { path: '/pets' })).status, 500);
  const geo: Rule = { ...noBots, Statement: { GeoMatchStatement: {} }, Action: { Count: {} } };
  const reply = await answer(compileRest(behind([geo]), planTools()), { path: '/pets' });
  assert.equal(reply.status, 500);
  assert.match(reply.problem!.why, /web ACL acl: rule no-bots: geo match needs a file/);
});

test('[WAF-03] with a file of countries geo match knows where callers are, and labels them', async () => {
  const clock = new ManualClock();
  const countries = { of: (address: string) => ({ '127.0.0.1': 'DE', '192.0.2.1': 'FR' })[address] };
  const tools = planTools({ clock, webAcls: { rates: new RequestRates(clock), whenFailing: 'closed', countries } });
  const geo = (statement: object): Rule => ({ ...noBots, Name: 'geo', Statement: { GeoMatchStatement: statement } });
  const status = async (rules: readonly Rule[], headers: string[] = []) =>
    (await answer(compileRest(behind(rules), tools), { path: '/pets', headers })).status;
  assert.equal(await status([geo({ CountryCodes: ['FR', 'DE'] })]), 403);
  assert.equal(await status([geo({ CountryCodes: ['FR'] })]), 200);
  const ForwardedIPConfig = { HeaderName: 'X-Forwarded-For', FallbackBehavior: 'MATCH' };
  const forwarded = [geo({ CountryCodes: ['FR'], ForwardedIPConfig })];
  assert.equal(await status(forwarded, ['X-Forwarded-For', '192.0.2.1, 10.0.0.1']), 403);
  assert.equal(await status(forwarded, ['X-Forwarded-For', '192.0.2.2']), 200);
  assert.equal(await status(forwarded, ['X-Forwarded-For', 'unknown']), 403, 'what is no address');
  assert.equal(await status(forwarded), 200, 'no header');
  const labelled = (Key: string): Rule => ({
    ...noBots,
    Priority: 1,
    Statement: { LabelMatchStatement: { Scope: 'LABEL', Key } },
  });
  const looked = geo({ CountryCodes: ['FR'] });
  assert.equal(await status([looked, labelled('awswaf:clientip:geo:country:DE')]), 403, 'matched or not');
  assert.equal(await status([looked, labelled('awswaf:clientip:geo:country:FR')]), 200);
});
