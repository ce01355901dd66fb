import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { GatewayResponse, Model, RequestValidator } from '../../definition/rest-api.ts';
import type { RestSnapshot } from '../../definition/snapshot.ts';
import { compileRest, restComplaints } from '../compile-rest.ts';
import { describePlan } from '../describe.ts';
import type { Reply } from '../exchange.ts';
import type { Plan } from '../plan.ts';
import {
  answer,
  limitedTo,
  liveStage,
  type MethodInWords,
  mock200,
  planTools,
  type RequestInWords,
  restSnapshot,
  sentHeader,
} from '../plan-fixture.ts';

const everyType = (statusCode: string): Record<string, string> =>
  Object.fromEntries(['application/json', 'application/xml', 'text/plain'].map((type) => [type, statusCode]));

/** A MOCK that answers 200 whatever the content type. */
const mock: MethodInWords = {
  ...mock200,
  integration: { ...mock200.integration!, requestTemplates: everyType('{"statusCode": 200}') },
};

const validators: RequestValidator[] = [
  { id: 'both', validateRequestBody: true, validateRequestParameters: true },
  { id: 'body', validateRequestBody: true, validateRequestParameters: false },
  { id: 'params', validateRequestBody: false, validateRequestParameters: true },
];

const model = (name: string, schema: unknown): Model => ({
  id: name,
  name,
  contentType: 'application/json',
  schema: JSON.stringify(schema),
});

const pet = model('Pet', {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string' },
    price: { $ref: 'https://apigateway.amazonaws.com/restapis/a1b2c3d4e5/models/Price' },
  },
});
const price = model('Price', { type: 'number', minimum: 1 });

const snapshotOf = (methods: Readonly<Record<string, MethodInWords>>): RestSnapshot => ({
  ...restSnapshot(methods),
  models: [pet, price, model('Broken', { type: 'text' })],
  requestValidators: validators,
});

const planWith = (method: MethodInWords, label = 'POST /{id}'): Plan =>
  compileRest(liveStage(snapshotOf({ [label]: { ...mock, ...method } })), planTools());

const post = (plan: Plan, words: RequestInWords): Promise<Reply> =>
  answer(plan, { method: 'POST', path: '/1', ...words });

const requestParameters = {
  'method.request.querystring.view': true,
  'method.request.querystring.page': false,
  'method.request.path.id': true,
  'method.request.header.X-Trace': true,
};

test('[MOD-04] [V1-29] absent parameters answer 400 and are named, headers first, then path, then query', async () => {
  const plan = planWith({ requestValidatorId: 'params', requestParameters });
  const refused = await post(plan, { path: '/%20' });
  assert.equal(refused.status, 400);
  assert.equal(refused.body, '{"message":"Missing required request parameters: [X-Trace, id, view]"}');
  assert.equal(sentHeader(refused, 'x-amzn-ErrorType'), 'BadRequestException');
  assert.equal(refused.problem?.kind, 'BAD_REQUEST_PARAMETERS');
});

test('[MOD-03] required parameters must be there and not blank; a header in any case, one of several values is enough', async () => {
  const plan = planWith({ requestValidatorId: 'params', requestParameters });
  const status = async (query: string, headers: string[]): Promise<number> =>
    (await post(plan, { path: `/1?${query}`, headers })).status;
  assert.equal(await status('view=all', ['x-trace', 'a']), 200);
  assert.equal(await status('view=&view=all', ['X-TRACE', 'a']), 200);
  assert.equal(await status('view=+', ['x-trace', 'a']), 400);
  assert.equal(await status('view', ['x-trace', 'a']), 400);
  assert.equal(await status('VIEW=all', ['x-trace', 'a']), 400);
  assert.equal(await status('view=all', ['x-trace', ' ']), 400);
});

test('[V1-29] what a validator does not ask for is not checked, nor is anything without one', async () => {
  const requestModels = { 'application/json': 'Pet' };
  const status = async (requestValidatorId?: string): Promise<number> => {
    const method = { requestParameters, requestModels, ...(requestValidatorId && { requestValidatorId }) };
    return (await post(planWith(method), { headers: ['x-trace', '1'], path: '/1?view=all', body: '{}' })).status;
  };
  assert.equal(await status('params'), 200);
  assert.equal(await status('body'), 400);
  assert.equal(await status('both'), 400);
  assert.equal(await status(), 200);
});

test('[MOD-05] a body that does not fit answers 400 Invalid request body; the reason is for customised answers and the log', async () => {
  const plan = planWith({ requestValidatorId: 'body', requestModels: { 'application/json': 'Pet' } });
  const refused = await post(plan, { body: '{"price": "x"}' });
  assert.equal(refused.status, 400);
  assert.equal(refused.body, '{"message":"Invalid request body"}');
  assert.equal(sentHeader(refused, 'x-amzn-ErrorType'), 'BadRequestException');
  assert.match(refused.problem?.why ?? '', /missing required properties \(\["name"\]\)/);
  assert.equal((await post(plan, { body: '{"name": "Rex", "price": 2}' })).status, 200);
});

