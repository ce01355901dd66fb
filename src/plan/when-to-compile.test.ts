import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compileRest, restComplaints } from './compile-rest.ts';
import { answer, liveStage, type MethodInWords, planTools, restSnapshot } from './plan-fixture.ts';

const mock = (template: string): MethodInWords => ({
  methodResponses: { '200': { statusCode: '200' } },
  integration: {
    type: 'MOCK',
    requestTemplates: { 'application/json': '{"statusCode": 200}' },
    integrationResponses: { '200': { statusCode: '200', responseTemplates: { 'application/json': template } } },
  },
});

test('a mistake in any method is told when the deployment is checked, and by a stage from before only when the method is called', async () => {
  const snapshot = restSnapshot({ 'GET /good': mock('$context.path'), 'GET /bad': mock('#if(') });
  assert.equal(restComplaints(snapshot).length, 1);
  const warnings: string[] = [];
  const log = { debug() {}, info() {}, error() {}, warn: (message: string) => void warnings.push(message) };
  const plan = compileRest(liveStage(snapshot), planTools({ log }));
  assert.equal((await answer(plan, { path: '/good' })).status, 200);
  assert.deepEqual(warnings, []);
  for (let i = 0; i < 2; i++) assert.equal((await answer(plan, { path: '/bad' })).status, 500);
  assert.equal(warnings.length, 1, 'compiled once, however often it is called');
  assert.match(warnings[0]!, /^GET \/bad: the response 200 template for application\/json is not valid: line 1/);
});
