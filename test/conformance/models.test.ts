/** Models and request validators as their users meet them: made with the official SDK, deployed, and asked over HTTP. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import {
  BadRequestException,
  ConflictException,
  CreateModelCommand,
  CreateRequestValidatorCommand,
  DeleteModelCommand,
  DeleteRequestValidatorCommand,
  GetModelCommand,
  GetModelsCommand,
  GetModelTemplateCommand,
  GetRequestValidatorCommand,
  GetRequestValidatorsCommand,
  NotFoundException,
  PutGatewayResponseCommand,
  UpdateMethodCommand,
  UpdateModelCommand,
  UpdateRequestValidatorCommand,
} from '@aws-sdk/client-api-gateway';
import { type ApiUnderTest, createApi, mock } from '../support/api-under-test.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';

let gatewright: TestGatewright;
before(async () => {
  gatewright = await startTestGatewright();
});
after(() => gatewright.close());

const pet = {
  $schema: 'http://json-schema.org/draft-04/schema#',
  type: 'object',
  required: ['name'],
  properties: { name: { type: 'string', pattern: '^[A-Z]' }, price: { type: 'number', multipleOf: 0.01 } },
};

/** `POST /pets` with a model for its body and a required query parameter, and a validator that is not told to check anything yet. */
async function makePets(): Promise<{ api: ApiUnderTest; validatorId: string }> {
  const { apigateway } = gatewright;
  const declared = { 'method.request.querystring.store': true };
  const api = await createApi(gatewright, { 'POST /pets': { ...mock('made'), declared } });
  const restApiId = api.id;
  await apigateway.send(
    new CreateModelCommand({ restApiId, name: 'Pet', contentType: 'application/json', schema: JSON.stringify(pet) }),
  );
  const ref = `https://apigateway.amazonaws.com/restapis/${restApiId}/models/Pet`;
  await apigateway.send(
    new CreateModelCommand({
      restApiId,
      name: 'Pets',
      contentType: 'application/json',
      schema: JSON.stringify({ type: 'array', items: { $ref: ref } }),
    }),
  );
  const validator = await apigateway.send(new CreateRequestValidatorCommand({ restApiId, name: 'checks' }));
  await apigateway.send(
    new UpdateMethodCommand({
      ...api.method('POST /pets'),
      patchOperations: [
        { op: 'replace', path: '/requestValidatorId', value: validator.id! },
        { op: 'add', path: '/requestModels/application~1json', value: 'Pets' },
      ],
    }),
  );
  return { api, validatorId: validator.id! };
}

const check = (api: ApiUnderTest, requestValidatorId: string, what: 'Body' | 'Parameters') =>
  gatewright.apigateway.send(
    new UpdateRequestValidatorCommand({
      restApiId: api.id,
      requestValidatorId,
      patchOperations: [{ op: 'replace', path: `/validateRequest${what}`, value: 'true' }],
    }),
  );

