import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createMemoryStore } from '../../store/memory.ts';
import { createSampler, defaultRule, samplingRules } from './sampling.ts';

const place = { account: '000000000000', region: 'us-east-1' };
const question = {
  ...place,
  atMs: 0,
  serviceName: 'pets/prod',
  serviceType: 'AWS::ApiGateway::Stage' as const,
  host: 'a1.execute-api.localhost',
  method: 'GET',
  path: '/prod/pets/7',
  resourceArn: 'arn:aws:apigateway:us-east-1::/restapis/a1/stages/prod',
  headers: ['X-Kind', 'cat'],
};

test('[MET-07] the default rule takes the first of each second, and 5 % of the rest', () => {
  let atMs = Date.UTC(2026, 0, 1);
  let drawn = 0.05;
  const sampler = createSampler({ store: createMemoryStore(), random: () => drawn });
  const decide = () => sampler.decide({ ...question, atMs });
  assert.deepEqual([decide(), decide(), decide()], ['Default', undefined, undefined]);
  drawn = 0.049;
  assert.equal(decide(), 'Default');
  drawn = 0.99;
  atMs += 1000;
  assert.deepEqual([decide(), decide()], ['Default', undefined]);
});

test('[MET-07] the first rule by priority that matches decides, by service, type, host, method, path, ARN and headers', async () => {
  const store = createMemoryStore();
  const sampler = createSampler({ store, random: () => 0.5 });
  const { rule } = defaultRule(place.region, place.account);
  const put = async (RuleName: string, changes: Partial<typeof rule>) => {
    const record = {
      rule: { ...rule, RuleName, ReservoirSize: 0, FixedRate: 1, ...changes },
      createdMs: 0,
      modifiedMs: 0,
    };
    await store.write(async (tx) => tx.put(samplingRules, [place.account, place.region, RuleName], record));
    await sampler.reload(place);
  };
  await put('none', { Priority: 9000, FixedRate: 0, ServiceName: 'pets/*' });
  assert.equal(sampler.decide(question), undefined);
  const matching: Partial<typeof rule>[] = [
    { ServiceName: 'PETS/prod' },
    { ServiceType: 'AWS::ApiGateway::*' },
    { Host: '*.execute-api.?ocalhost' },
    { HTTPMethod: 'GET' },
    { URLPath: '/prod/*/7' },
    { ResourceARN: question.resourceArn },
    { Attributes: { 'x-kind': 'c?t' } },
  ];
  for (const changes of matching) {
    await put('one', { Priority: 5, ...changes });
    assert.equal(sampler.decide(question), 'one', JSON.stringify(changes));
  }
  const others: Partial<typeof rule>[] = [
    { ServiceName: 'pets' },
    { ServiceType: 'AWS::EC2::Instance' },
    { HTTPMethod: 'POST' },
    { URLPath: '/prod/*/8' },
    { Attributes: { 'x-kind': 'dog' } },
    { Attributes: { other: '?*' } },
  ];
  for (const changes of others) {
    await put('one', { Priority: 5, ...changes });
    assert.equal(sampler.decide(question), undefined, JSON.stringify(changes));
  }
});

test('no pattern of a rule takes long', async () => {
  const store = createMemoryStore();
  const sampler = createSampler({ store });
  const { rule } = defaultRule(place.region, place.account);
  const record = {
    rule: { ...rule, RuleName: 'slow', URLPath: `${'*a'.repeat(60)}b`, Priority: 1 },
    createdMs: 0,
    modifiedMs: 0,
  };
  await store.write(async (tx) => tx.put(samplingRules, [place.account, place.region, 'slow'], record));
  await sampler.reload(place);
  assert.equal(sampler.decide({ ...question, path: 'a'.repeat(8000) }), 'Default');
});
