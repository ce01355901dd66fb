import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { ManualClock } from '../base/clock.ts';
import { createService, type Service } from '../wire/service.ts';
import { createManagementRates } from './management-rates.ts';

const call = {
  account: '000000000000',
  region: 'us-east-1',
  requestId: 'r',
  accessKeyId: undefined,
  callerArn: 'arn:aws:iam::000000000000:root',
  endpoint: 'http://localhost',
};

function limitedServices() {
  const clock = new ManualClock();
  const limited = createManagementRates(clock);
  const v1 = limited(
    createService({
      model: 'apigateway',
      handlers: { GetRestApis: () => ({ items: [] }), CreateDeployment: () => ({}), DeleteDomainName: () => {} },
      notBuilt: 'the rest',
    }),
  );
  const v2 = limited(
    createService({
      model: 'apigatewayv2',
      handlers: { GetApis: () => ({ Items: [] }), CreateVpcLink: () => ({}), DeleteDomainName: () => {} },
      notBuilt: 'the rest',
    }),
  );
  const ask = (service: Service, name: string, input: object = {}, as = call): Promise<string> =>
    service.run(service.model.operation(name), input as Record<string, unknown>, as).then(
      () => 'answered',
      (error: { kind: string }) => error.kind,
    );
  return { clock, v1, v2, ask };
}

const refused = 'TooManyRequestsException';

test('[CP-30] forty calls at once and ten a second, of both models together, for each account and region', async () => {
  const { clock, v1, v2, ask } = limitedServices();
  for (let i = 0; i < 20; i++) {
    assert.equal(await ask(v1, 'GetRestApis'), 'answered');
    assert.equal(await ask(v2, 'GetApis'), 'answered');
  }
  assert.equal(await ask(v1, 'GetRestApis'), refused);
  assert.equal(await ask(v2, 'GetApis'), refused);
  assert.equal(await ask(v1, 'GetRestApis', {}, { ...call, region: 'eu-west-1' }), 'answered');
  assert.equal(await ask(v1, 'GetRestApis', {}, { ...call, account: '111111111111' }), 'answered');
  clock.advance(100);
  assert.equal(await ask(v1, 'GetRestApis'), 'answered');
  assert.equal(await ask(v1, 'GetRestApis'), refused);
});

test('[CP-30] operations with a rate of their own: a deployment in five seconds, a domain in thirty over both models, a VPC link in fifteen', async () => {
  const { clock, v1, v2, ask } = limitedServices();
  const deploy = () => ask(v1, 'CreateDeployment', { restApiId: 'a' });
  const link = () => ask(v2, 'CreateVpcLink', { Name: 'l', SubnetIds: ['s'] });
  assert.deepEqual(
    [await deploy(), await deploy(), await link(), await link()],
    ['answered', refused, 'answered', refused],
  );
  assert.equal(await ask(v1, 'DeleteDomainName', { domainName: 'a.example' }), 'answered');
  assert.equal(await ask(v2, 'DeleteDomainName', { DomainName: 'a.example' }), refused);
  clock.advance(5_000);
  assert.deepEqual([await deploy(), await deploy(), await link()], ['answered', refused, refused]);
  clock.advance(10_000);
  assert.equal(await link(), 'answered');
});