async function post(api: ApiUnderTest, query: string, body?: unknown): Promise<[status: number, text: string]> {
  const reply = await fetch(api.url('prod', `/pets${query}`), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return [reply.status, await reply.text()];
}

test('[MOD-01] [MOD-05] a body is held against its model and the model that one refers to', async () => {
  const { api, validatorId } = await makePets();
  await check(api, validatorId, 'Body');
  await api.deploy('prod');
  assert.deepEqual(await post(api, '', [{ name: 'Rex', price: 19.99 }]), [200, 'made']);
  const refusal = [400, '{"message":"Invalid request body"}'];
  assert.deepEqual(await post(api, '', [{ price: 1 }]), refusal);
  assert.deepEqual(await post(api, '', [{ name: 'rex' }]), refusal);
  assert.deepEqual(await post(api, '', { name: 'Rex' }), refusal);
  assert.deepEqual(await post(api, ''), refusal);
});

test('[MOD-04] [V1-29] a change of a validator waits for a deployment, then absent parameters are refused', async () => {
  const { api, validatorId } = await makePets();
  await api.deploy('prod');
  await check(api, validatorId, 'Parameters');
  assert.deepEqual(await post(api, '', 'anything'), [200, 'made']);
  await api.deploy('prod');
  assert.deepEqual(await post(api, '', 'anything'), [
    400,
    '{"message":"Missing required request parameters: [store]"}',
  ]);
  assert.deepEqual(await post(api, '?store=%20'), [400, '{"message":"Missing required request parameters: [store]"}']);
  assert.deepEqual(await post(api, '?store=1', 'anything'), [200, 'made']);
});

test('[MOD-05] [GWR-07] a customised gateway response tells what is wrong with the body', async () => {
  const { api, validatorId } = await makePets();
  await gatewright.apigateway.send(
    new PutGatewayResponseCommand({
      restApiId: api.id,
      responseType: 'BAD_REQUEST_BODY',
      responseTemplates: { 'application/json': '{"why": "$context.error.validationErrorString"}' },
    }),
  );
  await check(api, validatorId, 'Body');
  await api.deploy('prod');
  const [status, text] = await post(api, '', {});
  assert.equal(status, 400);
  assert.match(text, /instance type \(object\) does not match any allowed primitive type/);
});

test('[V1-27] [V1-28] models read, changed, flattened, made a template of and deleted with the SDK', async () => {
  const { apigateway } = gatewright;
  const { api } = await makePets();
  const restApiId = api.id;
  const all = await apigateway.send(new GetModelsCommand({ restApiId }));
  assert.deepEqual(all.items?.map(({ name }) => name).sort(), ['Empty', 'Error', 'Pet', 'Pets']);
  const flat = await apigateway.send(new GetModelCommand({ restApiId, modelName: 'Pets', flatten: true }));
  assert.deepEqual(JSON.parse(flat.schema!), {
    type: 'array',
    items: { $ref: '#/definitions/Pet' },
    definitions: { Pet: pet },
  });
  const { value } = await apigateway.send(new GetModelTemplateCommand({ restApiId, modelName: 'Pets' }));
  assert.match(
    value ?? '',
    /^#set\(\$inputRoot = \$input\.path\('\$'\)\)\n\[\n##TODO.*\n#foreach\(\$elem in \$inputRoot\)/,
  );
  const changed = await apigateway.send(
    new UpdateModelCommand({
      restApiId,
      modelName: 'Pet',
      patchOperations: [{ op: 'replace', path: '/description', value: 'An animal' }],
    }),
  );
  assert.equal(changed.description, 'An animal');
  const remove = (modelName: string) => apigateway.send(new DeleteModelCommand({ restApiId, modelName }));
  await assert.rejects(remove('Pets'), (error: unknown) => {
    assert.ok(error instanceof ConflictException);
    assert.equal(error.message, "Cannot delete model 'Pets', is referenced in method request: /pets/POST");
    return true;
  });
  await assert.rejects(remove('Pet'), ConflictException);
  await remove('Error');
  await assert.rejects(remove('Error'), NotFoundException);
  await assert.rejects(
    apigateway.send(
      new CreateModelCommand({ restApiId, name: 'Bad', contentType: 'application/json', schema: '{"type":1}' }),
    ),
    BadRequestException,
  );
});

test('[V1-29] validators listed, read and deleted with the SDK', async () => {
  const { apigateway } = gatewright;
  const { api, validatorId: requestValidatorId } = await makePets();
  const restApiId = api.id;
  const one = await apigateway.send(new GetRequestValidatorCommand({ restApiId, requestValidatorId }));
  assert.equal(one.name, 'checks');
  assert.equal(one.validateRequestBody, false);
  const { items } = await apigateway.send(new GetRequestValidatorsCommand({ restApiId }));
  assert.deepEqual(
    items?.map(({ id }) => id),
    [requestValidatorId],
  );
  const remove = () => apigateway.send(new DeleteRequestValidatorCommand({ restApiId, requestValidatorId }));
  await assert.rejects(remove(), ConflictException);
  await apigateway.send(
    new UpdateMethodCommand({
      ...api.method('POST /pets'),
      patchOperations: [{ op: 'replace', path: '/requestValidatorId', value: '' }],
    }),
  );
  assert.equal((await remove()).$metadata.httpStatusCode, 202);
});