test('[MOD-05] [GWR-07] a customised answer shows why the body is invalid', async () => {
  const custom: GatewayResponse = {
    responseType: 'BAD_REQUEST_BODY',
    responseTemplates: { 'application/json': '$context.error.validationErrorString' },
  };
  const method = { ...mock, requestValidatorId: 'body', requestModels: { 'application/json': 'Pet' } };
  const snapshot = { ...snapshotOf({ 'POST /{id}': method }), gatewayResponses: [custom] };
  const plan = compileRest(liveStage(snapshot), planTools());
  const refused = await post(plan, { body: '{}' });
  assert.equal(refused.body, '[object has missing required properties (["name"])]');
});

test('[MOD-02] [MOD-06] the content type chooses the model, $default is for the others, a type without a model passes', async () => {
  const models = { 'application/json': 'Pet', 'application/xml': 'Price' };
  const status = async (requestModels: Record<string, string>, type: string, body: string): Promise<number> => {
    const plan = planWith({ requestValidatorId: 'body', requestModels });
    return (await post(plan, { headers: ['Content-Type', type], body })).status;
  };
  assert.equal(await status(models, 'application/json', '3'), 400);
  assert.equal(await status(models, 'Application/JSON; charset=utf-8', '3'), 400);
  assert.equal(await status(models, 'application/xml', '3'), 200);
  assert.equal(await status(models, 'application/xml', '<a/>'), 400);
  assert.equal(await status(models, 'text/plain', 'anything'), 200);
  assert.equal(await status({ ...models, $default: 'Price' }, 'text/plain', 'anything'), 400);
  assert.equal(await status({ ...models, $default: 'Price' }, 'text/plain', '3'), 200);
});

test('[MOD-07] an empty body is invalid, and so is a GET without one', async () => {
  const plan = planWith({ requestValidatorId: 'body', requestModels: { 'application/json': 'Pet' } }, 'ANY /{id}');
  assert.equal((await post(plan, {})).status, 400);
  const get = await answer(plan, { method: 'GET', path: '/1' });
  assert.equal(get.status, 400);
  assert.equal(get.body, '{"message":"Invalid request body"}');
});

test('[MOD-01] a model holds for what it refers to in another model', async () => {
  const plan = planWith({ requestValidatorId: 'body', requestModels: { 'application/json': 'Pet' } });
  assert.equal((await post(plan, { body: '{"name": "Rex", "price": 0}' })).status, 400);
});

test('[RT-12] throttling comes before validation, and parameters before the body', async () => {
  const method = {
    ...mock,
    requestValidatorId: 'both',
    requestParameters,
    requestModels: { 'application/json': 'Pet' },
  };
  const stage = { methodSettings: { '*/*': limitedTo(1, 1) } };
  const plan = compileRest(liveStage(snapshotOf({ 'POST /{id}': method }), stage), planTools());
  assert.equal(
    describePlan(plan),
    'POST /{id}: throttle 1/s burst 1 · require header X-Trace, path id, query view · validate body application/json Pet · mock 200\n',
  );
  assert.match(String((await post(plan, { body: '{' })).body), /Missing required request parameters/);
  assert.equal((await post(plan, { body: '{' })).status, 429);
});

test('a validator that finds nothing to check leaves no step', () => {
  const plan = planWith({
    requestValidatorId: 'both',
    requestParameters: { 'method.request.querystring.page': false },
  });
  assert.equal(describePlan(plan), 'POST /{id}: mock 200\n');
});

test('a model that cannot be compiled refuses the deployment; compiled all the same, the method answers 500', async () => {
  const faulty = (name: string): MethodInWords => ({
    requestValidatorId: 'body',
    requestModels: { 'application/json': name },
  });
  const [broken, ...more] = restComplaints(snapshotOf({ 'POST /{id}': { ...mock, ...faulty('Broken') } }));
  assert.match(broken ?? '', /^POST \/\{id\}: the model Broken cannot be compiled: schema\/type/);
  assert.deepEqual(more, []);
  assert.deepEqual(restComplaints(snapshotOf({ 'POST /{id}': { ...mock, ...faulty('Gone') } })), [
    'POST /{id}: the model Gone cannot be compiled: there is no such model',
  ]);
  assert.equal((await post(planWith(faulty('Broken')), { body: '{}' })).status, 500);
});

test('a model nobody validates with may be broken', () => {
  assert.deepEqual(
    restComplaints(snapshotOf({ 'POST /{id}': { ...mock, requestModels: { 'application/json': 'Broken' } } })),
    [],
  );
});
